"""What a step, a choice, a letter and a fact are made of, once read."""

from __future__ import annotations

import pytest

from knowledge_base.loader import KnowledgeBase
from knowledge_base.schema import Confidence, Letter, Step


@pytest.mark.parametrize(
    ("step", "kind", "text"),
    [
        ("end_date", "ask", "Quel jour se termine votre papier ?"),
        ("wait", "try", "Attendez, puis demandez un seul code."),
        ("dated", "tell", "Votre papier se termine le {expires_on}."),
        ("call", "escalate", "Il faut téléphoner."),
        ("solved", "end", "Bien. Gardez vos captures."),
    ],
)
def test_a_step_is_of_one_kind_and_says_one_thing(sound: KnowledgeBase, step: str, kind: str, text: str) -> None:
    read = sound.steps[f"no_code/{step}"]
    assert (read.kind, read.text) == (kind, text)


def test_a_translator_is_given_every_sentence_of_a_step_once(sound: KnowledgeBase) -> None:
    assert list(sound.steps["no_code/wait"].texts()) == [
        ("try", "Attendez, puis demandez un seul code."),
        ("explain", "Deux codes demandés ensemble se mélangent."),
        ("proof", "Faites une capture de l'écran."),
    ]
    assert list(sound.steps["no_code/again"].texts()) == [
        ("ask", "Voulez-vous essayer encore ?"),
        ("again.label", "Encore une fois"),
        ("again.detail", "Avec un autre navigateur"),
        ("again.words", "oui, encore"),
        ("stop.label", "J'arrête"),
    ]


@pytest.mark.parametrize(
    ("step", "asks"),
    [("no_code/end_date", True), ("ladder/court", True), ("no_code/again", False), ("no_code/wait", False)],
)
def test_only_a_question_for_a_day_is_answered_by_a_date(sound: KnowledgeBase, step: str, asks: bool) -> None:
    assert sound.steps[step].asks_for_a_date is asks


def test_a_question_for_something_else_is_not_answered_by_a_date() -> None:
    assert not Step(ask="Quel téléphone ?", entity="device", then="wait").asks_for_a_date


def test_a_message_is_one_paragraph_and_a_letter_keeps_its_lines() -> None:
    step = Step.parse_obj({"try": "Attendez,\n  puis\nrecommencez.\n", "worked": "a", "failed": "b"})
    assert step.text == "Attendez, puis recommencez."
    letter = Letter(title="Une\nlettre", summary="Un\nmot.", subject="Un\nobjet", body="Madame,\n\nBonjour.\n")
    assert (letter.title, letter.subject, letter.body) == ("Une lettre", "Un objet", "Madame,\n\nBonjour.\n")


@pytest.mark.parametrize("level", ["V-off", "V-sec", "K-sure"])
def test_what_was_seen_or_is_surely_known_may_be_stated(level: str) -> None:
    assert Confidence(level=level).may_be_stated


@pytest.mark.parametrize("level", ["K-unsure", "unknown", "conflicting", "stale"])
def test_what_is_unsure_unknown_contradicted_or_old_may_not_be_stated(level: str) -> None:
    assert not Confidence(level=level).may_be_stated
