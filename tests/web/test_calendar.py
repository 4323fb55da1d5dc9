"""The dates of a conversation as a calendar file, over HTTP: the file, who may have it, and when there is none."""

from __future__ import annotations

import datetime as dt
import uuid

import httpx
import pytest
from icalendar import Calendar, Event

from tests.store.databases import rows
from tests.web.conftest import CONVERSATIONS, Caller

LINK = '<deadlines.ics>; rel="enclosure"; type="text/calendar"'
#: Whatever the day of the test, the permit ends and all its dates are to come.
ENDS = dt.date.today() + dt.timedelta(days=200)


def address(caller: Caller) -> str:
    return f"{CONVERSATIONS}/{caller.id}/deadlines.ics"


def ask(caller: Caller, token: str | None = None) -> httpx.Response:
    return caller.http.get(address(caller), headers={"Authorization": f"Bearer {token or caller.token}"})


def events(answer: httpx.Response) -> list[Event]:
    return Calendar.from_ical(answer.content).events


@pytest.fixture
def dated(caller: Caller) -> Caller:
    """Somebody who told when their permit ends, and more than that."""
    caller.says(f"Je m'appelle Zoubida Zglorb, mon titre de séjour finit le {ENDS:%d/%m/%Y}")
    return caller


def test_every_date_to_come_is_in_the_file(dated: Caller) -> None:
    found = events(ask(dated))
    assert [event.start for event in found][2] == ENDS
    assert len(found) == 4
    assert {str(event["SUMMARY"]) for event in found} == {"Déclic : date à surveiller"}
    told = dated.says("mes dates")["deadlines"]
    assert [event.start.isoformat() for event in found][:3] == [due["date"] for due in told]


def test_it_is_kept_by_the_person_and_by_nothing_on_the_way(dated: Caller) -> None:
    headers = ask(dated).headers
    assert headers["content-type"] == "text/calendar; charset=utf-8"
    assert headers["content-disposition"] == 'attachment; filename="declic.ics"'
    assert headers["cache-control"] == "no-store"


def test_it_speaks_the_language_of_the_conversation(dated: Caller) -> None:
    dated.taps("language:en")
    assert {str(event["SUMMARY"]) for event in events(ask(dated))} == {"Déclic: a date to watch"}


def test_nothing_that_was_typed_is_in_the_file(dated: Caller) -> None:
    file = ask(dated).text.replace("\r\n ", "")
    for typed in ("Zoubida", "Zglorb", "appelle", dated.id, dated.token):
        assert typed not in file


def test_the_same_dates_asked_for_again_are_the_same_events(dated: Caller) -> None:
    once, again = events(ask(dated)), events(ask(dated))
    assert [event["UID"] for event in once] == [event["UID"] for event in again]


def test_to_ask_for_it_takes_no_turn_and_leaves_no_row(dated: Caller, database_url: str) -> None:
    before = rows(database_url)
    ask(dated)
    assert rows(database_url) == before


# -- how a program knows -----------------------------------------------------------------------------------------------


def test_under_the_dates_a_program_finds_the_choice(dated: Caller) -> None:
    shown = [choice for message in dated.says("mes dates")["messages"] for choice in message["choices"]]
    assert {"id": "command:calendar", "label": "Ajouter à mon calendrier"} in shown


@pytest.mark.parametrize("asked", [{"choice": "command:calendar"}, {"text": "mettre dans mon calendrier"}])
def test_the_answer_to_the_choice_and_to_the_words_links_to_the_file(dated: Caller, asked: dict[str, str]) -> None:
    answer = dated.post("once", json=asked)
    assert "declic.ics" in answer.json()["messages"][0]["text"]
    assert answer.headers["link"] == LINK
    linked = answer.url.join(answer.links["enclosure"]["url"])
    assert linked.path == address(dated)
    assert dated.post("once", json=asked).headers["link"] == LINK, (
        "an answer that was lost is given again, link and all"
    )


def test_no_other_answer_links_to_it(dated: Caller) -> None:
    for said in ({"text": "mes dates"}, {"text": "bonjour"}, {"choice": "command:repeat"}):
        assert "link" not in dated.post(json=said).headers


def test_without_a_date_the_choice_is_answered_by_what_to_say_and_no_link(caller: Caller) -> None:
    answer = caller.post(json={"choice": "command:calendar"})
    assert "28/11/2026" in answer.json()["messages"][-1]["text"]
    assert "link" not in answer.headers


# -- when there is none, and who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [None, "bonjour", "mon titre a fini le 3 mars 2019"])
def test_without_a_date_to_come_one_is_told_what_to_say(caller: Caller, said: str | None) -> None:
    if said:
        caller.says(said)
    answer = ask(caller)
    assert answer.status_code == 404
    assert answer.json()["error"].startswith("No date to come is known yet. Say when the permit ends")


@pytest.mark.parametrize("authorization", ["", "Bearer", "Basic dTpw", "Bearer wrong", "{token}", "Bearer {token}x"])
def test_without_its_token_no_date_is_given(dated: Caller, authorization: str) -> None:
    headers = {"Authorization": authorization.format(token=dated.token)} if authorization else {}
    answer = dated.http.get(address(dated), headers=headers)
    assert answer.status_code == 401
    assert "token" in answer.json()["error"]


def test_a_token_in_the_address_opens_nothing(dated: Caller) -> None:
    assert dated.http.get(address(dated), params={"token": dated.token}).status_code == 401


def test_the_token_of_another_conversation_opens_nothing(http: httpx.Client, dated: Caller) -> None:
    assert ask(dated, Caller(http).open().token).status_code == 401


@pytest.mark.parametrize("name", ["{unknown}", "%00", "' OR 1=1 --", "a" * 5000])
def test_of_a_conversation_that_does_not_exist_there_is_none(caller: Caller, name: str) -> None:
    caller.id = name.format(unknown=uuid.uuid4())
    assert ask(caller).status_code == 404


def test_what_was_erased_is_in_no_file(dated: Caller) -> None:
    dated.taps("command:erase_yes")
    answer = ask(dated)
    assert answer.status_code == 404
    assert answer.json()["error"] == "This conversation does not exist or was erased. Open a new one."
