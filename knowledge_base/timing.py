"""A deadline: a day or an instant that changes what to do."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from typing import Literal

import holidays

DeadlineKind = Literal[
    "filing_opens",
    "filing_closes",
    "late_filing_ends",
    "permit_expires",
    "bridge_ends",
    "implicit_refusal_alert",
    "implicit_refusal",
    "appeal_ends",
    "gracieux_rejected",
    "appeal_after_gracieux_ends",
    "reasons_due",
    "reasons_limit",
    "removal_appeal_ends",
    "placement_challenge_ends",
]
#: What one must have done by then, as opposed to a day on which something merely happens.
ACTED_ON = frozenset(
    {
        "filing_closes",
        "late_filing_ends",
        "appeal_ends",
        "appeal_after_gracieux_ends",
        "reasons_limit",
        "removal_appeal_ends",
        "placement_challenge_ends",
    }
)

#: What is said by itself as soon as it is near; the rest is told when it is asked for.
WATCHED = frozenset({"implicit_refusal_alert", "implicit_refusal", "appeal_ends"})


@dataclass(frozen=True)
class Deadline:
    """A date that changes what to do.

    Attributes:
        kind: what happens that day.
        on: the day.
        facts: the facts it is computed from.
        sure: whether the rule is known for this permit, or is the most careful reading.
        at: the instant, where the time is counted in hours.
        article: where the rule is written, "" where the date was simply told.
    """

    kind: DeadlineKind
    on: dt.date
    facts: tuple[str, ...]
    sure: bool
    at: dt.datetime | None = None
    article: str = ""

    @property
    def act_by(self) -> dt.date:
        """The last working day on which to act: a counter is closed on Saturdays, Sundays and holidays.

        No time is made longer by them here, even where a court would: the strictest reading.
        """
        day = self.on
        if self.kind in ACTED_ON and self.at is None:
            while day.weekday() >= 5 or day in _closed(day.year):
                day -= dt.timedelta(days=1)
        return day


@functools.cache
def _closed(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("FR", years=year))
