"""Words, sentences, syllables and reading ease, on texts that can be counted by hand."""

from __future__ import annotations

import pytest

from knowledge_base.readability import EASY_FROM, ease, sentences, words
from knowledge_base.syllables import english, french

EASY = "Prenez le papier. Lisez la date. Si elle est passée, appelez un avocat."
HARD = (
    "L'enregistrement de la sollicitation de renouvellement s'effectue préalablement à l'expiration du document, sous"
    " réserve de l'accomplissement intégral des diligences réglementaires."
)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("date", 1), ("dates", 1), ("papier", 2), ("titre", 1), ("attestation", 4), ("préfecture", 3), ("guichet", 2),
        ("l'avocat", 3), ("jusqu'à", 2), ("qu'une", 1), ("client", 2), ("ouvrier", 3), ("oublié", 3), ("réaliser", 4),
        ("créer", 2), ("maïs", 2), ("poète", 2), ("aéroport", 4), ("envoyer", 3), ("pays", 2), ("idée", 2),
        ("aident", 1), ("attendaient", 3), ("souvent", 2), ("document", 3), ("l'urgence", 2), ("Où", 1), ("n", 1),
        ("API", 3), ("SMS", 3), ("OQTF", 4), ("CAF", 1), ("ANEF", 2), ("L’ANEF", 2),
    ],
)  # fmt: skip
def test_french_syllables_are_counted_as_said(word: str, count: int) -> None:
    assert french(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("date", 1), ("dates", 1), ("paper", 2), ("appeal", 2), ("asked", 1), ("wanted", 2), ("refused", 2),
        ("someone", 2), ("sometimes", 2), ("table", 2), ("lawyer", 2), ("carrying", 3), ("certificate", 4),
        ("request", 2), ("decision", 3), ("media", 3), ("yes", 1), ("the", 1), ("judge's", 1), ("OQTF", 4),
        ("préfecture", 3),
    ],
)  # fmt: skip
def test_english_syllables_are_counted_as_said(word: str, count: int) -> None:
    assert english(word) == count


def test_a_word_is_what_stands_between_spaces_and_has_a_letter_or_a_digit() -> None:
    assert words("Écrivez : « j'attends depuis 4 mois » !") == ["Écrivez", "j'attends", "depuis", "4", "mois"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Appelez. Notez l'heure !", ["Appelez.", "Notez l'heure !"]),
        ("Écrivez : « où en est-elle ? » Gardez la réponse.", ["Écrivez : « où en est-elle ? »", "Gardez la réponse."]),
        ("Citez l'art. L. 521-3 du code.", ["Citez l'art. L. 521-3 du code."]),
        ("Gardez : captures ; messages ; appels.", ["Gardez : captures ; messages ; appels."]),
        ("Ouvrez https://www.telerecours.fr Gardez la page.", ["Ouvrez https://www.telerecours.fr", "Gardez la page."]),
        ("Une aide (voir justice.fr). Elle est gratuite.", ["Une aide (voir justice.fr).", "Elle est gratuite."]),
        ("", []),
    ],
)  # fmt: skip
def test_a_sentence_ends_where_a_reader_stops(text: str, found: list[str]) -> None:
    assert sentences(text) == found


def test_reading_ease_is_the_published_formula() -> None:
    # Two sentences, six words, nine syllables.
    assert ease(["Prenez le papier. Lisez la date."], "fr") == pytest.approx(207 - 1.015 * 6 / 2 - 73.6 * 9 / 6)
    # One sentence, five words, six syllables.
    assert ease(["Keep the paper with you."], "en") == pytest.approx(206.835 - 1.015 * 5 - 84.6 * 6 / 5)


def test_short_sentences_of_short_words_are_easier() -> None:
    easy, hard = ease([EASY], "fr"), ease([HARD], "fr")
    assert easy is not None
    assert hard is not None
    assert hard < EASY_FROM < easy


def test_addresses_and_figures_are_left_out() -> None:
    plain = ease(["Ouvrez la page et gardez le papier."], "fr")
    assert (
        ease(
            ["Ouvrez la page https://administration-etrangers-en-france.gouv.fr et gardez le papier 28/11/2026."], "fr"
        )
        == plain
    )


def test_a_language_without_index_has_none_and_neither_has_nothing() -> None:
    assert ease(["اتصلوا بمحام."], "ar") is None
    assert ease(["28/11/2026"], "fr") is None
    assert ease([], "fr") is None
