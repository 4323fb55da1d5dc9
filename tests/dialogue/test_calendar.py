"""What the person reads in their calendar: the dates of the clock, in their language, and nothing they wrote."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.dialogue.render import render_calendar
from bot.dialogue.session import Answer, Session
from knowledge_base.loader import KnowledgeBase

NOW = dt.datetime(2026, 11, 23, 10, 30, tzinfo=ZoneInfo("Europe/Paris"))
SECRET = "8a8f0d6e-6f3c-4a55-9b1e-2f6f0f6f7c11"


def read(kb: KnowledgeBase, session: Session, now: dt.datetime = NOW) -> dict[dt.date, str]:
    """Return what is read in the calendar, by day."""
    file = render_calendar(kb, session, SECRET, now)
    return {event.start: str(event["DESCRIPTION"]) for event in Calendar.from_ical(file or b"").events} if file else {}


def test_each_date_is_said_with_its_article_and_the_day_it_was_written(kb: KnowledgeBase) -> None:
    found = read(kb, Session(said={"filed_on": "2026-11-01"}))
    assert list(found) == [dt.date(2026, 12, 31), dt.date(2027, 3, 1), dt.date(2027, 5, 1)]
    assert found[dt.date(2026, 12, 31)].split("\n\n") == [
        "Le jeudi 31 décembre 2026 : à partir de ce jour, le silence de la préfecture peut déjà compter comme un "
        "refus. Demandez de l'aide avant.",
        "Source : R. 432-2 CESEDA.",
        "Écrit par Déclic le lundi 23 novembre 2026. Si votre situation change, demandez encore « mes dates ».",
    ]


def test_a_date_that_falls_on_a_closed_day_says_when_to_act(kb: KnowledgeBase) -> None:
    first_of_may = read(kb, Session(said={"filed_on": "2026-11-01"}))[dt.date(2027, 5, 1)]
    assert "Ce jour est un week-end ou un jour férié. Agissez au plus tard le vendredi 30 avril 2027." in first_of_may


def test_a_date_that_was_told_says_so(kb: KnowledgeBase) -> None:
    expires = read(kb, Session(said={"expires_on": "2026-12-24"}))[dt.date(2026, 12, 24)]
    assert "Source : la date que vous avez donnée." in expires


def test_it_is_in_the_language_of_the_conversation(kb: KnowledgeBase) -> None:
    session = Session(language="en", said={"filed_on": "2026-11-01"})
    file = render_calendar(kb, session, SECRET, NOW) or b""
    (first, *_) = Calendar.from_ical(file).events
    assert first["SUMMARY"] == "Déclic: a date to watch"
    assert "Thursday, December 31, 2026" in first["DESCRIPTION"]
    assert b"PRODID:-//Declic//Dates//EN\r\n" in file


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_a_locked_screen_shows_names_no_paper_and_no_refusal(kb: KnowledgeBase, language: str) -> None:
    session = Session(language=language, said={"filed_on": "2026-11-01", "expires_on": "2026-12-24"})
    file = render_calendar(kb, session, SECRET, NOW) or b""
    shown = {str(event["SUMMARY"]) for event in Calendar.from_ical(file).events}
    shown |= {str(alarm["DESCRIPTION"]) for event in Calendar.from_ical(file).events for alarm in event.walk("VALARM")}
    assert len(shown) == 1
    told = shown.pop().casefold()
    assert not [word for word in ("titre", "séjour", "permit", "refus", "préfecture", "court", "anef") if word in told]


@pytest.mark.parametrize("said", [{}, {"permit_kind": "student"}, {"filed_on": "2020-01-01"}])
def test_without_a_date_to_come_there_is_no_file(kb: KnowledgeBase, said: dict[str, str]) -> None:
    assert render_calendar(kb, Session(said=said), SECRET, NOW) is None


DAYS = st.dates(dt.date(2017, 1, 1), dt.date(2041, 12, 31)).map(dt.date.isoformat)
KINDS = ("expires_on", "filed_on", "refused_on", "reasons_asked_on", "gracieux_sent_on")
SAID = st.dictionaries(st.sampled_from(KINDS), DAYS, min_size=1)


@settings(max_examples=100, deadline=None)
@given(
    said=SAID, permit=st.sampled_from([None, "student", "talent", "resident"]), language=st.sampled_from(["fr", "en"])
)
def test_whatever_was_told_the_file_holds_dates_and_sentences_of_ours_and_nothing_else(
    kb: KnowledgeBase, said: dict[str, str], permit: str | None, language: str
) -> None:
    told = {**said, "speaks_for": "zglorb", "phone_origin": "zglorb", **({"permit_kind": permit} if permit else {})}
    walks = {"status_stuck": {"status_stuck/what_status": Answer("zglorb")}}
    session = Session(language=language, problem="status_stuck", walks=walks, said=told, later=("zglorb",))
    file = render_calendar(kb, session, SECRET, NOW) or b""
    assert b"zglorb" not in file
    assert b"status_stuck" not in file
    assert SECRET.encode() not in file
    assert all(day >= NOW.date() for day in read(kb, session))
