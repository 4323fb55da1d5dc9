"""What is said to both sides: the messages of the test and validation sets, and taps that walk the trees."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, cycle, repeat

import yaml

from tests.bench.processes import ROOT

#: What stock Rasa is compared on.
LANGUAGES = ("fr", "en")
SAFETY = ("oqtf", "scam", "distress")
#: The problems that the timed taps walk through; their trees exist since the first day.
WALKED = ("sms_code_missing", "certificate_warning", "mobile_unsupported")
#: Their answers offer to erase the conversation, which would end it under the bench.
_LEFT_OUT = frozenset({"ask_privacy"})
_CONTENT = ("getting_in", "filling_in", "waiting", "next_step")


@dataclass(frozen=True)
class Labelled:
    """A message, and what a person says it means."""

    text: str
    intent: str
    language: str


def labelled(split: str) -> list[Labelled]:
    """Return the messages of ``test`` or ``validation``, kept apart from the training data by author."""
    found = []
    for language in LANGUAGES:
        path = ROOT / "tests" / "nlu" / f"{split}.{language}.yml"
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [line.removeprefix("- ").strip() for line in block["examples"].splitlines()]
            found += [Labelled(line, block["intent"], language) for line in lines if line]
    return found


def typed_messages() -> list[str]:
    """Return the fixed, mixed list that is typed: the first message of each intent and language, shuffled."""
    first: dict[tuple[str, str], str] = {}
    for message in labelled("validation"):
        if message.intent not in _LEFT_OUT:
            first.setdefault((message.intent, message.language), message.text)
    texts = [first[key] for key in sorted(first)]
    random.Random(2).shuffle(texts)
    return texts


def content_problems() -> list[str]:
    """Return the intents that open a tree when they are tapped."""
    groups = yaml.safe_load((ROOT / "knowledge_base" / "taxonomy.yml").read_text(encoding="utf-8"))["groups"]
    return list(chain.from_iterable(groups[name] for name in _CONTENT))


class Walker:
    """Taps through the trees: opens a problem, answers what is asked, and opens the next one when nothing is.

    The same replies lead to the same taps, so that both sides walk the same way.
    """

    def __init__(self, problems: Iterable[str], turn: int = 0, answers: int = 8) -> None:
        """Walk through ``problems``; begin to choose at the ``turn``-th choice; ``answers`` at most in each."""
        self._problems: Iterator[str] = iter(problems)
        self._turn, self._answers, self._given = turn, answers, 0

    def next(self, offered: Iterable[str]) -> str:
        """Return the next choice to tap, given the ids of those that were offered."""
        answers = [choice for choice in offered if "/" in choice]
        if not answers or self._given >= self._answers:
            self._given = 0
            return f"problem:{next(self._problems)}"
        self._given += 1
        self._turn += 1
        return answers[self._turn % len(answers)]


def walkers(count: int) -> list[Walker]:
    """Return walkers that begin in different problems and choose differently."""
    starts = [cycle((*WALKED[i % len(WALKED) :], *WALKED[: i % len(WALKED)])) for i in range(count)]
    return [Walker(start, turn=number // len(WALKED)) for number, start in enumerate(starts)]


def elsewhere() -> Walker:
    """Return a walker through every problem but the first of ``WALKED``, again and again."""
    return Walker(cycle([problem for problem in content_problems() if problem != WALKED[0]]))


def here() -> Walker:
    """Return a walker through the first of ``WALKED`` alone."""
    return Walker(repeat(WALKED[0]))
