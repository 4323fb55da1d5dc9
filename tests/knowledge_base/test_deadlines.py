"""The legal clock: worked examples with their article, then what holds for every date.

The articles are those of the facts cited (``facts.yml``), which no lawyer has signed yet.
"""

from __future__ import annotations

import calendar
import datetime as dt
from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge_base.deadlines import (
    ALERT_DAYS,
    CLOCKS,
    PLACEHOLDERS,
    Dates,
    Deadline,
    Order,
    deadlines,
    expiry,
    filing_window,
    implicit_refusal,
    placeholders,
    silence,
    upcoming,
)
from knowledge_base.loader import KnowledgeBase
from knowledge_base.timing import DeadlineKind
from knowledge_base.worked import DUE, KNOWN, Example, examples

DAY = dt.timedelta(days=1)


def day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


def due(dates: Dates) -> dict[str, Deadline]:
    return {deadline.kind: deadline for deadline in deadlines(dates)}


@pytest.mark.parametrize("example", examples(), ids=lambda each: f"{each.due}-{each.day}")
def test_the_clock_gives_what_a_person_worked_out_by_hand(example: Example) -> None:
    assert example.right, example.computed


def test_every_kind_of_deadline_that_is_computed_has_an_example() -> None:
    assert {example.due for example in examples()} == {*get_args(DeadlineKind)} - {"permit_expires"} == {*DUE}


def test_what_is_known_in_an_example_has_a_name_on_the_page() -> None:
    assert {name for example in examples() for name in example.known} <= {*KNOWN}


@pytest.mark.parametrize(
    ("dates", "facts"),
    [
        (Dates(expires_on=day("2027-06-30")), {"C1", "C12", "C13"}),
        (Dates(filed_on=day("2026-03-01")), {"C16", "C19", "U14"}),
    ],
)
def test_every_deadline_rests_on_its_facts(dates: Dates, facts: set[str]) -> None:
    assert {fact for deadline in deadlines(dates) for fact in deadline.facts} == facts


def test_once_the_request_is_sent_nobody_is_told_when_to_send_it() -> None:
    found = due(Dates(expires_on=day("2027-06-30"), filed_on=day("2027-04-01")))
    assert set(found) == {"permit_expires", "implicit_refusal_alert", "implicit_refusal", "appeal_ends"}


def test_when_nothing_is_known_nothing_is_due() -> None:
    assert deadlines(Dates()) == deadlines(Dates(permit_kind="student")) == ()
    assert implicit_refusal(Dates(expires_on=day("2027-06-30"))) is None


@pytest.mark.parametrize(("permit", "kinds"), [("student", 2), ("talent", 2), (None, 3), ("family", 3)])
def test_a_card_that_has_its_own_time_is_not_told_of_the_general_one(permit: str | None, kinds: int) -> None:
    assert len(deadlines(Dates(filed_on=day("2026-03-01"), permit_kind=permit))) == kinds


@pytest.mark.parametrize(("permit", "sure"), [("student", True), ("talent", False), ("family", False), (None, False)])
def test_only_the_time_of_students_is_known_the_others_are_the_most_careful_reading(
    permit: str | None, sure: bool
) -> None:
    found = due(Dates(filed_on=day("2026-03-01"), permit_kind=permit))
    assert found["implicit_refusal_alert"].sure is sure
    assert found["appeal_ends"].sure is sure


def test_the_window_is_not_sure_since_some_titles_have_another() -> None:
    """Titles that are not on ANEF are asked for within the last two months (C2)."""
    found = due(Dates(expires_on=day("2027-06-30")))
    assert not found["filing_opens"].sure
    assert not found["filing_closes"].sure
    assert found["permit_expires"].sure


def test_every_deadline_stands_on_facts_that_exist(kb: KnowledgeBase) -> None:
    every = {*deadlines(Dates(day("2027-06-30"))), *deadlines(Dates(filed_on=day("2026-03-01")))}
    cited = {fact for deadline in every for fact in deadline.facts}
    assert cited == {"C1", "C12", "C13", "C16", "C19", "U14"}
    assert cited <= set(kb.facts) | set(kb.wordings)
    assert all(any(part.may_be_stated for part in kb.facts[fact].confidence) for fact in cited - {"U14"})


def test_the_cards_that_have_their_own_time_are_cards_that_are_understood() -> None:
    entities = Path(__file__).parents[2] / "bot" / "nlu" / "entities.yml"
    assert set(ALERT_DAYS) <= set(yaml.safe_load(entities.read_text(encoding="utf-8"))["permit_kind"])


