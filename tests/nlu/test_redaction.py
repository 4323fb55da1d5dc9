"""Personal numbers, addresses and names leave a message before anything else sees it; the rest of it stays."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.nlu.redaction import redact
from tests.nlu.corpus import messages


def test_a_message_keeps_its_sense_and_loses_its_numbers() -> None:
    told = (
        "Je m'appelle Amadou Diallo, mon numéro étranger est 9901234567 et mon portable le 06 12 34 56 78. "
        "J'ai déposé le 12/03/2026 et le 0806 001 620 ne répond pas (erreur 503, article L. 433-3)."
    )
    assert redact(told) == (
        "Je m'appelle ‹nom›, mon numéro étranger est ‹numéro› et mon portable le ‹numéro français›. "
        "J'ai déposé le 12/03/2026 et le 0806 001 620 ne répond pas (erreur 503, article L. 433-3)."
    )


@pytest.mark.parametrize(
    ("personal", "token"),
    [
        ("06 12 34 56 78", "‹numéro français›"),
        ("06.12.34.56.78", "‹numéro français›"),
        ("06-12-34-56-78", "‹numéro français›"),
        ("0612345678", "‹numéro français›"),
        ("06\N{NO-BREAK SPACE}12\N{NO-BREAK SPACE}34\N{NO-BREAK SPACE}56\N{NO-BREAK SPACE}78", "‹numéro français›"),
        ("06\N{NARROW NO-BREAK SPACE}12 34 56 78", "‹numéro français›"),
        ("+33 6 12 34 56 78", "‹numéro français›"),
        ("+33 (0)6 12 34 56 78", "‹numéro français›"),
        ("0033612345678", "‹numéro français›"),
        ("+237 6 99 12 34 56", "‹téléphone étranger›"),
        ("+221-77-123-45-67", "‹téléphone étranger›"),
        ("00221771234567", "‹téléphone étranger›"),
        ("+1 (202) 555-0142", "‹téléphone étranger›"),
        ("Jean.Dupont+anef@exemple.co.uk", "‹e-mail›"),
        ("9901234567", "‹numéro›"),
        ("99 01 23 45 67", "‹numéro›"),
        ("9901 234 567", "‹numéro›"),
        ("99-01-23-45-67", "‹numéro›"),
        ("1 85 12 75 108 123 45", "‹numéro›"),
        ("12AB34567", "‹document›"),
        ("12ab34567", "‹document›"),
        ("K00123456", "‹document›"),
        ("FR76 3000 6000 0112 3456 7890 189", "‹iban›"),
        ("fr7630006000011234567890189", "‹iban›"),
        ("DE89 3704 0044 0532 0130 00", "‹iban›"),
        ("NO93 8601 1117 947", "‹iban›"),
        ("4970 1234 5678 9012", "‹carte›"),
        ("4970-1234-5678-9012", "‹carte›"),
        ("3782 822463 10005", "‹carte›"),
        ("12 rue de la Paix", "‹adresse›"),
        ("5 bis bd Voltaire", "‹adresse›"),
        ("3 place d'Italie", "‹adresse›"),
    ],
)
def test_a_personal_number_leaves_a_token_that_says_what_it_was(personal: str, token: str) -> None:
    assert redact(f"voici : {personal}, merci") == f"voici : {token}, merci"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("passeport n° A1234567", "passeport n° ‹numéro›"),
        ("passport number 533380006", "passport number ‹numéro›"),
        ("my passport number is 533380006", "my passport number is ‹numéro›"),
        ("visa n° 123456789", "visa n° ‹numéro›"),
        ("mon visa est le 123456789", "mon visa est le ‹numéro›"),
        ("dossier n° 2026-123456", "dossier n° ‹numéro›"),
        ("numéro de dossier 123456789", "numéro de dossier ‹numéro›"),
        ("numéro de demande : AB-123-456", "numéro de demande : ‹numéro›"),
        ("file number 7503-2026-00123", "file number ‹numéro›"),
        ("n° AGDREF : 7503123456", "n° AGDREF : ‹numéro›"),
    ],
)
def test_a_passport_a_visa_and_a_file_number_are_known_by_the_word_before_them(text: str, left: str) -> None:
    assert redact(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Je m'appelle Amadou Diallo et j'attends", "Je m'appelle ‹nom› et j'attends"),
        ("je m’appelle Fatou", "je m’appelle ‹nom›"),
        ("bonjour je m'appelle amadou diallo et j'attends", "bonjour je m'appelle ‹nom› et j'attends"),
        ("Je m'appelle Jean-Pierre de La Fontaine.", "Je m'appelle ‹nom›."),
        ("mon nom est O'Brien", "mon nom est ‹nom›"),
        ("mon nom c'est Ben Ali", "mon nom c'est ‹nom›"),
        ("my name is Mary Jane Watson.", "my name is ‹nom›."),
        ("hi my name is mary", "hi my name is ‹nom›"),
        ("MY NAME IS JOHN SMITH", "MY NAME IS ‹nom›"),
        ("I am called Li Wei", "I am called ‹nom›"),
    ],
)
def test_a_name_that_a_person_gives_is_taken_out_whole(text: str, left: str) -> None:
    assert redact(text) == left


# -- what stays ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        "0806 001 620",
        "08 06 00 16 20",
        "0806001620",
        "0 806 001 620",
        "0806 00 16 20",
        "0806-001-620",
        "0806.001.620",
        "08.06.00.16.20",
        "08-06-00-16-20",
        "08/06/00/16/20",
        "0806\N{NO-BREAK SPACE}001\N{NO-BREAK SPACE}620",
        "(0806 001 620)",
        "+33 806 001 620",
        "+33806001620",
        "0033 806 001 620",
        "+33 8 06 00 16 20",
    ],
)
def test_the_public_number_stays_in_every_spelling(number: str) -> None:
    text = f"j'ai appelé le {number}, personne"
    assert redact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "du 01/01/2026 au 31/12/2026",
        "le 12.03.2026 à 14.30",
        "entre le 12 03 2026 et le 14 04 2026",
        "demande : 12/03/2026",
        "visa: 2026-03-12",
        "request number one of 12 March 2026",
        "article L. 433-3",
        "dossier : article L433-1",
        "R. 431-15-1 du CESEDA",
        "CERFA n° 15186*03",
        "décret n° 2021-313 du 24 mars 2021",
        "NET::ERR_CERT_AUTHORITY_INVALID",
        "erreur 0x80072EFD",
        "Code erreur : Y500006",
        "FranceConnect (Y000400)",
        "Erreur E000033",
        "ERR_CONNECTION_TIMED_OUT sur https://administration-etrangers-en-france.interieur.gouv.fr/particuliers/",
        "Chrome 120.0.6099.109, Windows 10, SM-A525F, iOS 17.2.1",
        "225 euros, 10 000 euros, 1 234 567,89 €",
        "75011 Paris, dans le 93",
        "de 9h à 18h, 10 Mo, 25 %",
        "il n'y a plus 1 place pour un rendez-vous",
        "j'ai 2 cours de français par semaine",
        "un studio de 27 square metres",
        "dossier n° 1, file number 2",
        "mon nom est mal écrit sur la carte",
        "mon nom est faux dans le compte",
        "my name is wrong on my account",
        "my name is missing one letter",
        "je suis étudiante, I am a student, c'est Amina la voisine qui m'aide",
        "",
    ],
)
def test_dates_articles_codes_and_prices_stay(text: str) -> None:
    assert redact(text) == text


def test_no_training_message_loses_a_word() -> None:
    """What is trained on is what is read at run time, and nobody's number is kept in the data."""
    assert [changed for each in messages("training") if (changed := redact(each.text)) != each.text] == []


