"""What a first message comes to is told by the rules that decide by."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.decide import decide
from bot.dialogue.events import Heard, Say, Understanding
from bot.dialogue.outcome import LIKELY_AT, SAFETY_ASK_AT, SAFETY_OPEN_AT, SURE_AT, outcome
from bot.dialogue.session import Session
from knowledge_base.loader import KnowledgeBase, knowledge_base

TODAY = dt.date(2026, 11, 25)
KB: KnowledgeBase = knowledge_base()


@pytest.mark.parametrize(
    ("ranking", "kind", "intents"),
    [
        ([], "unclear", ()),
        ([("sms_code_missing", SURE_AT)], "sure", ("sms_code_missing",)),
        ([("sms_code_missing", 0.6), ("status_stuck", 0.3)], "sure", ("sms_code_missing", "status_stuck")),
        ([("sms_code_missing", 0.4), ("status_stuck", 0.2)], "one_of", ("sms_code_missing", "status_stuck")),
        ([("sms_code_missing", 0.6), ("oqtf", SAFETY_OPEN_AT)], "sure", ("oqtf",)),
        ([("sms_code_missing", 0.8), ("oqtf", SAFETY_ASK_AT)], "one_of", ("oqtf", "sms_code_missing")),
        ([("out_of_scope", 0.9)], "out_of_scope", ("out_of_scope",)),
        ([("out_of_scope", 0.8), ("distress", 0.15)], "one_of", ("distress",)),
        ([("greet", 0.9)], "sure", ("greet",)),
        ([("affirm", 0.4), ("status_stuck", LIKELY_AT - 0.01)], "unclear", ()),
    ],
)
def test_the_outcome_of_a_ranking(ranking: list[tuple[str, float]], kind: str, intents: tuple[str, ...]) -> None:
    found = outcome(KB, ranking)
    assert (found.kind, found.intents) == (kind, intents)
    assert found.why


PROBLEMS = sorted({*KB.content_intents()})


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PROBLEMS), min_size=1, max_size=4, unique=True), st.data())
def test_the_dialogue_does_what_the_outcome_says(intents: list[str], data: st.DataObject) -> None:
    parts = sorted((data.draw(st.floats(0.01, 1.0)) for _ in intents), reverse=True)
    whole = sum(parts) * data.draw(st.floats(1.0, 4.0))
    ranking = tuple((intent, part / whole) for intent, part in zip(intents, parts, strict=True))
    heard = Understanding("zzz", None, ranking[0][0], ranking[0][1], ranking, ())
    decided = decide(KB, Session(language="fr"), Heard(heard), TODAY)
    found = outcome(KB, ranking)
    said = [effect for effect in decided.effects if isinstance(effect, Say)]
    offered = [button.id.partition(":")[2] for effect in said for button in effect.buttons if "problem:" in button.id]
    if found.kind == "sure":
        assert decided.session.problem in found.intents
        assert {decided.session.problem, *decided.session.later} >= {*found.intents}
    elif found.kind == "one_of":
        assert offered == [*found.intents, "other"]
    else:
        assert decided.way == "unclear"
