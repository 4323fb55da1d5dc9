"""The calendar file: what a calendar reads in it, and what stands in it byte by byte (RFC 5545)."""

from __future__ import annotations

import datetime as dt
import re
import string
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from knowledge_base.calendar_file import Entry, calendar_file
from knowledge_base.deadlines import Dates, Order, deadlines, to_come
from knowledge_base.timing import Deadline

PARIS = ZoneInfo("Europe/Paris")
#: A Monday morning.
NOW = dt.datetime(2026, 11, 23, 10, 30, tzinfo=PARIS)
TITLE = "Déclic : date à surveiller"
SECRET = "8a8f0d6e-6f3c-4a55-9b1e-2f6f0f6f7c11"
WEDNESDAY, SUNDAY = dt.date(2026, 12, 9), dt.date(2026, 12, 13)


def day(on: dt.date, kind: str = "appeal_ends") -> Deadline:
    return Deadline(kind, on, ("C19",), sure=True, article="R. 421-1 CJA")  # type: ignore[arg-type]


def written(*due: Deadline, text: str = "À lire.", secret: str = SECRET, now: dt.datetime = NOW) -> bytes:
    return calendar_file([Entry(each, text) for each in due], TITLE, "fr", secret, now)


def events(file: bytes) -> list[Event]:
    return Calendar.from_ical(file).events


def rings(event: Event) -> list[dt.datetime]:
    """When the phone reminds of an event, in Paris."""
    start = event.start if isinstance(event.start, dt.datetime) else dt.datetime.combine(event.start, dt.time(0), PARIS)
    return [start + alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]


def lines(file: bytes) -> list[str]:
    """The lines as they are meant: what was folded is one again (3.1)."""
    return file.decode().replace("\r\n ", "").split("\r\n")


# ---------------------------------------------------------------- what the calendar shows
def test_a_deadline_is_an_all_day_event_with_its_text_inside() -> None:
    (event,) = events(written(day(WEDNESDAY), text="Le 9 décembre : déposez le recours.\n\nSource : R. 421-1 CJA."))
    assert (event.start, type(event.start)) == (WEDNESDAY, dt.date)
    assert event["SUMMARY"] == TITLE
    assert event["DESCRIPTION"] == "Le 9 décembre : déposez le recours.\n\nSource : R. 421-1 CJA."


def test_a_day_is_that_day_wherever_the_phone_is() -> None:
    assert "DTSTART;VALUE=DATE:20261209" in lines(written(day(WEDNESDAY)))
    assert b"VTIMEZONE" not in written(day(WEDNESDAY))


def test_every_deadline_to_come_is_there_and_not_only_three() -> None:
    due = to_come(Dates(dt.date(2027, 3, 1), dt.date(2026, 11, 1), "resident"), NOW.date())
    assert [event.start for event in events(written(*due))] == [each.on for each in due]
    assert len(due) == 5


def test_what_a_locked_screen_shows_says_nothing_of_the_person() -> None:
    file = lines(written(day(WEDNESDAY), text="Votre papier se termine."))
    assert [line for line in file if line.startswith("SUMMARY")] == [f"SUMMARY:{TITLE}"]
    alarms = "\n".join(file).split("BEGIN:VALARM")[1:]
    assert len(alarms) == 2
    assert all(f"DESCRIPTION:{TITLE}" in alarm and "papier" not in alarm.split("END:VALARM")[0] for alarm in alarms)


def test_others_who_see_the_calendar_see_neither_the_details_nor_a_busy_day() -> None:
    assert {"CLASS:PRIVATE", "TRANSP:TRANSPARENT"} <= set(lines(written(day(WEDNESDAY))))


# ---------------------------------------------------------------- reminders
@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(WEDNESDAY, ["2026-12-02T09:00", "2026-12-08T09:00"], id="seven days and a day before"),
        pytest.param(SUNDAY, ["2026-12-04T09:00", "2026-12-10T09:00"], id="before the Friday that is the last to act"),
        pytest.param(dt.date(2026, 11, 30), ["2026-11-29T09:00"], id="not an hour and a half ago"),
        pytest.param(dt.date(2026, 12, 1), ["2026-11-24T09:00", "2026-11-30T09:00"], id="tomorrow is to come"),
        pytest.param(dt.date(2026, 11, 24), [], id="too late for any"),
        pytest.param(NOW.date(), [], id="today"),
    ],
)
def test_the_phone_reminds_in_the_morning_a_week_and_a_day_before(on: dt.date, expected: list[str]) -> None:
    (event,) = events(written(day(on)))
    assert [ring.isoformat(timespec="minutes")[:16] for ring in rings(event)] == expected


def test_a_day_on_which_something_merely_happens_is_reminded_of_as_it_is() -> None:
    (event,) = events(written(day(SUNDAY, "permit_expires")))
    assert [ring.date() for ring in rings(event)] == [dt.date(2026, 12, 6), dt.date(2026, 12, 12)]


