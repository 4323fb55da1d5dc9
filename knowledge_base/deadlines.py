"""The legal clock: dates in, dated deadlines out. Pure; knows nothing of conversations.

Sources are the facts cited by each deadline (``facts.yml``): the filing window of R. 431-5 (C1), what late filing
costs (C12), the attestation of R. 431-15-1 (C6), the bridge of L. 433-3 (C11), the silence that becomes a refusal of
R.* 432-1 and R. 432-2 (C16, C17), the time to appeal of R. 421-1 and R. 421-2 CJA (C19), the reasons of L. 232-4 CRPA
(C20), the recours gracieux of L. 411-2 CRPA (C21). The times of an order to leave are in ``removal.py``. Where the time
depends on a card that nobody has mapped (U14), the shortest plausible time is the alert and the general rule is the
latest date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from knowledge_base.removal import Measure, Order, removal_deadlines
from knowledge_base.timing import Deadline

#: Days before expiry between which a renewal on ANEF is filed in time (C1).
FILING_OPENS_DAYS, FILING_CLOSES_DAYS = 120, 60
#: After expiry, a request is still admissible for this long, with the late fee (C12, C13).
LATE_FILING = relativedelta(months=6)
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
#: Kinds whose expired card still proves legal stay once renewal was asked for (C11).
BRIDGED = frozenset({"resident", "multiyear"})
BRIDGE = relativedelta(months=3)
#: The time to go to the court against a refusal without an order to leave (C19).
APPEAL = relativedelta(months=2)
#: The administration answers a request for reasons within this (C20) …
REASONS = relativedelta(months=1)
#: … and in any event the recours is filed within this of having asked for them (C20).
REASONS_LIMIT = relativedelta(years=1)
#: A recours gracieux unanswered for this long is rejected (C21).
GRACIEUX = relativedelta(months=2)

SOON_DAYS, NEAR_DAYS = 15, 60
ALERT_SOON_DAYS = 30


@dataclass(frozen=True)
class Dates:
    """What is known of the procedure; every field may be missing.

    Attributes:
        expires_on: last day of the permit or of the paper held now.
        filed_on: day the request was sent.
        permit_kind: one of the values of the entity ``permit_kind``.
        refused_on: day a written refusal without an order to leave was received.
        reasons_asked_on: day the reasons of an implicit refusal were asked for.
        gracieux_sent_on: day a recours gracieux was sent against the refusal.
        order: the order to leave, if one was notified.
    """

    expires_on: dt.date | None = None
    filed_on: dt.date | None = None
    permit_kind: str | None = None
    refused_on: dt.date | None = None
    reasons_asked_on: dt.date | None = None
    gracieux_sent_on: dt.date | None = None
    order: Order | None = None


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
    found = [*_of_the_paper(dates), *_of_the_refusal(dates)]
    if dates.order:
        found += removal_deadlines(dates.order)
    return tuple(sorted(found, key=lambda deadline: deadline.on))


def _of_the_paper(dates: Dates) -> Iterator[Deadline]:
    if dates.expires_on is None:
        return
    yield Deadline("permit_expires", dates.expires_on, (), sure=True)
    if dates.filed_on is None:
        opens = dates.expires_on - dt.timedelta(days=FILING_OPENS_DAYS)
        closes = dates.expires_on - dt.timedelta(days=FILING_CLOSES_DAYS)
        yield Deadline("filing_opens", opens, ("C1",), sure=False, article="R. 431-5 CESEDA")
        yield Deadline("filing_closes", closes, ("C1",), sure=False, article="R. 431-5 CESEDA")
        late = dates.expires_on + LATE_FILING
        yield Deadline("late_filing_ends", late, ("C12", "C13"), sure=False, article="R. 431-8 CESEDA")
    elif dates.permit_kind in BRIDGED:
        bridge = dates.expires_on + BRIDGE
        yield Deadline("bridge_ends", bridge, ("C11",), sure=False, article="L. 433-3 CESEDA")


def _of_the_refusal(dates: Dates) -> Iterator[Deadline]:
    refused = dates.refused_on
    refusal = implicit_refusal(dates)
    known = refused is not None or dates.permit_kind in KNOWN_TIME
    facts: tuple[str, ...] = ("C19",)
    if refused is None:
        if refusal is None:
            return
        alert, refused = refusal
        facts = ("C16", "C19")
        yield Deadline("implicit_refusal_alert", alert, ("C16", "U14"), sure=known, article="R. 432-2 CESEDA")
        if refused != alert:
            yield Deadline("implicit_refusal", refused, ("C16",), sure=True, article="R.* 432-1 CESEDA")
    article = "R. 421-1 CJA" if dates.refused_on else "R. 421-2 CJA"
    yield Deadline("appeal_ends", refused + APPEAL, facts, sure=known, article=article)
    if dates.gracieux_sent_on and dates.gracieux_sent_on <= refused + APPEAL:
        rejected = dates.gracieux_sent_on + GRACIEUX
        yield Deadline("gracieux_rejected", rejected, ("C21",), sure=True, article="L. 411-2 CRPA")
        yield Deadline("appeal_after_gracieux_ends", rejected + APPEAL, ("C21",), sure=True, article="L. 411-2 CRPA")
    if dates.reasons_asked_on:
        answered = dates.reasons_asked_on + REASONS
        yield Deadline("reasons_due", answered, ("C20",), sure=True, article="L. 232-4 CRPA")
        limit = dates.reasons_asked_on + REASONS_LIMIT
        yield Deadline("reasons_limit", limit, ("C20",), sure=True, article="CE avis 2/10/2025 n° 504677")


def to_come(dates: Dates, today: dt.date) -> tuple[Deadline, ...]:
    """Return every deadline that has not passed, the earliest first, today's included."""
    return tuple(deadline for deadline in deadlines(dates) if deadline.on >= today)


