"""What is measured of the messages that a person may be shown, on texts whose length is known."""

from __future__ import annotations

import re

import pytest

from knowledge_base.loader import KnowledgeBase
from knowledge_base.measure import Shown, measure, shown, told
from tests.knowledge_base.conftest import SOUND, Copy
from tests.knowledge_base.test_commands import declic_kb

EASY = Shown("tree/easy", "ask", "Voyez-vous la date de fin sur le papier ? Lisez le haut de la page.")
HARD = Shown(
    "tree/hard", "tell", "L'administration préfectorale vérifie préalablement l'intégralité des justificatifs."
)
LONG = Shown("tree/long", "try", f"{'Prenez ' * 30}tout. Merci.")
HARD_LONG = Shown(
    "tree/hard_long", "end", "Régularisation administrative exceptionnelle réglementairement " * 3 + "là."
)


def test_what_a_person_may_be_shown_is_measured_and_nothing_else(sound: KnowledgeBase) -> None:
    every = {(one.id, one.part): one.text for one in shown(sound, "fr", SOUND)}
    assert every["no_code/wait", "try"] == "Attendez, puis demandez un seul code."
    assert every["no_code/wait", "explain"] == "Deux codes demandés ensemble se mélangent."
    assert every["no_code/wait", "proof"] == "Faites une capture de l'écran."
    assert every["ladder/rungs/court", "rung.wait"] == "Lisez vos messages."
    assert every["glossary/anef", "term.text"] == "L'ANEF est un site de l'État."
    assert every["words/number", "words"] == "Le numéro est gratuit."
    assert every["letters/message", "letter.summary"] == sound.letters["message"].summary
    assert not [part for _, part in every if part.endswith(("label", "title", "detail", ".words"))]
    assert sound.letters["message"].body.strip() not in every.values()


def test_the_words_on_a_button_are_no_message(copy: Copy) -> None:
    copy.change("words.yml", "greet: Bonjour.", "greet: Bonjour.\nworked: C'est réglé")
    kb = copy.load()
    assert "worked" in kb.words
    assert "words/worked" not in {one.id for one in shown(kb, "fr", copy.folder)}


def test_a_date_is_measured_as_it_is_written(sound: KnowledgeBase) -> None:
    (dated,) = (one.text for one in shown(sound, "fr", SOUND) if one.id == "no_code/dated")
    assert dated == "Votre papier se termine le lundi 23 novembre 2026."


def test_what_is_not_translated_is_not_measured(copy: Copy) -> None:
    copy.change("locales/en/words.po", 'msgstr "Hello."', 'msgstr ""')
    french, english = ({one.id for one in shown(copy.load(), lang, copy.folder)} for lang in ("fr", "en"))
    assert french - english == {"words/greet"}
    assert list(shown(copy.load(), "ar", copy.folder)) == []


def test_the_hardest_message_and_the_longest_sentence_come_first() -> None:
    found = measure([EASY, HARD, LONG, HARD_LONG], "fr", worst=2)
    assert (found.messages, found.median) == (4, 13.5)
    assert (found.longest.id, found.longest.value) == ("tree/long", 32)
    assert [row.id for row in found.hardest] == ["tree/hard_long", "tree/long"]
    assert [(row.id, row.value) for row in found.long_sentences] == [("tree/long", 31), ("tree/hard_long", 13)]
    # HARD has fewer than ten words: too few for its ease to mean anything.
    assert (found.ranked, found.hard) == (3, 2)


def test_a_language_without_index_is_measured_in_words_only() -> None:
    found = measure([Shown("tree/step", "ask", "متى تنتهي صلاحية الوثيقة؟")], "ar")
    assert (found.ease, found.hardest, found.longest.value) == (None, (), 4)
    assert "    There is no index of reading ease for ar here." in told(found, "ar")


def test_nothing_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="no message in ar"):
        measure([], "ar")


# ---------------------------------------------------------------- declic kb measure
def test_an_author_reads_the_measure_of_each_language_with_the_worst_of_it(copy: Copy) -> None:
    copy.change("words.yml", "greet: Bonjour.", f"greet: {HARD_LONG.text}")
    result = declic_kb("measure", "--worst", "1", folder=copy.folder)
    assert result.exit_code == 0
    assert "fr: " in result.stdout
    assert "en: " in result.stdout
    assert "words/greet (words): Régularisation administrative" in result.stdout
    assert re.search(
        r"Of \d+ messages of 10 words or more, 1 \(\d+\.\d%\) are below 70, the line for B1\.", result.stdout
    )


def test_one_language_may_be_measured_alone(copy: Copy) -> None:
    assert "fr: " not in declic_kb("measure", "--lang", "en", folder=copy.folder).stdout
    refused = declic_kb("measure", "--lang", "xx", folder=copy.folder)
    assert (refused.exit_code, refused.stderr) == (2, "There is no language 'xx'. There are: fr, en.\n")
