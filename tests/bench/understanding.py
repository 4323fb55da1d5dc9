"""How many messages of the test set each side understands."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench.material import LANGUAGES, SAFETY, Labelled
from tests.bench.ours import OurProject
from tests.bench.processes import BIN, ROOT, Failed
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


def read_by_us(project: OurProject, messages: list[Labelled], model: Path | None = None) -> list[Read]:
    """Read the messages with ``declic parse --jsonl``, or with another ``model`` than the shipped one.

    Raises:
        Failed: the command failed.
    """
    lines = "\n".join(json.dumps({"text": message.text}) for message in messages)
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.parse", model] if model else [BIN / "declic", "parse", "--jsonl"],
        input=lines.encode(),
        env=project.environment,
        cwd=ROOT if model else project.folder,
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


def rows(messages: list[Labelled], shipped: list[Read], sample: list[Read], stock: list[Read]) -> list[Row]:
    """Return the rows of the report: as shipped against the bars, then both sides after the same sample."""

    def share(reads: list[Read], counts: Callable[[Labelled], bool], best: bool) -> float:
        chosen = [i for i, message in enumerate(messages) if counts(message)]
        return _mean(messages[i].intent == (reads[i].best if best else reads[i].answer) for i in chosen)

    def alone(what: str, counts: Callable[[Labelled], bool], above: float) -> Row:
        found = share(shipped, counts, best=False)
        return Row(f"As shipped: {what}", f"{found:.3f}", "not measured", "", f"above {above:.2f}", found > above)

    def same(what: str, counts: Callable[[Labelled], bool], best: bool = False) -> Row:
        return shares(f"Same sample: {what}", share(sample, counts, best), share(stock, counts, best), 0.0)

    def in_language(language: str) -> Callable[[Labelled], bool]:
        return lambda message: message.language == language

    def is_danger(message: Labelled) -> bool:
        return message.intent in SAFETY

    def every(_: Labelled) -> bool:
        return True

    dangers = f"recall of {', '.join(SAFETY)}, the first intent"
    return [
        *(alone(f"accuracy, {language}", in_language(language), 0.90) for language in LANGUAGES),
        alone("accuracy, both", every, 0.90),
        alone(dangers, is_danger, 0.97),
        *(same(f"accuracy, {language}", in_language(language)) for language in LANGUAGES),
        same("accuracy, both", every),
        same("accuracy, both, the best intent where the fallback answers", every, best=True),
        same(dangers, is_danger),
    ]


def _mean(truths: Iterable[bool]) -> float:
    listed = list(truths)
    return sum(listed) / len(listed) if listed else 0.0
