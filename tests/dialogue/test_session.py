"""The session as JSON: what the database keeps of a conversation."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue import Session
from bot.dialogue.session import FORMAT, Answer

KEPT = Session(
    language="en",
    language_chosen=True,
    problem="sms_code_missing",
    walks={"sms_code_missing": {"sms_code_missing/which_number": Answer("foreign", heard=True)}},
    said={"phone_origin": "foreign", "expires_on": "2027-03-01"},
    later=("status_stuck",),
    offered=("sms_code_missing/borrow:continue",),
    unclear=1,
    turn=7,
    warned=("implicit_refusal_alert:2026-11-30",),
    human=True,
    proposed="fr",
)

_words = st.text(max_size=12)
_sessions = st.builds(
    Session,
    language=_words,
    language_chosen=st.booleans(),
    problem=st.none() | _words,
    walks=st.dictionaries(_words, st.dictionaries(_words, st.builds(Answer, _words, st.booleans()), max_size=3)),
    said=st.dictionaries(_words, _words, max_size=3),
    later=st.lists(_words, max_size=3).map(tuple),
    offered=st.lists(_words, max_size=3).map(tuple),
    unclear=st.integers(0),
    turn=st.integers(0),
    warned=st.lists(_words, max_size=3).map(tuple),
    human=st.booleans(),
    proposed=st.none() | _words,
)


def test_a_session_reads_back_as_it_was_written() -> None:
    assert Session.loads(KEPT.dumps()) == KEPT


def test_a_session_says_in_which_form_it_is_written() -> None:
    assert json.loads(KEPT.dumps())["format"] == FORMAT


def test_accents_are_kept_as_they_are() -> None:
    assert "é" in Session(said={"x": "é"}).dumps()


@given(_sessions)
@settings(max_examples=100, deadline=None)
def test_any_session_reads_back_as_it_was_written(session: Session) -> None:
    assert Session.loads(session.dumps()) == session


def test_an_older_form_with_fewer_keys_is_read() -> None:
    assert Session.load({"format": 0, "problem": "scam"}) == Session(problem="scam")


def test_the_keys_of_a_newer_form_are_left_out() -> None:
    assert Session.load({**KEPT.dump(), "format": 99, "mood": "tired"}) == KEPT


def test_the_keys_of_a_newer_answer_are_left_out() -> None:
    walks = {"scam": {"scam/paid": {"value": "paid", "heard": False, "at": "2026-11-23"}}}
    assert Session.load({"walks": walks}).walks == {"scam": {"scam/paid": Answer("paid")}}


@pytest.mark.parametrize("stored", ["{}", '{"format": 1}'])
def test_an_empty_session_is_a_new_one(stored: str) -> None:
    assert Session.loads(stored) == Session()


def test_nothing_is_known_of_a_new_session() -> None:
    assert Session().walk == {}
    assert Session().with_said() == Session()


def test_an_answer_belongs_to_the_open_problem() -> None:
    walked = KEPT.with_walk({"sms_code_missing/which_number": Answer("french")})
    assert walked.walk["sms_code_missing/which_number"] == Answer("french")
    assert KEPT.walk["sms_code_missing/which_number"] == Answer("foreign", heard=True)
