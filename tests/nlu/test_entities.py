"""What a message says besides its problem. Today is Monday 23 November 2026."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core.agent import Agent

from bot.nlu.dates import _MONTHS
from bot.nlu.entities import Finder, bare
from bot.nlu.redaction import redact
from tests.conftest import TODAY

FINDER = Finder()
_ROLES = ("expires_on", "filed_on", "refused_on", "date")
_NAMES = ("device", "browser", "paper_kind", "permit_kind", "phone_origin", "error_code", "department", "request_kind")


def found(text: str, *names: str) -> dict[str, str]:
    """Return the entities of ``text``, or those of ``names`` only."""
    return {each.name: each.value for each in FINDER.find(text, TODAY) if not names or each.name in names}


# -- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["il n'est pas en rétention", "jamais en garde à vue", "not in detention"])
def test_who_is_not_held_is_not_held(text: str) -> None:
    assert found(text, "held") == {}


@pytest.mark.parametrize(
    ("text", "month"),
    [("en mai 2027", "2027-05"), ("mi-novembre", "--11"), ("May 2027", "2027-05"), ("fin janvier", "--01")],
)
def test_a_month_without_a_day_is_no_date(text: str, month: str) -> None:
    assert found(text, *_ROLES, "month") == {"month": month}


@pytest.mark.parametrize(
    ("text", "role", "day"),
    [
        ("ma carte expire le 12/03/2027", "expires_on", "2027-03-12"),
        ("mon titre de séjour est valable jusqu'au 15 janvier", "expires_on", "2027-01-15"),
        ("mon titre finit vendredi", "expires_on", "2026-11-27"),
        ("mon récépissé expire demain", "expires_on", "2026-11-24"),
        ("le 30 novembre c'est la fin de mon titre", "expires_on", "2026-11-30"),
        ("mon titre a expiré le 3 octobre", "expires_on", "2026-10-03"),
        ("mon titre est expiré depuis le 2 mars", "expires_on", "2026-03-02"),
        ("mon titre expire dans 2 semaines", "expires_on", "2026-12-07"),
        ("il se termine le 30 nov.", "expires_on", "2026-11-30"),
        ("my permit expires on 12 March 2027", "expires_on", "2027-03-12"),
        ("my permit expires March 12, 2027", "expires_on", "2027-03-12"),
        ("my card ends on Friday", "expires_on", "2026-11-27"),
        ("my card ended on Friday", "expires_on", "2026-11-20"),
        ("my permit ran out last Friday", "expires_on", "2026-11-20"),
        ("my card is valid until the 31st of December", "expires_on", "2026-12-31"),
        ("it expires in three weeks", "expires_on", "2026-12-14"),
        ("31 December is the end of my permit", "expires_on", "2026-12-31"),
        ("my card is over on friday", "expires_on", "2026-11-27"),
        ("my permit stops on december 9", "expires_on", "2026-12-09"),
        ("ma carte expirait le 10 novembre", "expires_on", "2026-11-10"),
        ("mon titre finissait le 30 novembre", "expires_on", "2026-11-30"),
        ("il finit le quatorze mai 2027", "expires_on", "2027-05-14"),
        ("il finit le vingt et un mars", "expires_on", "2027-03-21"),
        ("it ends on the twenty-first of March", "expires_on", "2027-03-21"),
        ("mon patron veut un papier valable lundi", "date", "2026-11-23"),
        ("j'ai déposé ma demande le 2 septembre 2026", "filed_on", "2026-09-02"),
        ("demande envoyée le 1er août", "filed_on", "2026-08-01"),
        ("dossier déposé le 25/12", "filed_on", "2025-12-25"),
        ("j'ai déposé ma demande il y a quatre mois", "filed_on", "2026-07-23"),
        ("j'ai fait le renouvellement mardi dernier", "filed_on", "2026-11-17"),
        ("le 3 octobre j'ai déposé mon dossier", "filed_on", "2026-10-03"),
        ("I submitted my application on the 3rd of June", "filed_on", "2026-06-03"),
        ("I filed it on 2026-06-03", "filed_on", "2026-06-03"),
        ("I applied four months ago", "filed_on", "2026-07-23"),
        ("I filed last Monday", "filed_on", "2026-11-16"),
        ("on 3 October I applied", "filed_on", "2026-10-03"),
        ("j'ai eu un refus le 3 octobre", "refused_on", "2026-10-03"),
        ("refus notifié lundi", "refused_on", "2026-11-16"),
        ("they refused my application on 3 October", "refused_on", "2026-10-03"),
        ("vendredi", "date", "2026-11-27"),
        ("lundi", "date", "2026-11-23"),
        ("vendredi dernier", "date", "2026-11-20"),
        ("last Friday", "date", "2026-11-20"),
        ("avant-hier", "date", "2026-11-21"),
        ("yesterday", "date", "2026-11-22"),
        ("aujourd'hui", "date", "2026-11-23"),
        ("après-demain", "date", "2026-11-25"),
        ("le 12 mars", "date", "2027-03-12"),
        ("May 5", "date", "2027-05-05"),
        ("12-03-2027", "date", "2027-03-12"),
        ("12.03.2027", "date", "2027-03-12"),
        ("12/3/27", "date", "2027-03-12"),
        ("rendez-vous le 5 décembre", "date", "2026-12-05"),
        ("j'ai envoyé un mail le 3 octobre", "date", "2026-10-03"),
        ("I sent an email on 3 October", "date", "2026-10-03"),
    ],
)
def test_a_date_has_the_role_that_the_words_beside_it_give(text: str, role: str, day: str) -> None:
    assert found(text, *_ROLES) == {role: day}


def test_one_message_may_tell_both_dates() -> None:
    told = "J'ai déposé ma demande le 2 septembre et ma carte expire le 4 décembre."
    assert found(told) == {"filed_on": "2026-09-02", "expires_on": "2026-12-04"}
    told = "I applied on 2 September, my card expires on 4 December."
    assert found(told) == {"filed_on": "2026-09-02", "expires_on": "2026-12-04"}


@pytest.mark.parametrize("day", ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"])
def test_a_weekday_lies_within_the_week_that_its_role_asks_for(day: str) -> None:
    ends = dt.date.fromisoformat(found(f"ma carte expire {day}")["expires_on"])
    sent = dt.date.fromisoformat(found(f"demande envoyée {day}")["filed_on"])
    assert TODAY <= ends < TODAY + dt.timedelta(7)
    assert TODAY - dt.timedelta(7) <= sent < TODAY
    assert (ends - sent).days == 7


@pytest.mark.parametrize("today", [dt.date(2027, 1, 2), dt.date(2026, 12, 30)])
def test_a_date_without_a_year_is_found_across_new_year(today: dt.date) -> None:
    ends = {each.name: each.value for each in FINDER.find("elle expire le 5 janvier", today)}
    sent = {each.name: each.value for each in FINDER.find("demande envoyée le 20 décembre", today)}
    assert (ends, sent) == ({"expires_on": "2027-01-05"}, {"filed_on": "2026-12-20"})


@pytest.mark.parametrize("text", ["le 31/02/2026", "29/02/2027", "2026-13-01", "le 45/12", "99 mars", "30 février"])
def test_a_day_that_does_not_exist_is_no_date(text: str) -> None:
    assert found(text) == {}


@pytest.mark.parametrize("name", _MONTHS.split("|"))
def test_every_month_that_is_looked_for_is_read(name: str) -> None:
    assert found(f"ma carte expire le 3 {name} 2027")["expires_on"].startswith("2027-")


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("j'attends depuis 5 mois", "P5M"),
        ("ça fait six semaines que j'attends", "P6W"),
        ("pendant dix jours", "P10D"),
        ("il me reste 3 jours", "P3D"),
        ("plus de deux ans", "P2Y"),
        ("I have been waiting for 3 months", "P3M"),
        ("over two weeks now", "P2W"),
        ("eleven days", "P11D"),
        ("a month", "P1M"),
    ],
)
def test_a_duration_is_read(text: str, duration: str) -> None:
    assert found(text) == {"duration": duration}


@pytest.mark.parametrize(
    "text", ["il est resté un an", "a year", "j'ai 3 enfants", "un instant", "marche pas", "I may apply"]
)
def test_what_is_no_duration_is_none(text: str) -> None:
    assert found(text) == {}


# -- papers, devices, numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("j'ai une attestation de prolongation d'instruction", "paper_kind", "extension"),
        ("j'ai juste l'ATTESTATION DE DEPOT", "paper_kind", "filing_receipt"),
        ("attestation de décision favorable reçue", "paper_kind", "decision"),
        ("mon récipissé", "paper_kind", "recepisse"),
        ("I have a favourable decision", "paper_kind", "decision"),
        ("je suis en VLS-TS", "paper_kind", "visa"),
        ("carte étudiant", "permit_kind", "student"),
        ("I have a student permit", "permit_kind", "student"),
        ("passeport talent", "permit_kind", "talent"),
        ("vie privée et familiale", "permit_kind", "family"),
        ("I am the spouse of a French citizen", "permit_kind", "family"),
        ("ma carte de résident", "permit_kind", "resident"),
        ("a ten year card", "permit_kind", "resident"),
        ("je suis réfugié", "permit_kind", "refugee"),
        ("subsidiary protection", "permit_kind", "refugee"),
        ("certificat de résidence algérien", "permit_kind", "algerian"),
        ("c'est pour un renouvellement", "request_kind", "renewal"),
        ("it is my first application", "request_kind", "first"),
        ("sur mon iPhone", "device", "phone"),
        ("ça ne marche pas sur mon téléphone", "device", "phone"),
        ("on my laptop", "device", "computer"),
        ("depuis ma tablette", "device", "tablet"),
        ("avec Google Chrome", "browser", "chrome"),
        ("Mozilla Firefox", "browser", "firefox"),
        ("internet explorer", "browser", "old"),
        ("avec samsung internet", "browser", "samsung"),
        ("j'ai un numéro français", "phone_origin", "french"),
        ("mon numéro commence par +33", "phone_origin", "french"),
        ("c'est une SIM étrangère", "phone_origin", "foreign"),
        ("it is a foreign phone number", "phone_origin", "foreign"),
        ("non french number", "phone_origin", "foreign"),
        ("google voice", "phone_origin", "virtual"),
        ("erreur 503", "error_code", "503"),
        ("HTTP 502", "error_code", "502"),
        ("502 Bad Gateway", "error_code", "502"),
        ("I get a 500 error", "error_code", "500"),
        ("error code: 503", "error_code", "503"),
        ("ERR_CONNECTION_TIMED_OUT", "error_code", "ERR_CONNECTION_TIMED_OUT"),
        ("net::err_cert_date_invalid", "error_code", "NET::ERR_CERT_DATE_INVALID"),
        ("SEC_ERROR_UNKNOWN_ISSUER", "error_code", "SEC_ERROR_UNKNOWN_ISSUER"),
        ("j'habite dans le 93", "department", "93"),
        ("préfecture du 69", "department", "69"),
        ("Bobigny (93)", "department", "93"),
        ("département 2a", "department", "2A"),
        ("department 94", "department", "94"),
        ("dept 974", "department", "974"),
    ],
)
def test_what_changes_the_advice_is_found(text: str, name: str, value: str) -> None:
    assert found(text, *_NAMES) == {name: value}


@pytest.mark.parametrize(
    ("number", "origin"),
    [("06 12 34 56 78", "french"), ("+33 7 98 76 54 32", "french"), ("+237 6 99 12 34 56", "foreign")],
)
def test_a_number_that_was_taken_out_still_tells_where_it_comes_from(number: str, origin: str) -> None:
    assert found(redact(f"mon numéro est le {number}.")) == {"phone_origin": origin}


@pytest.mark.parametrize(
    "text",
    [
        "article L433-1",
        "L. 433-3 du CESEDA",
        "article R*432-1",
        "R. 431-15-1",
        "article 6-1",
        "article 8 de la CEDH",
        "225 euros",
        "25,50 €",
        "12.50 euros",
        "ça coûte 12.10 €",
        "à 14h30",
        "14:30",
        "de 9h à 18h",
        "depuis 07 h",
        "at 5 pm",
        "24/7",
        "7j/7",
        "10 Mo maximum",
        "un fichier (10 Mo) refusé",
        "3/4 Mo",
        "2.5 MB",
        "21 x 29.7",
        "étape 2/5",
        "page 3/5",
        "(12 documents)",
        "iOS 15.4",
        "version 12.10.3",
        "0806 001 620",
        "08 06 00 16 20",
        "01/02/03/04/05",
        "75011 Paris",
        "chambre 403",
        "le fichier fait 404 Ko",
        "un code de 6 chiffres : 482910",
    ],
)
def test_article_numbers_prices_hours_sizes_and_phone_numbers_are_none_of_it(text: str) -> None:
    assert found(text) == {}


@pytest.mark.parametrize("text", ["le 06 juin 2026", "I filed it on 2026-06-03", "le 07 septembre", "reçu à 06 h"])
def test_a_day_or_a_month_is_no_beginning_of_a_phone_number(text: str) -> None:
    assert found(text, "phone_origin") == {}


@pytest.mark.parametrize(
    "text",
    [
        "je n'ai pas de numéro français",
        "I don't have a French number",
        "je n'ai pas d'ordinateur",
        "I don't have a computer",
        "je n'ai toujours pas reçu mon attestation de prolongation",
        "no récépissé",
        "toujours pas d'attestation de prolongation",
    ],
)
def test_what_a_person_does_not_have_is_not_what_they_have(text: str) -> None:
    assert found(text, "phone_origin", "device", "paper_kind") == {}


def test_a_country_of_a_phone_number_is_no_permit() -> None:
    assert found("mon numéro est un numéro algérien", "permit_kind") == {}
    assert found("je suis algérien", "permit_kind") == {"permit_kind": "algerian"}


@pytest.mark.parametrize(
    "text",
    [
        "bonjour c'est pour ma femme",
        "le titre de séjour de mon mari expire",
        "la demande d'une amie est bloquée",
        "my sister's card expires on Friday",
        "I write for a friend",
        "je suis bénévole",
    ],
)
def test_somebody_who_writes_for_another_is_heard(text: str) -> None:
    assert found(text, "speaks_for") == {"speaks_for": "other"}


@pytest.mark.parametrize("text", ["ma femme est française", "je cherche un student permit", "c'est pour mon titre"])
def test_a_relative_in_a_story_is_nobody_one_writes_for(text: str) -> None:
    assert found(text, "speaks_for") == {}


# -- whatever is written ---------------------------------------------------------------------------------------------

_ANYTHING = st.text(st.characters(blacklist_categories=["Cs"]) | st.sampled_from("0123456789/.- éÉİßﬁ’"), max_size=80)


@settings(max_examples=150, deadline=None)
@given(_ANYTHING)
def test_the_bare_text_has_the_length_of_the_text(text: str) -> None:
    assert len(bare(text)) == len(text)


_PIECES = (
    *("dans", "il", "y", "a", "9", "99", "999", "12", "31", "0000", "/", "-", ".", "mars", "feb", "29"),
    *("lundi", "last", "ans", "jours", "weeks", "ago", "expire", "déposé", "le"),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join) | _ANYTHING)
def test_an_entity_stands_where_it_says_and_its_date_exists(text: str) -> None:
    for each in FINDER.find(text, TODAY):
        assert 0 <= each.start < each.end <= len(text)
        if each.name in _ROLES:
            dt.date.fromisoformat(each.value)


async def test_rasa_hands_the_entities_on_with_their_places(agent_and_store: tuple[Agent, object]) -> None:
    agent, _ = agent_and_store
    text = "J'ai Chrome sur mon iPhone"
    parsed = await agent.parse_message(text)
    told = {each["entity"]: (each["value"], text[each["start"] : each["end"]]) for each in parsed["entities"]}
    assert told == {"browser": ("chrome", "Chrome"), "device": ("phone", "iPhone")}