# ---------------------------------------------------------------- times counted in hours
def test_a_time_counted_in_hours_is_an_instant_of_paris() -> None:
    due = deadlines(Dates(order=Order(NOW.date(), dt.time(9, 15), "assigned")))
    file = written(*due)
    (event,) = events(file)
    assert event.start == dt.datetime(2026, 11, 30, 9, 15, tzinfo=PARIS)
    assert "DTSTART;TZID=Europe/Paris:20261130T091500" in lines(file)
    assert Calendar.from_ical(file).get_missing_tzids() == set()
    assert rings(event) == [dt.datetime(2026, 11, 29, 9, 15, tzinfo=PARIS)]


def test_of_48_hours_the_reminder_of_the_day_before_is_left() -> None:
    due = deadlines(Dates(order=Order(NOW.date(), dt.time(9, 15), "retention")))
    found = {event.start: rings(event) for event in events(written(*due))}
    ends = dt.datetime(2026, 11, 25, 9, 15, tzinfo=PARIS)
    assert found[ends] == [ends - dt.timedelta(days=1)]


def test_the_zone_is_told_for_a_phone_that_does_not_know_paris() -> None:
    """A computer that was given nothing but the file finds the instant."""
    order = Order(dt.date(2027, 3, 26), dt.time(18, 0), "retention")  # summer time begins in between
    file = written(*deadlines(Dates(order=order)), now=dt.datetime(2027, 3, 26, 18, 5, tzinfo=PARIS))
    (zone,) = Calendar.from_ical(file).timezones
    offset = zone.to_tz().utcoffset(dt.datetime(2027, 3, 28, 19, 0))
    assert offset == dt.timedelta(hours=2)


# ---------------------------------------------------------------- which event is which
def test_a_corrected_date_moves_its_event_instead_of_adding_one() -> None:
    before, after = (events(written(day(on)))[0]["UID"] for on in (WEDNESDAY, SUNDAY))
    assert before == after


def test_the_events_of_one_person_are_told_apart_and_never_those_of_another() -> None:
    due = (day(WEDNESDAY, "permit_expires"), day(WEDNESDAY, "appeal_ends"))
    ids = {str(event["UID"]) for secret in (SECRET, "another") for event in events(written(*due, secret=secret))}
    assert len(ids) == 4


def test_an_id_says_nothing_of_whom_it_is_or_of_what() -> None:
    (event,) = events(written(day(WEDNESDAY)))
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@declic", event["UID"])
    assert SECRET.encode() not in written(day(WEDNESDAY))


# ---------------------------------------------------------------- the form
def test_the_file_names_its_version_and_its_maker_and_invites_nobody() -> None:
    file = lines(written(day(WEDNESDAY)))
    assert file[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Declic//Dates//FR"]
    assert not [line for line in file if line.startswith(("METHOD", "ATTENDEE", "ORGANIZER"))]
    assert "DTSTAMP:20261123T093000Z" in file


def test_the_present_must_say_where_it_is() -> None:
    with pytest.raises(ValueError, match="time zone"):
        written(day(WEDNESDAY), now=dt.datetime(2026, 11, 23, 10, 30))


DAYS = st.dates(dt.date(2016, 1, 1), dt.date(2045, 12, 31))
TEXTS = st.text(
    st.characters(exclude_categories=["C"]) | st.sampled_from('\n,;:\\"é–⁨ق') | st.sampled_from(string.ascii_letters)
)
PERMITS = st.sampled_from([None, "student", "talent", "family", "resident", "multiyear"])
KNOWN = st.builds(Dates, *[st.none() | DAYS] * 2, PERMITS, *[st.none() | DAYS] * 3)
INSTANTS = st.datetimes(dt.datetime(2016, 1, 1), dt.datetime(2045, 12, 31), timezones=st.just(PARIS))


@settings(max_examples=150, deadline=None)
@given(dates=KNOWN, now=INSTANTS, text=TEXTS)
def test_whatever_the_dates_a_calendar_reads_them_back(dates: Dates, now: dt.datetime, text: str) -> None:
    due = to_come(dates, now.date())
    file = written(*due, text=text, now=now)
    found = events(file)
    assert [event.start for event in found] == [each.on for each in due]
    assert all(event["DESCRIPTION"] == text for event in found)
    assert len({event["UID"] for event in found}) == len(due)
    for event, each in zip(found, due, strict=True):
        expected = [each.act_by - dt.timedelta(days=before) for before in (7, 1)]
        nine = [dt.datetime.combine(on, dt.time(9), PARIS) for on in expected]
        assert rings(event) == [ring for ring in nine if ring > now]


@settings(max_examples=150, deadline=None)
@given(dates=KNOWN, now=INSTANTS, text=TEXTS)
def test_whatever_the_text_every_line_is_short_and_whole(dates: Dates, now: dt.datetime, text: str) -> None:
    file = written(*to_come(dates, now.date()), text=text, now=now)
    assert file.endswith(b"END:VCALENDAR\r\n")
    folded = file.split(b"\r\n")
    assert all(len(line) <= 75 for line in folded)
    assert all(line.decode() is not None for line in folded), "no letter is cut in two"
    assert b"\n" not in file.replace(b"\r\n", b"")
    assert b"\r" not in file.replace(b"\r\n", b"")
    assert all(re.match(r"[A-Z-]+[;:]", line) for line in lines(file) if line)
