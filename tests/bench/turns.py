"""How long a turn takes, and how many a second there are with sixteen conversations at once."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from tests.bench.material import walkers
from tests.bench.processes import say
from tests.bench.report import Row, faster, more
from tests.bench.sides import Conversation, Pair, Reply, Side

AT_ONCE = 16
TURNS_OF_A_CONVERSATION = 10
_PASSES = 3
_TAPPED_CONVERSATIONS = 30
_ROUNDS = 3

#: A turn: what is done with a side in a conversation.
Act = Callable[[Side, Conversation], Awaitable[Reply]]


def typing(text: str) -> Act:
    """Return the turn of typing ``text``."""
    return lambda side, conversation: side.say(conversation, text)


def tapping(choice: str) -> Act:
    """Return the turn of tapping ``choice``."""
    return lambda side, conversation: side.tap(conversation, choice)


@dataclass
class Alternation:
    """Takes turns with the two sides; the one that begins changes each time."""

    pair: Pair
    _flipped: bool = False

    async def open(self) -> Pair:
        """Open a conversation with each."""
        return Pair(await self.pair.ours.open(), await self.pair.stock.open())

    async def turn(self, conversations: Pair, act: Act) -> Pair:
        """Do the same with each; return the two replies."""
        self._flipped = not self._flipped
        if self._flipped:
            ours = await act(self.pair.ours, conversations.ours)
            return Pair(ours, await act(self.pair.stock, conversations.stock))
        stock = await act(self.pair.stock, conversations.stock)
        return Pair(await act(self.pair.ours, conversations.ours), stock)


@dataclass
class Times:
    """The replies of the two sides to the same turns."""

    replies: list[Pair] = field(default_factory=list)

    def milliseconds(self, side: int) -> list[float]:
        """Return the times of a side: 0 is ours, 1 is stock."""
        return [1000 * reply[side].seconds for reply in self.replies]

    def rows(self, what: str, at_least: float) -> list[Row]:
        """Return the lines of the report: the median, which has the bar, and the 95th percentile."""
        ours, stock = self.milliseconds(0), self.milliseconds(1)
        return [
            faster(f"{what}, p50 of {len(ours)}", statistics.median(ours), statistics.median(stock), "ms", at_least),
            faster(f"{what}, p95", _p95(ours), _p95(stock), "ms"),
        ]


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


async def typed(pair: Pair, messages: Sequence[str]) -> Times:
    """Type the messages in conversations of ten turns; the first of them is not timed."""
    say(f"Typed turns: {_PASSES} × {len(messages)} …")
    sides, times = Alternation(pair), Times()
    texts = [*messages[:TURNS_OF_A_CONVERSATION], *(list(messages) * _PASSES)]
    conversations = await sides.open()
    for number, text in enumerate(texts):
        if number % TURNS_OF_A_CONVERSATION == 0:
            conversations = await sides.open()
        reply = await sides.turn(conversations, typing(text))
        if number >= TURNS_OF_A_CONVERSATION:
            times.replies.append(reply)
    return times


async def tapped(pair: Pair) -> tuple[Times, list[list[str]]]:
    """Walk through trees by taps, ten a conversation; return the times, and the taps of each conversation."""
    say(f"Tapped turns: {_TAPPED_CONVERSATIONS} conversations …")
    sides, times, walks = Alternation(pair), Times(), []
    for number, walker in enumerate(walkers(_TAPPED_CONVERSATIONS)):
        conversations, walk = await sides.open(), ["start"]
        for _ in range(TURNS_OF_A_CONVERSATION):
            reply = await sides.turn(conversations, tapping(walk[-1]))
            walk.append(walker.next(reply.ours.choices))
            if number:  # the first one warms up
                times.replies.append(reply)
        walks.append(walk[:-1])
    return times, walks


async def at_once(side: Side, conversations: Sequence[Sequence[Act]]) -> float:
    """Hold conversations at once, each without a pause; return the turns a second."""
    opened = [await side.open() for _ in conversations]

    async def hold(conversation: Conversation, acts: Sequence[Act]) -> None:
        for act in acts:
            await act(side, conversation)

    began = time.perf_counter()
    await asyncio.gather(*(hold(one, acts) for one, acts in zip(opened, conversations, strict=True)))
    return sum(map(len, conversations)) / (time.perf_counter() - began)


def typed_at_once(messages: Sequence[str]) -> list[list[Act]]:
    """Return sixteen conversations of typed turns, each beginning at another message."""
    step = len(messages) // AT_ONCE
    return [
        [typing(messages[(step * number + turn) % len(messages)]) for turn in range(TURNS_OF_A_CONVERSATION)]
        for number in range(AT_ONCE)
    ]


def tapped_at_once(walks: Sequence[Sequence[str]]) -> list[list[Act]]:
    """Return sixteen conversations of taps."""
    return [[tapping(choice) for choice in walk] for walk in walks[:AT_ONCE]]


async def throughput(pair: Pair, what: str, conversations: Sequence[Sequence[Act]], at_least: float | None) -> Row:
    """Hold sixteen conversations at once with each side in turn, several times; return the line of the report."""
    say(f"{what}, {AT_ONCE} conversations at once …")
    rounds = [
        Pair(await at_once(pair.ours, conversations), await at_once(pair.stock, conversations)) for _ in range(_ROUNDS)
    ]
    ours, stock = (statistics.median(each[side] for each in rounds) for side in (0, 1))
    return more(f"{what} a second, {AT_ONCE} at once", ours, stock, "a second", at_least)