# ---------------------------------------------------------------- the clocks, day by day
def changes(clock: str, dates: Dates, begin: str, end: str) -> list[tuple[str, str]]:
    """Walk from one day to another; return the first day of each outcome, with it."""
    found: list[tuple[str, str]] = []
    today = day(begin)
    while today <= day(end):
        outcome = CLOCKS[clock][0](dates, today)
        if not found or found[-1][1] != outcome:
            found.append((today.isoformat(), outcome))
        today += DAY
    return found


@pytest.mark.parametrize(
    ("permit", "walk"),
    [
        # alert on 30 April, thirty days before it soon; refusal on 1 July; appeal until 1 September included
        (None, [("2026-03-01", "early"), ("2026-03-31", "soon"), ("2026-07-01", "refused"), ("2026-09-02", "late")]),
        (
            "student",
            [("2026-03-01", "early"), ("2026-04-30", "soon"), ("2026-05-30", "refused"), ("2026-07-31", "late")],
        ),
        ("talent", [("2026-03-01", "soon"), ("2026-03-31", "refused"), ("2026-06-01", "late")]),
    ],
)
def test_the_silence_of_the_prefecture_day_by_day(permit: str | None, walk: list[tuple[str, str]]) -> None:
    dates = Dates(filed_on=day("2026-03-01"), permit_kind=permit)
    assert changes("silence", dates, "2026-03-01", "2027-03-01") == walk


def test_the_end_of_the_paper_day_by_day() -> None:
    """Far, then the last sixty days, the last fifteen, its last day included, and passed on the day after."""
    assert changes("expiry", Dates(expires_on=day("2027-03-01")), "2026-11-23", "2027-12-31") == [
        ("2026-11-23", "far"),
        ("2026-12-31", "near"),
        ("2027-02-14", "soon"),
        ("2027-03-02", "passed"),
    ]


@pytest.mark.parametrize(
    ("filed", "outcome"),
    [
        ("2027-03-01", "in_time"),  # before the window opens: the platform took it
        ("2027-03-02", "in_time"),
        ("2027-05-01", "in_time"),  # the 60th day before the end
        ("2027-05-02", "late"),
        ("2027-06-30", "late"),
        ("2027-07-01", "late"),
    ],
)
def test_a_request_is_in_time_until_the_60th_day_before_the_end(filed: str, outcome: str) -> None:
    dates = Dates(expires_on=day("2027-06-30"), filed_on=day(filed))
    assert filing_window(dates, day("2027-08-01")) == outcome


@pytest.mark.parametrize(
    ("clock", "dates"),
    [
        ("expiry", Dates(filed_on=day("2026-03-01"))),
        ("silence", Dates(expires_on=day("2026-03-01"))),
        ("filing_window", Dates(filed_on=day("2026-03-01"))),
        ("filing_window", Dates(expires_on=day("2026-03-01"))),
        ("filing_window", Dates()),
    ],
)
def test_a_clock_without_its_date_says_so(clock: str, dates: Dates) -> None:
    assert CLOCKS[clock][0](dates, day("2026-11-23")) == "unknown"


# ---------------------------------------------------------------- what comes next
def test_the_next_three_deadlines_are_told_todays_included() -> None:
    dates = Dates(expires_on=day("2026-06-15"), filed_on=day("2026-03-01"))
    alert, expires, refusal, appeal = day("2026-04-30"), day("2026-06-15"), day("2026-07-01"), day("2026-09-01")
    assert [found.on for found in upcoming(dates, day("2026-03-01"))] == [alert, expires, refusal]
    assert [found.on for found in upcoming(dates, alert)] == [alert, expires, refusal]
    assert [found.on for found in upcoming(dates, alert + DAY)] == [expires, refusal, appeal]
    assert [found.on for found in upcoming(dates, appeal)] == [appeal]
    assert upcoming(dates, appeal + DAY) == ()


@pytest.mark.parametrize(
    ("dates", "named"),
    [
        (Dates(), set()),
        (Dates(permit_kind="student"), set()),
        (Dates(expires_on=day("2026-06-15")), {"expires_on"}),
        (Dates(filed_on=day("2026-03-01")), {"filed_on", "alert_on", "latest_on", "appeal_on"}),
        (Dates(refused_on=day("2026-03-01")), {"refused_on", "refusal_appeal_on"}),
        (Dates(day("2026-06-15"), day("2026-03-01"), refused_on=day("2026-07-01")), set(PLACEHOLDERS)),
    ],
)
def test_a_text_may_name_the_dates_that_are_known(dates: Dates, named: set[str]) -> None:
    assert set(placeholders(dates)) == named


