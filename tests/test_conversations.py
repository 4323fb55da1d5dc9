"""The golden conversations of ``tests/conversations``: the living specification, that anyone can read, add and replay.

``pytest tests/test_conversations.py --update`` writes what each turn gave (intent, step, rung) into the files.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.assistant import Assistant
from tests.conftest import Person

FOLDER = Path(__file__).parent / "conversations"
_KEYS = {"person", "taps", "intent", "way", "step", "says", "not_says", "facts", "deadlines", "escalation", "language"}
_yaml = YAML()
_yaml.width = 120
_yaml.preserve_quotes = True


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
async def test_conversation(path: Path, assistant: Assistant, request: pytest.FixtureRequest) -> None:
    told = _yaml.load(path)
    conversation, _ = await assistant.database.create("test", assistant.begin_in(told["language"]))
    person = Person(assistant, conversation, dt.date.fromisoformat(str(told["today"])))
    for number, turn in enumerate(told["turns"], 1):
        where = f"{path.name}, turn {number} ({turn.get('person') or turn.get('taps')})"
        assert set(turn) <= _KEYS, f"{where}: unknown key {set(turn) - _KEYS}"
        given = await person.says(turn["person"]) if "person" in turn else await person.taps(turn["taps"])
        if request.config.getoption("--update"):
            turn.update({key: given[key] for key in ("intent", "step", "escalation") if key in turn})
            continue
        _compare(where, turn, given, person)
    if request.config.getoption("--update"):
        _yaml.dump(told, path)


def _compare(where: str, turn: dict[str, Any], given: dict[str, Any], person: Person) -> None:
    for key in ("intent", "step", "escalation", "language"):
        if key in turn:
            assert given[key] == turn[key], f"{where}: {key}\n{person.heard}"
    if "way" in turn:
        assert person.way == turn["way"], where
    for words in turn.get("says", ()):
        assert words.casefold() in person.heard.casefold(), f"{where}: does not say «{words}»\n{person.heard}"
    for words in turn.get("not_says", ()):
        assert words.casefold() not in person.heard.casefold(), f"{where}: says «{words}»\n{person.heard}"
    cited = {fact for message in given["messages"] for fact in message["facts"]}
    assert set(turn.get("facts", ())) <= cited, f"{where}: cites {sorted(cited)}"
    dated = {(due["kind"], due["date"]) for due in given["deadlines"]}
    for due in turn.get("deadlines", ()):
        assert (due["kind"], str(due["date"])) in dated, f"{where}: deadlines are {sorted(dated)}"
