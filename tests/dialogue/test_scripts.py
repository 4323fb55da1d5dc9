"""Answers are read in every language and script, and the words of one never mean the choice of another."""

from __future__ import annotations

import pytest

from bot.dialogue import reading
from bot.nlu.danger import dangers
from knowledge_base.loader import KnowledgeBase
from knowledge_base.texts import ESSENTIALS
from knowledge_base.words import languages, lookup


def test_the_vowel_signs_of_bengali_are_part_of_their_word() -> None:
    assert reading.plain("না") != reading.plain("নি")
    assert reading.plain("আমি জানি না।").split() == ["আমি", "জানি", "না"]


def test_accents_and_the_case_of_other_scripts_do_not_count() -> None:
    assert reading.plain("ÉTÉ, Ёлка!") == "ete елка"


def test_chinese_words_are_found_inside_a_sentence_without_spaces() -> None:
    assert reading.stands_in("拘留", " 我被拘留了 ")
    assert not reading.stands_in("non", " anonyme ")


@pytest.mark.parametrize("language", languages())
def test_the_words_of_a_choice_never_mean_another_choice(language: str, kb: KnowledgeBase) -> None:
    wrong = []
    for step_id, step in kb.steps.items():
        if step_id.partition("/")[0] not in ESSENTIALS:
            continue
        for key, choice in step.choices.items():
            for phrase in lookup(step_id, choice.words, language).text.split(",") if choice.words else ():
                read = reading.by_words(step_id, step.choices, phrase)
                if read not in (key, None):
                    wrong.append(f"{step_id}: «{phrase.strip()}» means {key} and is read as {read}")
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("我收到了驱逐令怎么办", "oqtf"),
        ("me dieron una oqtf ayer", "oqtf"),
        ("мне дали oqtf", "oqtf"),
        ("quiero suicidarme", "distress"),
        ("আমাকে oqtf দিয়েছে", "oqtf"),
    ],
)
def test_danger_is_heard_in_other_languages(text: str, danger: str) -> None:
    assert danger in dangers(text)


@pytest.mark.parametrize("text", ["no tengo oqtf", "没有oqtf", "у меня нет oqtf", "não recebi oqtf"])
def test_a_danger_that_is_denied_is_none(text: str) -> None:
    assert dangers(text) == ()


@pytest.mark.parametrize(
    ("text", "language", "read"),
    [
        ("no", "es", "none"),
        ("no, todavía no he recibido nada", "es", "none"),
        ("não, ainda não recebi nada", "pt", "none"),
        ("no me llega el código por sms", "es", None),
        ("otra cosa: no me llega el código", "es", None),
        ("não recebo o código no celular", "pt", None),
        ("no i could not send anything", "en", "none"),
        ("si ma carte finit avant, je fais quoi", "fr", None),
    ],
)
def test_the_particle_of_a_verb_is_no_answer(text: str, language: str, read: str | None, kb: KnowledgeBase) -> None:
    """Read as one, "the code does not come" would tell that no refusal came."""
    step_id = "permit_expiring/decision_first"
    step = kb.steps[step_id]
    chosen = reading.by_words(step_id, step.choices, text, language)
    meant = reading.by_meaning(step, reading.first_word(kb, text, language))
    assert (chosen or meant) == read
