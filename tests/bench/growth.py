"""How much longer the five-hundredth turn of a conversation takes than the fifth."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

from tests.bench.material import elsewhere, here
from tests.bench.processes import say
from tests.bench.sides import Conversation, Reply, Side
from tests.bench.turns import Act, tapping, typing

#: Turns 1 to 9 are compared with turns 496 to 504: the 5th and the 500th, each with four turns on both sides.
_WINDOW = 9
_BEFORE = 495
#: Turns whose time the page shows.
SHOWN = (5, 50, 100, 250, 500)


@dataclass
class Grown:
    """What was found for one side and one kind of turn.

    Attributes:
        by_turn: milliseconds of each turn, one for each conversation.
        same_steps: how many compared turns came to the same step in the long conversation as in the fresh one.
        compared: how many were compared.
    """

    by_turn: dict[int, list[float]] = field(default_factory=dict)
    same_steps: int = 0
    compared: int = 0

    def add(self, turn: int, reply: Reply) -> None:
        """Keep the time of a turn."""
        self.by_turn.setdefault(turn, []).append(1000 * reply.seconds)

    def median(self, turn: int) -> float:
        """Return the median of the nine turns around ``turn``, in milliseconds."""
        around = range(turn - _WINDOW // 2, turn + _WINDOW // 2 + 1)
        return statistics.median([time for each in around for time in self.by_turn.get(each, ())])

    @property
    def ratio(self) -> float:
        """How many times longer turn 500 took than turn 5."""
        return self.median(500) / self.median(5)


async def tapped(side: Side, conversations: int) -> Grown:
    """Age conversations by taps through every other problem, then compare nine taps through one they never saw."""
    walker, conversation, taps = here(), await side.open(), list[str]()
    offered: tuple[str, ...] = ()
    for _ in range(_WINDOW):
        taps.append(walker.next(offered))
        offered = (await side.tap(conversation, taps[-1])).choices

    async def age(grown: Grown, conversation: Conversation) -> None:
        walker = elsewhere()
        offered: tuple[str, ...] = ()
        for turn in range(1, _BEFORE + 1):
            reply = await side.tap(conversation, walker.next(offered))
            offered = reply.choices
            _keep(grown, turn, reply)

    return await _grow(side, "by taps", conversations, age, [tapping(choice) for choice in taps])


async def typed(side: Side, conversations: int, messages: Sequence[str]) -> Grown:
    """Age conversations by typing the messages again and again, then compare nine others."""

    async def age(grown: Grown, conversation: Conversation) -> None:
        for turn, text in enumerate(islice(cycle(messages[_WINDOW:]), _BEFORE), 1):
            _keep(grown, turn, await side.say(conversation, text))

    return await _grow(side, "by typing", conversations, age, [typing(text) for text in messages[:_WINDOW]])


def _keep(grown: Grown, turn: int, reply: Reply) -> None:
    if turn > _WINDOW:  # the first ones are those of the comparison
        grown.add(turn, reply)


async def _grow(
    side: Side,
    how: str,
    conversations: int,
    age: Callable[[Grown, Conversation], Awaitable[None]],
    acts: Sequence[Act],
) -> Grown:
    """Age conversations, then time the same turns at their end and at the beginning of fresh ones, side by side."""
    grown = Grown()
    for number in range(1, conversations + 1):
        say(f"A long conversation {how} with {type(side).__name__}, {number} of {conversations} …")
        old, young = await side.open(), await side.open()
        await age(grown, old)
        for turn, act in enumerate(acts, 1):
            if (turn + number) % 2:  # neither is always the first to be asked
                early, late = await act(side, young), await act(side, old)
            else:
                late, early = await act(side, old), await act(side, young)
            grown.add(turn, early)
            grown.add(_BEFORE + turn, late)
            grown.same_steps += early.step == late.step
            grown.compared += 1
    return grown
