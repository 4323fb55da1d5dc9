"""The HTTP API, to the letter of what others rely on."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from rasa.core.agent import Agent

from bot.assistant import Assistant, Incoming, public
from bot.store.database import Database
from bot.store.tracker_store import SessionTrackerStore
from knowledge_base.loader import KnowledgeBase
from tests.web.conftest import CONVERSATIONS, Caller

PROBLEM = "problem:sms_code_missing"
TURN = {"turn", "language", "intent", "confidence", "step", "messages", "escalation", "deadlines"}


def test_a_conversation_is_opened_with_an_id_and_a_token(http: httpx.Client) -> None:
    answer = http.post(CONVERSATIONS)
    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "token"}
    assert str(uuid.UUID(answer.json()["id"])) == answer.json()["id"]
    assert len(answer.json()["token"]) >= 32


def test_words_are_answered_with_a_turn(caller: Caller) -> None:
    turn = caller.says("Je ne reçois pas le code par SMS")
    assert set(turn) == TURN
    assert (turn["turn"], turn["language"], turn["intent"]) == (1, "fr", "sms_code_missing")
    assert 0 < turn["confidence"] <= 1
    assert turn["step"].startswith("sms_code_missing/")
    assert turn["escalation"] is None
    assert turn["deadlines"] == []
    for message in turn["messages"]:
        assert set(message) == {"text", "choices", "facts"}
        assert all({"id", "label"} <= set(choice) <= {"id", "label", "detail"} for choice in message["choices"])


def test_the_words_to_explain_are_given_to_who_asks_for_them(caller: Caller) -> None:
    caller.taps("problem:server_down")
    told = caller.post(json={"choice": "server_down/need:request"}, params={"terms": True}).json()
    assert told["messages"][-1]["terms"] == [{"id": "term:recepisse", "label": "Récépissé"}]
    assert all("terms" not in message for message in caller.taps("command:repeat")["messages"])


def test_a_choice_is_answered_with_a_turn_and_no_intent(caller: Caller) -> None:
    caller.taps(PROBLEM)
    choice = caller.turn["messages"][-1]["choices"][0]
    turn = caller.taps(choice["id"])
    assert set(turn) == TURN
    assert (turn["turn"], turn["intent"], turn["confidence"]) == (2, None, None)


def test_a_near_deadline_and_a_rung_of_the_ladder_are_told(caller: Caller) -> None:
    soon = dt.date.today() + dt.timedelta(days=70)
    told = caller.says(f"Je ne reçois pas le code par SMS et mon titre expire le {soon:%d/%m/%Y}")
    assert told["deadlines"]
    assert all(set(due) == {"kind", "date", "facts", "sure"} for due in told["deadlines"])
    assert caller.taps("problem:ask_phone_support")["escalation"] == "phone"
    assert caller.taps("problem:ask_legal")["escalation"] == "court"


async def test_the_answers_are_those_of_the_terminal(
    caller: Caller, agent_and_store: tuple[Agent, SessionTrackerStore], database: Database
) -> None:
    terminal = Assistant(*agent_and_store, database)
    conversation, _ = await database.create("terminal")
    for said in ({"choice": "start"}, {"text": "mon téléphone ne marche pas avec le site"}, {"choice": PROBLEM}):
        answered = public(await terminal.answer(conversation, "terminal", Incoming(**said)))
        assert caller.post(json=said).json() == answered


def test_a_conversation_speaks_the_language_it_was_opened_in(http: httpx.Client, kb: KnowledgeBase) -> None:
    assert Caller(http).open(language="en").taps("start")["language"] == "en"
    assert Caller(http).open(language="fr").says("My card is ready but I cannot log in")["language"] == "fr"
    assert Caller(http).open(language="tlh").taps("start")["language"] == "fr"


def test_without_a_chosen_language_the_first_message_tells_it(caller: Caller) -> None:
    assert caller.says("I do not receive the code by text message")["language"] == "en"


# -- once, and in order ----------------------------------------------------------------------------------------------


def test_the_same_idempotency_key_gives_the_same_answer_again_and_moves_nothing(caller: Caller) -> None:
    first = caller.taps(PROBLEM, key="one")
    assert caller.taps("command:restart", key="one") == first
    assert caller.taps("command:repeat", key="two")["turn"] == 2


def test_a_key_belongs_to_its_conversation(http: httpx.Client) -> None:
    one, other = Caller(http).open(), Caller(http).open()
    one.taps(PROBLEM, key="same")
    assert other.taps("problem:status_stuck", key="same")["step"].startswith("status_stuck/")


def test_without_a_key_two_messages_are_two_messages(caller: Caller) -> None:
    assert [caller.says("bonjour")["turn"], caller.says("bonjour")["turn"]] == [1, 2]


def test_a_message_that_comes_many_times_at_once_is_answered_once(caller: Caller) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = [pool.submit(caller.post, "k", json={"text": "bonjour"}) for _ in range(6)]
    assert {answer.result().text for answer in answers} == {answers[0].result().text}
    assert caller.says("bonjour")["turn"] == 2


def test_messages_of_one_conversation_that_come_at_once_are_all_answered(caller: Caller) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = [pool.submit(caller.post, json={"choice": "command:help"}) for _ in range(6)]
    assert sorted(answer.result().json()["turn"] for answer in answers) == [1, 2, 3, 4, 5, 6]


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Basic dTpw",
        "{token}",
        "Bearer {token} {token}",
        "Bearer wrong",
        "Bearer \xe9\xff",
        "Bearer {token}x",
    ],
)
def test_without_its_token_nothing_is_said_and_nothing_is_done(caller: Caller, authorization: str) -> None:
    value = authorization.format(token=caller.token).encode("latin-1")
    headers = [(b"Authorization", value)] if authorization else []
    answer = caller.http.post(f"{CONVERSATIONS}/{caller.id}/messages", headers=headers, json={"text": "bonjour"})
    assert answer.status_code == 401
    assert "token" in answer.json()["error"]
    assert caller.says("bonjour")["turn"] == 1


def test_the_token_of_another_conversation_opens_nothing(http: httpx.Client, caller: Caller) -> None:
    other = Caller(http).open()
    assert caller.post(token=other.token, json={"text": "bonjour"}).status_code == 401


def test_the_word_bearer_may_be_written_in_small_letters(caller: Caller) -> None:
    answer = caller.http.post(
        f"{CONVERSATIONS}/{caller.id}/messages",
        headers={"Authorization": f"bearer {caller.token}"},
        json={"choice": "start"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["{unknown}", "1", "%00", "%F0%9F%98%AD", "%ED%A0%80", "' OR 1=1 --", "a" * 5000])
def test_a_conversation_that_does_not_exist_is_told(caller: Caller, name: str) -> None:
    caller.id = name.format(unknown=uuid.uuid4())
    answer = caller.post(json={"text": "bonjour"})
    assert answer.status_code == 404
    assert answer.json()["error"]


def test_an_erased_conversation_does_not_exist_any_more(caller: Caller) -> None:
    caller.taps(PROBLEM)
    caller.taps("command:erase")
    assert caller.taps("command:erase_yes")["messages"]
    answer = caller.post(json={"text": "bonjour"})
    assert answer.status_code == 404
    assert answer.json()["error"] == "This conversation does not exist or was erased. Open a new one."
