"""What ``nlu_data`` must be: every intent, many voices, nothing twice, and nothing that measures it."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain

import pytest
import yaml

from bot.nlu.entities import _WORDS
from bot.paths import ROOT
from knowledge_base.loader import KnowledgeBase
from tests.nlu.corpus import LANGUAGES, messages

TAPPED = "choose"
ENOUGH = 15


def _yaml(path: str) -> dict:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def intents() -> set[str]:
    """Return the intents of the taxonomy."""
    return set(chain.from_iterable(_yaml("knowledge_base/taxonomy.yml")["groups"].values()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_enough_messages(language: str, intents: set[str]) -> None:
    counted = Counter(each.intent for each in messages("training") if each.language == language)
    assert set(counted) == intents
    assert [intent for intent, count in counted.items() if count < ENOUGH] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_more_than_one_voice(language: str) -> None:
    voices = defaultdict(set)
    for each in messages("training"):
        if each.language == language:
            voices[each.intent].add(each.author)
    assert [intent for intent, authors in voices.items() if len(authors) < 2] == []


def test_who_wrote_a_message_and_in_which_language_is_declared() -> None:
    for language in LANGUAGES:
        for block in _yaml(f"nlu_data/{language}.yml")["nlu"]:
            assert block["metadata"]["language"] == language, block["intent"]
            assert block["metadata"]["author"], block["intent"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_twice(language: str) -> None:
    counted = Counter(each.words or each.text for each in messages("training") if each.language == language)
    assert [words for words, count in counted.items() if count > 1] == []


def test_the_same_words_never_mean_two_things() -> None:
    meanings = defaultdict(set)
    for each in messages("training"):
        meanings[each.words or each.text].add(each.intent)
    assert {words: intents for words, intents in meanings.items() if len(intents) > 1} == {}


def test_no_message_is_empty_or_holds_the_marks_of_rasa() -> None:
    """``[Friday](date)`` would be an annotation, and a leading slash the name of an intent."""
    texts = [each.text for each in messages("training")]
    assert [text for text in texts if not text.strip() or "](" in text or text.startswith("/")] == []


@pytest.mark.parametrize("split", ["validation", "test"])
def test_what_measures_is_not_trained_on(split: str) -> None:
    learnt = {each.words or each.text for each in messages("training")}
    assert [each.text for each in messages(split) if (each.words or each.text) in learnt] == []


def test_training_validation_and_test_have_authors_of_their_own() -> None:
    authors = Counter(
        chain.from_iterable({each.author for each in messages(split)} for split in ("training", "validation", "test"))
    )
    assert [author for author, splits in authors.items() if splits > 1] == []


@pytest.mark.parametrize("split", ["validation", "test"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_measures_has_every_intent_in_every_language(split: str, language: str, intents: set[str]) -> None:
    assert {each.intent for each in messages(split) if each.language == language} == intents


# -- the files of Rasa beside it -------------------------------------------------------------------------------------


def test_rasa_knows_the_intents_of_the_taxonomy_and_the_tap(intents: set[str], kb: KnowledgeBase) -> None:
    assert set(_yaml("domain.yml")["intents"]) == intents | {TAPPED}
    assert set(chain.from_iterable(kb.taxonomy.values())) == intents


def test_every_intent_has_its_one_rule(intents: set[str]) -> None:
    answered = Counter(rule["steps"][0]["intent"] for rule in _yaml("nlu_data/rules.yml")["rules"])
    assert answered["nlu_fallback"] == 1
    assert answered == Counter(intents | {TAPPED, "nlu_fallback"})


def test_rasa_knows_every_entity_that_may_be_found() -> None:
    found = {
        *yaml.safe_load(_WORDS.read_text(encoding="utf-8")),
        "error_code",
        "department",
        "duration",
        "speaks_for",
        "month",
    }
    assert found | {"date", "expires_on", "filed_on", "refused_on", "choice"} == set(_yaml("domain.yml")["entities"])
