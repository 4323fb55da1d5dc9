"""What a person reads: the sentence in their language or the nearest one, its dates written as they write them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from knowledge_base.words import Phrase, Translation, blanks, languages, lookup, say, written_date

DAY = dt.date(2026, 11, 23)
ENDS = "Votre papier se termine le {expires_on}."


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """English, and some Arabic."""
    _write(
        tmp_path / "en" / "tree.po",
        ("tree/ends", ENDS, "Your paper ends on {expires_on}."),
        ("tree/call", "Appelez.", "Call."),
        ("tree/wait", "Attendez.", "Wait."),
        ("words/rung", "Étape {number} : {label}.", "Step {number}: {label}."),
        ("rungs/phone", "Téléphoner", "Phone"),
    )
    _write(
        tmp_path / "ar" / "tree.po",
        ("tree/ends", ENDS, "تنتهي ورقتك في {expires_on}."),
        ("tree/call", "Appelez.", "اتصل."),
        ("words/rung", "Étape {number} : {label}.", "الخطوة {number}: {label}."),
        fuzzy=("tree/wait", "Attendez.", "انتظر."),
    )
    return tmp_path


def _write(path: Path, *sentences: tuple[str, str, str], fuzzy: tuple[str, str, str] | None = None) -> None:
    def entry(context: str, french: str, translated: str) -> str:
        return f'msgctxt "{context}"\nmsgid "{french}"\nmsgstr "{translated}"\n\n'

    path.parent.mkdir()
    text = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    text += "".join(entry(*sentence) for sentence in sentences)
    path.write_text(text + ("#, fuzzy\n" + entry(*fuzzy) if fuzzy else ""), encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Votre papier se termine le lundi 23 novembre 2026."),
        ("en", "Your paper ends on Monday, November 23, 2026."),
        ("ar", "تنتهي ورقتك في \u2068الاثنين، 23 نوفمبر 2026\u2069."),
    ],
)
def test_a_sentence_is_said_with_its_date_as_people_of_that_language_write_it(
    locales: Path, language: str, text: str
) -> None:
    assert say(Phrase("tree/ends", ENDS, {"expires_on": DAY}), language, locales) == Translation(text, language)


def test_without_translation_it_is_said_in_english(locales: Path) -> None:
    assert lookup("tree/call", "Appelez.", "es", locales) == Translation("Call.", "en")


def test_without_english_either_it_is_said_in_french(locales: Path) -> None:
    assert lookup("tree/new", "Nouveau.", "ar", locales) == Translation("Nouveau.", "fr")
    assert lookup("tree/new", "Nouveau.", "en", locales) == Translation("Nouveau.", "fr")


def test_french_is_never_looked_up(locales: Path) -> None:
    _write(locales / "fr" / "tree.po", ("tree/call", "Appelez.", "Téléphonez."))
    assert lookup("tree/call", "Appelez.", "fr", locales) == Translation("Appelez.", "fr")


def test_a_fuzzy_translation_is_as_good_as_none(locales: Path) -> None:
    assert lookup("tree/wait", "Attendez.", "ar", locales) == Translation("Wait.", "en")


def test_a_changed_sentence_or_another_step_has_no_translation(locales: Path) -> None:
    assert lookup("tree/call", "Appelez !", "en", locales).language == "fr"
    assert lookup("tree/other", "Appelez.", "en", locales).language == "fr"


def test_a_date_in_a_sentence_that_fell_back_is_written_in_the_language_of_the_sentence(locales: Path) -> None:
    """An Arabic date inside English words would be read by nobody."""
    (locales / "ar" / "tree.po").unlink()
    said = say(Phrase("tree/ends", ENDS, {"expires_on": DAY}), "ar", locales)
    assert said == Translation("Your paper ends on Monday, November 23, 2026.", "en")


def test_a_phrase_inside_a_phrase_is_translated_first(locales: Path) -> None:
    phrase = Phrase(
        "words/rung", "Étape {number} : {label}.", {"number": 1, "label": Phrase("rungs/phone", "Téléphoner")}
    )
    assert say(phrase, "fr", locales).text == "Étape 1 : Téléphoner."
    assert say(phrase, "en", locales).text == "Step 1: Phone."


def test_values_are_isolated_in_a_language_written_from_right_to_left(locales: Path) -> None:
    """U+2068 and U+2069 (UAX #9) keep the English label and the number from being torn apart by the Arabic."""
    phrase = Phrase(
        "words/rung", "Étape {number} : {label}.", {"number": 1, "label": Phrase("rungs/phone", "Téléphoner")}
    )
    assert say(phrase, "ar", locales).text == "الخطوة \u20681\u2069: \u2068Phone\u2069."


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_isolated_from_left_to_right(locales: Path, language: str) -> None:
    said = say(Phrase("tree/ends", ENDS, {"expires_on": DAY}), language, locales).text
    assert not {"\u2068", "\u2069"} & set(said)


def test_a_value_that_looks_like_a_blank_is_left_as_it_is(locales: Path) -> None:
    assert say(Phrase("tree/ends", ENDS, {"expires_on": "{expires_on}"}), "en", locales).text == (
        "Your paper ends on {expires_on}."
    )


def test_a_blank_without_value_is_an_error_and_not_a_hole_in_the_sentence(locales: Path) -> None:
    with pytest.raises(KeyError, match="expires_on"):
        say(Phrase("tree/ends", ENDS), "en", locales)


def test_the_languages_that_can_be_spoken_are_those_of_the_folder_french_first(locales: Path) -> None:
    assert languages(locales) == ("fr", "en", "ar")
    assert languages(locales / "nothing") == ("fr",)


def test_blanks_are_found_wherever_they_stand() -> None:
    assert blanks("Le {day}, puis le {other_day} et le {day}.") == {"day", "other_day"}
    assert blanks("Rien { ici }, ‹date›, 100 %.") == frozenset()


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fr", "dimanche 29 février 2032"),
        ("en", "Sunday, February 29, 2032"),
        ("es", "domingo, 29 de febrero de 2032"),
        ("pt", "domingo, 29 de fevereiro de 2032"),
        ("tr", "29 Şubat 2032 Pazar"),
    ],
)
def test_a_date_is_written_in_full_with_its_weekday(language: str, written: str) -> None:
    assert written_date(dt.date(2032, 2, 29), language) == written


@pytest.mark.parametrize("language", ["fr", "en", "ar", "es", "pt", "ru", "uk", "tr", "fa", "ps", "zh", "bn"])
def test_babel_can_write_the_date_of_every_language_we_mean_to_speak(language: str) -> None:
    assert written_date(DAY, language)