def upcoming(dates: Dates, today: dt.date) -> tuple[Deadline, ...]:
    """Return at most the three next deadlines, today's included."""
    return to_come(dates, today)[:3]


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


def lapse(dates: Dates, today: dt.date) -> str:
    """Tell how long ago the paper ended: ``valid``, ``recent`` (six months at most, C12), ``long_ago``, ``unknown``."""
    if dates.expires_on is None:
        return "unknown"
    if today <= dates.expires_on:
        return "valid"
    return "recent" if today <= dates.expires_on + LATE_FILING else "long_ago"


def appeal(dates: Dates, today: dt.date) -> str:
    """Tell whether a written refusal can still go to the court: ``open``, ``soon``, ``late``, ``unknown`` (C19)."""
    if dates.refused_on is None:
        return "unknown"
    ends = dates.refused_on + APPEAL
    if today > ends:
        return "late"
    return "soon" if (ends - today).days <= SOON_DAYS else "open"


Clock = Callable[[Dates, dt.date], str]

#: The clocks a step may branch on, with the outcomes each can give.
CLOCKS: Mapping[str, tuple[Clock, tuple[str, ...]]] = {
    "filing_window": (filing_window, ("in_time", "late", "unknown")),
    "silence": (silence, ("early", "soon", "refused", "late", "unknown")),
    "expiry": (expiry, ("passed", "soon", "near", "far", "unknown")),
    "lapse": (lapse, ("valid", "recent", "long_ago", "unknown")),
    "appeal": (appeal, ("open", "soon", "late", "unknown")),
}

#: The dates a text may name, as ``{alert_on}`` and so on.
PLACEHOLDERS = ("alert_on", "latest_on", "appeal_on", "expires_on", "filed_on", "refused_on", "refusal_appeal_on")


def placeholders(dates: Dates) -> dict[str, dt.date]:
    """Return the dates that texts may name and that are known."""
    values: dict[str, dt.date | None] = {
        "expires_on": dates.expires_on,
        "filed_on": dates.filed_on,
        "refused_on": dates.refused_on,
    }
    refusal = implicit_refusal(dates)
    if refusal:
        alert, latest = refusal
        values |= {"alert_on": alert, "latest_on": latest, "appeal_on": latest + APPEAL}
    if dates.refused_on:
        values["refusal_appeal_on"] = dates.refused_on + APPEAL
    return {name: value for name, value in values.items() if value is not None}


__all__ = ["Deadline", "Measure", "Order"]
