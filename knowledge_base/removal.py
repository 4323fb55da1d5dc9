"""The times of an order to leave France (OQTF), counted hour by hour and the strictest way (H1, H3, H7).

Figures of 15 July 2024; decrees of June 2026 changed where they are written (U11). So none of them is sure: the paper
that the person holds prevails, at its shortest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from knowledge_base.timing import Deadline

#: What the person is under; ``free`` when none of the others.
Measure = Literal["free", "assigned", "prison", "retention"]
PARIS = ZoneInfo("Europe/Paris")
#: Real hours, through a change of summer time too: the court counts 48 hours, not two days.
HOURS: Mapping[Measure, dt.timedelta] = {
    "retention": dt.timedelta(hours=48),
    "assigned": dt.timedelta(hours=7 * 24),
    "prison": dt.timedelta(hours=7 * 24),
}
ONE_MONTH = relativedelta(months=1)
#: The first placement in a centre may be challenged for this long; act on the first day (H7).
PLACEMENT = dt.timedelta(hours=96)


@dataclass(frozen=True)
class Order:
    """An order to leave France as it was handed over.

    Attributes:
        notified_on: the day it was handed over.
        notified_at: the hour, in Paris; the first minute of the day is taken when it is unknown.
        measure: what the person is under.
    """

    notified_on: dt.date
    notified_at: dt.time | None = None
    measure: Measure = "free"

    @property
    def instant(self) -> dt.datetime:
        """The instant from which the hours run."""
        return dt.datetime.combine(self.notified_on, self.notified_at or dt.time(0, 0), PARIS)


def removal_deadlines(order: Order) -> Iterator[Deadline]:
    """Yield when the appeal against the order ends, and the challenge of a placement in a centre."""
    start = order.instant
    hours = HOURS.get(order.measure)
    ends = _after(start, hours) if hours else start + ONE_MONTH
    facts = ("H1", "H3#two-CAA", "U11") if hours else ("H1", "U11")
    yield Deadline("removal_appeal_ends", ends.date(), facts, sure=False, at=ends, article="CESEDA, livre VI et IX")
    if order.measure == "retention":
        placement = _after(start, PLACEMENT)
        yield Deadline(
            "placement_challenge_ends",
            placement.date(),
            ("H7#96-h", "U11"),
            sure=False,
            at=placement,
            article="L. 741-10",
        )


def _after(start: dt.datetime, hours: dt.timedelta) -> dt.datetime:
    """Return the instant so many real hours later: adding in UTC counts the hour that summer time takes or gives."""
    return (start.astimezone(dt.timezone.utc) + hours).astimezone(PARIS)
