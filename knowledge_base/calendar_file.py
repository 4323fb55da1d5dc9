"""The deadlines as a calendar file (RFC 5545) that a phone's own calendar opens. Pure.

What a phone shows to whoever looks, the title and the reminders, says nothing of the person; the rest is read by
opening the event.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from icalendar import Alarm, Calendar, Event

from knowledge_base.removal import PARIS
from knowledge_base.timing import Deadline

#: The name of the file, which says nothing of papers either.
NAME = "declic.ics"
#: So many days before the last day on which to act, the phone reminds …
REMINDERS_DAYS = (7, 1)
#: … at this hour: counted from the midnight that begins an all-day event, a reminder would ring in the night.
REMINDER_HOUR = dt.timedelta(hours=9)


@dataclass(frozen=True)
class Entry:
    """A deadline, and what is read of it in the calendar once it is opened, in the person's language."""

    deadline: Deadline
    text: str


def calendar_file(entries: Sequence[Entry], title: str, language: str, secret: str, now: dt.datetime) -> bytes:
    """Return a calendar file, in UTF-8: one event a deadline, all day where the deadline is a day.

    Args:
        entries: the deadlines.
        title: the title of every event and reminder; it is shown on a locked screen.
        language: of the title and the texts, as ISO 639-1.
        secret: what is this calendar's alone and stays the same, such as a conversation's random id. Only a hash of it
            is written, so that a newer file moves the events of an older one, and those of nobody else.
        now: the present instant; reminders that would lie before it are left out.

    Raises:
        ValueError: ``now`` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    calendar = Calendar()
    # No METHOD: nobody is invited, and the type that the file is served with would have to repeat it (3.7.2).
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//Declic//Dates//{language.upper()}")
    for entry in entries:
        calendar.add_component(_event(entry, title, secret, now))
    instants = [entry.deadline.at.date() for entry in entries if entry.deadline.at]
    if instants:
        year = dt.timedelta(days=366)
        calendar.add_missing_timezones(min(instants) - year, max(instants) + year)
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, title: str, secret: str, now: dt.datetime) -> Event:
    deadline = entry.deadline
    event = Event()
    # Without the date: a corrected date moves its event instead of adding another.
    event.add("uid", f"{uuid.uuid5(uuid.NAMESPACE_OID, f'{secret}/{deadline.kind}')}@declic")
    event.add("dtstamp", now.astimezone(dt.timezone.utc))
    # A day has no time zone and no end: it is that day wherever the phone is (3.6.1).
    event.add("dtstart", deadline.at.astimezone(PARIS) if deadline.at else deadline.on)
    event.add("summary", title)
    event.add("description", entry.text)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    for before in _reminders(deadline, now):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", before)
        event.add_component(alarm)
    return event


def _reminders(deadline: Deadline, now: dt.datetime) -> Iterator[dt.timedelta]:
    """Yield how long before the event to remind of it: a negative duration, as TRIGGER is written."""
    start = deadline.at or dt.datetime.combine(deadline.on, dt.time(0), PARIS)
    for days in REMINDERS_DAYS:
        if deadline.at:
            before = -dt.timedelta(days=days)
        else:
            before = deadline.act_by - deadline.on - dt.timedelta(days=days) + REMINDER_HOUR
        if start + before > now:
            yield before