def test_a_text_names_the_same_days_as_the_deadlines() -> None:
    dates = Dates(day("2026-06-15"), day("2026-03-01"), "family")
    found, values = due(dates), placeholders(dates)
    assert values == {
        "expires_on": found["permit_expires"].on,
        "filed_on": day("2026-03-01"),
        "alert_on": found["implicit_refusal_alert"].on,
        "latest_on": found["implicit_refusal"].on,
        "appeal_on": found["appeal_ends"].on,
    }


# ---------------------------------------------------------------- what holds for every date
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2036, 12, 31))
PERMITS = st.sampled_from([None, "student", "talent", "family", "employee", "resident", "algerian", "not a permit"])
DATES = st.builds(Dates, st.none() | DAYS, st.none() | DAYS, PERMITS)
FAST = settings(max_examples=150, deadline=None)


def months_after(filed: dt.date, months: int) -> dt.date:
    """The same day of the month, or the last one of a month that is too short; reckoned without dateutil."""
    year, month = divmod(filed.year * 12 + filed.month - 1 + months, 12)
    return dt.date(year, month + 1, min(filed.day, calendar.monthrange(year, month + 1)[1]))


@FAST
@given(DATES)
def test_deadlines_come_in_their_order_each_once(dates: Dates) -> None:
    found = deadlines(dates)
    assert [deadline.on for deadline in found] == sorted(deadline.on for deadline in found)
    assert len({deadline.kind for deadline in found}) == len(found)


@FAST
@given(DAYS, PERMITS)
def test_the_alert_comes_first_then_the_refusal_then_the_end_of_the_appeal(filed: dt.date, permit: str | None) -> None:
    dates = Dates(filed_on=filed, permit_kind=permit)
    refusal = implicit_refusal(dates)
    assert refusal is not None
    alert, latest = refusal
    assert filed < alert <= latest < due(dates)["appeal_ends"].on


@FAST
@given(DAYS)
def test_four_months_end_on_the_same_day_of_the_month_or_on_its_last(filed: dt.date) -> None:
    found = due(Dates(filed_on=filed))
    latest = months_after(filed, 4)
    assert found["implicit_refusal"].on == latest
    assert found["appeal_ends"].on == months_after(latest, 2)


@FAST
@given(DAYS, DAYS, PERMITS)
def test_who_files_later_waits_at_least_as_long(one: dt.date, other: dt.date, permit: str | None) -> None:
    earlier, later = (due(Dates(filed_on=filed, permit_kind=permit)) for filed in sorted((one, other)))
    assert all(earlier[kind].on <= later[kind].on for kind in earlier)


@FAST
@given(DAYS, PERMITS)
def test_no_card_is_warned_later_than_the_shortest_time_it_may_have(filed: dt.date, permit: str | None) -> None:
    """Thirty days for a talent card, ninety for a student's, sixty for every other (U14)."""
    days = {"talent": 30, "student": 90}.get(permit or "", 60)
    assert (due(Dates(filed_on=filed, permit_kind=permit))["implicit_refusal_alert"].on - filed).days == days


@FAST
@given(DAYS, DAYS)
def test_the_window_lasts_sixty_days_and_closes_sixty_days_before_the_end(expires: dt.date, today: dt.date) -> None:
    found = due(Dates(expires_on=expires))
    assert (expires - found["filing_opens"].on).days == 120
    assert (expires - found["filing_closes"].on).days == 60
    for filed in (found["filing_opens"].on, found["filing_closes"].on):
        assert filing_window(Dates(expires, filed), today) == "in_time"
    assert filing_window(Dates(expires, found["filing_closes"].on + DAY), today) == "late"


@FAST
@given(DAYS, PERMITS, DAYS)
def test_the_clock_of_silence_agrees_with_the_deadlines(filed: dt.date, permit: str | None, today: dt.date) -> None:
    dates = Dates(filed_on=filed, permit_kind=permit)
    found = due(dates)
    latest = found.get("implicit_refusal", found["implicit_refusal_alert"]).on
    assert (silence(dates, today) in {"refused", "late"}) == (today >= latest)
    assert (silence(dates, today) == "late") == (today > found["appeal_ends"].on)


