"""The legal clock: dates in, dated deadlines out. Pure; knows nothing of conversations.

Sources are the facts cited by each deadline (``facts.yml``): the filing window of R. 431-5 (C1, C2), the
attestation of R. 431-15-1 (C6), the silence that becomes a refusal of R.* 432-1 and R. 432-2 (C16, C17), the
time to appeal of R. 421-1 and R. 421-2 CJA (C19). Where the time depends on a card that nobody has mapped
(U14), the shortest plausible time is the alert and the general rule is the latest date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from dateutil.relativedelta import relativedelta

DeadlineKind = Literal[
    "filing_opens", "filing_closes", "permit_expires", "implicit_refusal_alert", "implicit_refusal", "appeal_ends"
]

#: Days before expiry between which a renewal on ANEF is filed in time (C1).
FILING_OPENS_DAYS, FILING_CLOSES_DAYS = 120, 60
#: Days after a complete filing when silence may first be a refusal, by kind of permit (C16, U14).
ALERT_DAYS: Mapping[str, int] = {"talent": 30, "student": 90}
#: The alert for every other card: the shortest time of R. 432-2 that may be theirs (U14).
SHORTEST_ALERT_DAYS = 60
#: The general time after which silence is a refusal (C16).
GENERAL_REFUSAL = relativedelta(months=4)
#: Kinds counted by their own time alone. A talent card may follow another one (U14): the shortest is the safe one.
OWN_TIME = frozenset({"student", "talent"})
#: Kinds whose time is known, not merely the most careful reading.
KNOWN_TIME = frozenset({"student"})
#: The time to go to the court against a refusal without an order to leave (C19).
APPEAL = relativedelta(months=2)

SOON_DAYS, NEAR_DAYS = 15, 60
ALERT_SOON_DAYS = 30


@dataclass(frozen=True)
class Dates:
    """What is known of the procedure; every field may be missing.

    Attributes:
        expires_on: last day of the permit or of the paper held now.
        filed_on: day the request was sent.
        permit_kind: one of the values of the entity ``permit_kind``.
    """

    expires_on: dt.date | None = None
    filed_on: dt.date | None = None
    permit_kind: str | None = None


@dataclass(frozen=True)
class Deadline:
    """A date that changes what to do.

    Attributes:
        kind: what happens that day.
        on: the day.
        facts: the facts it is computed from.
        sure: whether the rule is known for this permit, or is the most careful reading.
    """

    kind: DeadlineKind
    on: dt.date
    facts: tuple[str, ...]
    sure: bool


def implicit_refusal(dates: Dates) -> tuple[dt.date, dt.date] | None:
    """Return ``(alert, latest)``: the first and last day on which silence may have become a refusal.

    ``None`` when the day of filing is unknown. Counted from the day of filing, to be safe (C18).
    """
    if dates.filed_on is None:
        return None
    days = ALERT_DAYS.get(dates.permit_kind or "", SHORTEST_ALERT_DAYS)
    alert = dates.filed_on + dt.timedelta(days=days)
    latest = alert if dates.permit_kind in OWN_TIME else dates.filed_on + GENERAL_REFUSAL
    return alert, latest


def deadlines(dates: Dates) -> tuple[Deadline, ...]:
    """Return every deadline that follows from ``dates``, the earliest first, past ones included."""
    found: list[Deadline] = []
    if dates.expires_on:
        found.append(Deadline("permit_expires", dates.expires_on, (), sure=True))
        if dates.filed_on is None:
            opens = dates.expires_on - dt.timedelta(days=FILING_OPENS_DAYS)
            closes = dates.expires_on - dt.timedelta(days=FILING_CLOSES_DAYS)
            found.append(Deadline("filing_opens", opens, ("C1",), sure=False))
            found.append(Deadline("filing_closes", closes, ("C1",), sure=False))
    refusal = implicit_refusal(dates)
    if refusal:
        alert, latest = refusal
        known = dates.permit_kind in KNOWN_TIME
        found.append(Deadline("implicit_refusal_alert", alert, ("C16", "U14"), sure=known))
        if latest != alert:
            found.append(Deadline("implicit_refusal", latest, ("C16",), sure=True))
        found.append(Deadline("appeal_ends", latest + APPEAL, ("C16", "C19"), sure=known))
    return tuple(sorted(found, key=lambda deadline: deadline.on))


def upcoming(dates: Dates, today: dt.date) -> tuple[Deadline, ...]:
    """Return at most the three next deadlines, today's included."""
    return tuple(deadline for deadline in deadlines(dates) if deadline.on >= today)[:3]


def filing_window(dates: Dates, today: dt.date) -> str:
    """Tell whether the request was filed in time: ``in_time``, ``late`` or ``unknown`` (C1, C6).

    Filing earlier than the 120th day is not late: the platform took the request.
    """
    if dates.expires_on is None or dates.filed_on is None:
        return "unknown"
    closes = dates.expires_on - dt.timedelta(days=FILING_CLOSES_DAYS)
    return "in_time" if dates.filed_on <= closes else "late"


def silence(dates: Dates, today: dt.date) -> str:
    """Tell what the silence of the préfecture may mean today (C16, C17, C19).

    ``early``: the alert is more than 30 days off; ``soon``: it is near or passed, the latest date is not;
    ``refused``: a refusal has probably been born and the two months run; ``late``: they have passed.
    """
    refusal = implicit_refusal(dates)
    if refusal is None:
        return "unknown"
    alert, latest = refusal
    if today > latest + APPEAL:
        return "late"
    if today >= latest:
        return "refused"
    return "soon" if today >= alert - dt.timedelta(days=ALERT_SOON_DAYS) else "early"


def expiry(dates: Dates, today: dt.date) -> str:
    """Tell how near the paper's end is: ``passed``, ``soon`` (15 days), ``near`` (60 days), ``far``, ``unknown``."""
    if dates.expires_on is None:
        return "unknown"
    days = (dates.expires_on - today).days
    if days < 0:
        return "passed"
    if days <= SOON_DAYS:
        return "soon"
    return "near" if days <= NEAR_DAYS else "far"


Clock = Callable[[Dates, dt.date], str]

#: The clocks a step may branch on, with the outcomes each can give.
CLOCKS: Mapping[str, tuple[Clock, tuple[str, ...]]] = {
    "filing_window": (filing_window, ("in_time", "late", "unknown")),
    "silence": (silence, ("early", "soon", "refused", "late", "unknown")),
    "expiry": (expiry, ("passed", "soon", "near", "far", "unknown")),
}

#: The dates a text may name, as ``{alert_on}`` and so on.
PLACEHOLDERS = ("alert_on", "latest_on", "appeal_on", "expires_on", "filed_on")


def placeholders(dates: Dates) -> dict[str, dt.date]:
    """Return the dates that texts may name and that are known."""
    values: dict[str, dt.date | None] = {"expires_on": dates.expires_on, "filed_on": dates.filed_on}
    refusal = implicit_refusal(dates)
    if refusal:
        alert, latest = refusal
        values |= {"alert_on": alert, "latest_on": latest, "appeal_on": latest + APPEAL}
    return {name: value for name, value in values.items() if value is not None}