# -- whatever the sentence -------------------------------------------------------------------------------------------

_WORDS = sorted({word for each in messages("training")[::40] for word in re.findall(r"[^\W\d_]+", each.text)})
_SENTENCE = st.lists(st.sampled_from(_WORDS), max_size=8).map(" ".join)
_BEFORE = st.sampled_from([" ", " (", " : ", ", ", ",", ". ", ".", "/", " n°", " =", "«", "\n", " le "])
_AFTER = st.sampled_from([" ", ")", ",", ", ", ".", "/", "!", "?", "\n", " et ", ";", "»"])


def _digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


def _grouped(*sizes: int, by: tuple[str, ...] = ("", " ", "-", "\N{NO-BREAK SPACE}")) -> st.SearchStrategy[str]:
    """Return digits in groups, with one kind of separator before each."""
    groups = st.tuples(*map(_digits, sizes))
    return st.builds(lambda parts, gap: "".join(gap + part for part in parts), groups, st.sampled_from(by))


def _after(prefix: st.SearchStrategy[str], rest: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda first, other: first + other, prefix, rest)


_PAIRS = _grouped(2, 2, 2, 2, by=("", " ", ".", "-", "\N{NO-BREAK SPACE}"))
_LETTER = st.sampled_from("ABCDFGHJKLMNPRSTUVWXZ")
SEEDS = {
    "phone": _after(st.sampled_from(["01", "06", "07", "09"]), _PAIRS),
    "phone from abroad": _after(st.sampled_from(["+33 6", "+237 6", "+221", "0033 7", "+44 20"]), _PAIRS),
    "numéro étranger": _after(st.sampled_from(["99", "75", "69", "13"]), _PAIRS),
    "passport": st.builds("{}{}{}{}".format, _digits(2), _LETTER, _LETTER, _digits(5)),
    "card": _after(st.sampled_from(["4970", "5132"]), _grouped(4, 4, 4)),
    "iban": _after(st.just("FR76"), _grouped(4, 4, 4, 4, 4, 3)),
    "file number": _after(st.sampled_from(["dossier n° 75-", "numéro de demande : "]), _digits(8)),
}  # fmt: skip


