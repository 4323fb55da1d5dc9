"""The bars of issue 4 beyond the test set: languages that nobody taught the assistant, and long messages.

Both sets were written by authors of their own; nothing was trained or chosen by them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict

import pytest
import yaml
from rasa.core.agent import Agent

from bot.assistant import understand
from bot.dialogue.events import Understanding
from bot.nlu.metrics import Read, accuracy
from bot.nlu.report import labelled
from bot.paths import ROOT

UNSEEN, STRESS = ROOT / "tests" / "nlu" / "unseen.yml", ROOT / "tests" / "nlu" / "stress.yml"


def _read(agent: Agent, said: list[tuple[str, str, str, tuple[str, ...]]]) -> list[Read]:
    async def every() -> list[Read]:
        found = []
        for text, intent, language, also in said:
            heard = Understanding.from_message(await understand(agent, text))
            found.append(Read(text, language, intent, heard.ranking, heard.language, also))
        return found

    return asyncio.run(every())


@pytest.fixture(scope="module")
def unseen(agent_and_store: tuple[Agent, object]) -> list[Read]:
    return _read(agent_and_store[0], [(*each, ()) for each in labelled(UNSEEN)])


@pytest.fixture(scope="module")
def stress(agent_and_store: tuple[Agent, object]) -> list[Read]:
    told = yaml.safe_load(STRESS.read_text(encoding="utf-8"))
    return _read(agent_and_store[0], [(t["text"], t["main"], t["language"], tuple(t["also"])) for t in told])


def test_languages_without_training_data_are_understood_all_the_same(unseen: list[Read]) -> None:
    by_language: dict[str, list[Read]] = defaultdict(list)
    for read in unseen:
        by_language[read.language].append(read)
    assert len(by_language) == 15
    assert sum(map(accuracy, by_language.values())) / len(by_language) >= 0.85


def test_of_a_long_message_one_of_its_problems_is_understood(stress: list[Read]) -> None:
    assert len({read.language for read in stress}) == 12
    assert accuracy(stress) >= 0.80
    assert accuracy(stress, within=3) >= 0.93
