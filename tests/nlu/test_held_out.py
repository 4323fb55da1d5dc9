"""How well people are understood whom the assistant has never met: the bars of issues 2 and 4, on the test set.

The test set has other authors and stories than the training data, and nothing may be chosen by it: so no failure
shows its messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest
from _pytest.mark import ParameterSet
from rasa.core.agent import Agent

from bot.assistant import understand
from bot.dialogue.events import Understanding
from bot.dialogue.outcome import SAFETY_ASK_AT
from tests.nlu.corpus import FIRST, LANGUAGES, Labelled, messages

SAFETY = ("oqtf", "distress", "scam")
ACCURACY_ABOVE, RECALL_ABOVE = 0.90, 0.97
MEAN_FROM, WORST_FROM, FIRST_THREE_FROM = 0.93, 0.85, 0.98


@dataclass(frozen=True)
class Read:
    """A message of the test set, and what the assistant made of it."""

    message: Labelled
    heard: Understanding

    @property
    def right(self) -> bool:
        return self.heard.intent == self.message.intent

    @property
    def danger(self) -> str | None:
        """The danger that the message is answered for, or asked about: the likeliest, once all are likely enough."""
        dangers = [(intent, p) for intent, p in self.heard.ranking if intent in SAFETY]
        return dangers[0][0] if sum(p for _, p in dangers) >= SAFETY_ASK_AT else None

    @property
    def met(self) -> bool:
        """Whether a message of danger is answered for that danger."""
        return self.message.intent in (self.danger, self.heard.intent)


@pytest.fixture(scope="module")
def everything(agent_and_store: tuple[Agent, object]) -> list[Read]:
    async def read() -> list[Read]:
        agent, _ = agent_and_store
        return [Read(each, Understanding.from_message(await understand(agent, each.text))) for each in messages("test")]

    return asyncio.run(read())


def share(of: Iterable[Read], good: Callable[[Read], bool]) -> float:
    told = list(of)
    assert told, "there is nothing to measure"
    return sum(map(good, told)) / len(told)


def accuracy(everything: list[Read], language: str) -> float:
    return share((read for read in everything if read.message.language == language), lambda read: read.right)


def recall(everything: list[Read], danger: str) -> float:
    return share((read for read in everything if read.message.intent == danger), lambda read: read.met)


def _missed(value: str, figure: str) -> ParameterSet:
    """Return a parameter whose bar is not met yet: told with its figure, and red as soon as it is met."""
    return pytest.param(value, marks=pytest.mark.xfail(strict=True, reason=f"the bar is not met: {figure}"))


@pytest.mark.parametrize("language", FIRST)
def test_nine_messages_in_ten_are_understood(language: str, everything: list[Read]) -> None:
    right = accuracy(everything, language)
    assert right > ACCURACY_ABOVE


def test_twelve_languages_are_understood(everything: list[Read]) -> None:
    """The bar of issue 4 on the mean."""
    right = [accuracy(everything, language) for language in LANGUAGES]
    assert sum(right) / len(right) >= MEAN_FROM


@pytest.mark.xfail(strict=True, reason="the bar is not met: .849 for fa on 2026-11-25")
def test_the_worst_language_is_understood(everything: list[Read]) -> None:
    worst = min(accuracy(everything, language) for language in LANGUAGES)
    assert worst >= WORST_FROM


def test_what_is_meant_is_among_the_first_three(everything: list[Read]) -> None:
    """The bar of issue 4."""
    offered = share(everything, lambda read: read.message.intent in [intent for intent, _ in read.heard.ranking[:3]])
    assert offered >= FIRST_THREE_FROM


@pytest.mark.parametrize(
    "danger",
    [
        _missed("oqtf", ".939 on 2026-11-25, in twelve languages"),
        _missed("scam", ".924 on 2026-11-25, in twelve languages"),
        _missed("distress", ".947 on 2026-11-25, in twelve languages"),
    ],
)
def test_a_danger_is_not_missed(danger: str, everything: list[Read]) -> None:
    met = recall(everything, danger)
    assert met > RECALL_ABOVE


def test_the_figures_are_shown(everything: list[Read], capsys: pytest.CaptureFixture[str]) -> None:
    alarms = share((read for read in everything if read.message.intent not in SAFETY), lambda read: bool(read.danger))
    with capsys.disabled():
        print(f"\n  The {len(everything)} messages of the test set:")
        for language in LANGUAGES:
            print(f"    accuracy, {language}: {accuracy(everything, language):.3f} (bar: above {ACCURACY_ABOVE})")
        for danger in SAFETY:
            count = sum(read.message.intent == danger for read in everything)
            print(f"    recall, {danger}: {recall(everything, danger):.3f} of {count} (bar: above {RECALL_ABOVE})")
        print(f"    other messages that are answered for a danger first: {alarms:.3f}")
    assert {read.message.language for read in everything} == {*LANGUAGES}
