"""How many messages of the test set each side understands."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.bench.material import LANGUAGES, SAFETY, Labelled
from tests.bench.ours import OurProject
from tests.bench.processes import BIN, Failed
from tests.bench.report import Row, shares
from tests.bench.sides import Pair, Side, client, post

FALLBACK = "nlu_fallback"


@dataclass(frozen=True)
class Read:
    """What a side made of a message: its answer, which may be its fallback, and the best intent behind it."""

    answer: str
    best: str


def _read(intent: str, ranking: list[str]) -> Read:
    return Read(intent, next((name for name in ranking if name != FALLBACK), intent))


def read_by_us(project: OurProject, messages: list[Labelled]) -> list[Read]:
    """Read the messages with ``declic parse --jsonl``.

    Raises:
        Failed: the command failed.
    """
    lines = "\n".join(json.dumps({"text": message.text}) for message in messages)
    done = subprocess.run(
        [BIN / "declic", "parse", "--jsonl"],
        input=lines.encode(),
        env=project.environment,
        cwd=project.folder,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"declic parse ended with {done.returncode}.\n{done.stderr.decode(errors='replace')[-2000:]}")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return [_read(each["intent"], [other["intent"] for other in each["ranking"]]) for each in told]


async def read_by_stock(url: str, messages: list[Labelled]) -> list[Read]:
    """Read the messages with stock Rasa's own ``/model/parse``."""
    async with client() as session:
        told = [await _parsed(session, url, message.text) for message in messages]
    return [_read(each["intent"]["name"], [other["name"] for other in each["intent_ranking"]]) for each in told]


async def _parsed(session: aiohttp.ClientSession, url: str, text: str) -> Any:
    parsed, _ = await post(session, f"{url}/model/parse", {"text": text})
    return parsed


async def safety_opened(pair: Pair, messages: list[Labelled]) -> Pair:
    """Return, for each side, the share of messages of danger that open the tree of their danger at once."""
    dangers = [message for message in messages if message.intent in SAFETY]

    async def share(side: Side) -> float:
        replies = [(message, await side.say(await side.open(), message.text)) for message in dangers]
        return _mean((reply.step or "").startswith(f"{message.intent}/") for message, reply in replies)

    return Pair(await share(pair.ours), await share(pair.stock))


def rows(messages: list[Labelled], ours: list[Read], stock: list[Read]) -> list[Row]:
    """Return the rows of the report."""

    def row(what: str, counts: Callable[[Labelled], bool], best: bool = False, bar: float | None = None) -> Row:
        chosen = [i for i, message in enumerate(messages) if counts(message)]
        found = [
            _mean(messages[i].intent == (reads[i].best if best else reads[i].answer) for i in chosen)
            for reads in (ours, stock)
        ]
        return shares(f"{what} ({len(chosen)} messages)", found[0], found[1], bar)

    def in_language(language: str) -> Callable[[Labelled], bool]:
        return lambda message: message.language == language

    return [
        *(row(f"Accuracy, {language}", in_language(language), bar=0.90) for language in LANGUAGES),
        row("Accuracy, both", lambda _: True, bar=0.90),
        row("Accuracy, both, the best intent where the fallback answers", lambda _: True, best=True),
        row(
            f"Recall of {', '.join(SAFETY)}: the intent",
            lambda message: message.intent in SAFETY,
            bar=0.97,
        ),
    ]


def _mean(truths: Iterable[bool]) -> float:
    listed = list(truths)
    return sum(listed) / len(listed) if listed else 0.0