@FAST
@given(DATES, DAYS, DAYS, st.sampled_from(["silence", "expiry"]))
def test_no_clock_ever_goes_back(dates: Dates, one: dt.date, other: dt.date, clock: str) -> None:
    order = {"silence": ("early", "soon", "refused", "late"), "expiry": ("far", "near", "soon", "passed")}[clock]
    before, after = (CLOCKS[clock][0](dates, today) for today in sorted((one, other)))
    assume(before != "unknown")
    assert order.index(before) <= order.index(after)


@FAST
@given(DATES, DAYS)
def test_a_clock_gives_only_the_outcomes_it_declares(dates: Dates, today: dt.date) -> None:
    for clock, outcomes in CLOCKS.values():
        assert clock(dates, today) in outcomes


@FAST
@given(DATES, DAYS)
def test_what_comes_next_is_never_past_and_is_the_nearest(dates: Dates, today: dt.date) -> None:
    coming = upcoming(dates, today)
    ahead = [deadline for deadline in deadlines(dates) if deadline.on >= today]
    assert list(coming) == ahead[:3]


@FAST
@given(DAYS, DAYS)
def test_a_paper_is_good_on_its_last_day(expires: dt.date, today: dt.date) -> None:
    assert (expiry(Dates(expires_on=expires), today) == "passed") == (today > expires)


# ---------------------------------------------------------------- a written refusal, reasons, recours gracieux
def test_a_recours_gracieux_sent_too_late_keeps_no_time() -> None:
    found = due(Dates(refused_on=day("2026-07-01"), gracieux_sent_on=day("2026-09-02")))
    assert set(found) == {"appeal_ends"}


@pytest.mark.parametrize("permit", ["student", "family", None, "algerian"])
def test_only_the_cards_of_the_text_have_a_bridge(permit: str | None) -> None:
    found = due(Dates(day("2026-11-30"), day("2026-08-01"), permit))
    assert "bridge_ends" not in found


def test_a_written_refusal_takes_the_place_of_the_silence() -> None:
    found = due(Dates(filed_on=day("2026-03-01"), refused_on=day("2026-05-04")))
    assert {kind: one.on for kind, one in found.items()} == {"appeal_ends": day("2026-07-04")}


def test_the_time_against_a_refusal_day_by_day() -> None:
    assert changes("appeal", Dates(refused_on=day("2026-07-01")), "2026-07-01", "2026-12-31") == [
        ("2026-07-01", "open"),
        ("2026-08-17", "soon"),
        ("2026-09-02", "late"),
    ]


def test_an_ended_paper_day_by_day() -> None:
    assert changes("lapse", Dates(expires_on=day("2026-08-31")), "2026-08-30", "2027-12-31") == [
        ("2026-08-30", "valid"),
        ("2026-09-01", "recent"),
        ("2027-03-01", "long_ago"),
    ]


# ---------------------------------------------------------------- an order to leave, hour by hour
def test_no_time_of_an_order_to_leave_is_stated_as_certain() -> None:
    assert not due(Dates(order=Order(day("2026-12-24"))))["removal_appeal_ends"].sure, "U11"


def test_a_placement_in_a_centre_is_challenged_within_96_hours() -> None:
    found = due(Dates(order=Order(day("2026-11-20"), dt.time(17, 30), "retention")))
    assert found["placement_challenge_ends"].at == dt.datetime.fromisoformat("2026-11-24T17:30:00+01:00")
    assert "placement_challenge_ends" not in due(Dates(order=Order(day("2026-11-20"))))


# ---------------------------------------------------------------- counters are closed
@pytest.mark.parametrize(
    ("refused", "ends", "act_by"),
    [
        ("2026-09-25", "2026-11-25", "2026-11-25"),  # a Wednesday
        ("2026-09-28", "2026-11-28", "2026-11-27"),  # a Saturday: act on the Friday
        ("2026-10-25", "2026-12-25", "2026-12-24"),  # Christmas
        ("2026-03-06", "2026-05-06", "2026-05-06"),
        ("2026-03-10", "2026-05-10", "2026-05-07"),  # a Sunday after the 8th of May
    ],
)
def test_act_on_the_last_working_day_no_time_is_made_longer(refused: str, ends: str, act_by: str) -> None:
    found = due(Dates(refused_on=day(refused)))["appeal_ends"]
    assert (found.on, found.act_by) == (day(ends), day(act_by))


def test_a_day_on_which_something_merely_happens_is_not_moved() -> None:
    found = due(Dates(expires_on=day("2026-11-28")))["permit_expires"]
    assert found.act_by == found.on == day("2026-11-28")