@pytest.mark.parametrize("kind", SEEDS)
def test_a_number_put_in_any_sentence_never_survives(kind: str) -> None:
    @settings(max_examples=80, deadline=None)
    @given(_SENTENCE, _BEFORE, SEEDS[kind], _AFTER, _SENTENCE)
    def check(start: str, before: str, seed: str, after: str, end: str) -> None:
        left = re.sub(r"\D", "", redact(f"{start}{before}{seed}{after}{end}"))
        assert seed.endswith("0806001620") or len(left) <= 2, left

    check()


@settings(max_examples=80, deadline=None)
@given(_SENTENCE, _BEFORE, _SENTENCE)
def test_an_e_mail_put_in_any_sentence_never_survives(start: str, before: str, end: str) -> None:
    assert "@" not in redact(f"{start}{before}fatou.ndiaye99@exemple.org {end}")


def test_two_numbers_side_by_side_are_both_taken_out() -> None:
    assert redact("06 12 34 56 78/07 98 76 54 32") == "‹numéro français›/‹numéro français›"
    assert redact("0612345678,0798765432") == "‹numéro français›,‹numéro français›"


@settings(max_examples=150, deadline=None)
@given(
    _SENTENCE,
    st.dates(dt.date(2015, 1, 1), dt.date(2040, 1, 1)),
    st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %m %Y", "%d/%m/%y"]),
    st.sampled_from(["le ", "demande : ", "visa: ", "(", "depuis le "]),
    _SENTENCE,
)
@example("", dt.date(2026, 3, 12), "%d/%m/%Y", "application: ", "")
def test_a_date_put_in_any_sentence_stays(start: str, day: dt.date, form: str, before: str, end: str) -> None:
    written = day.strftime(form)
    assert written in redact(f"{start} {before}{written} {end}")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | _SENTENCE)
def test_what_was_redacted_once_stays_as_it_is(text: str) -> None:
    once = redact(text)
    assert redact(once) == once
