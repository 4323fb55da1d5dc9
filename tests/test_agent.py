"""Rasa's agent in our process, with the actions in it."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.shared.exceptions import RasaException
from rasa_sdk.interfaces import ActionNotFoundException

from bot.agent import InProcessActions
from bot.assistant import understand
from tests.conftest import Person

SECRET = "carambolage"


def call(action: str, session: str | None = None, text: str = "bonjour") -> dict[str, Any]:
    """Return what Rasa sends to an action server."""
    message = {"text": text, "intent": {"name": "greet", "confidence": 1.0}, "entities": []}
    tracker = {"sender_id": "somebody", "slots": {"session": session}, "latest_message": message, "events": []}
    return {"next_action": action, "sender_id": "somebody", "tracker": tracker, "domain": {}}


async def test_an_action_runs_without_a_server_and_gives_what_a_server_would() -> None:
    given = await InProcessActions().request(json=call("action_take_turn"))
    assert set(given) == {"events", "responses"}
    assert [event["name"] for event in given["events"]] == ["session", "action_listen"]
    assert given["responses"][0]["text"]


async def test_an_action_that_fails_is_told_in_our_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        await InProcessActions().request(json=call("action_take_turn", session="no JSON"))
    assert [(each.name, each.getMessage()) for each in caplog.records] == [("declic", "an action failed")]


async def test_an_action_that_does_not_exist_is_told_in_our_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ActionNotFoundException):
        await InProcessActions().request(json=call("action_of_nobody"))
    assert "an action failed" in caplog.text


@pytest.mark.usefixtures("agent_and_store")
def test_what_an_action_gives_is_still_checked() -> None:
    action = RemoteAction("action_take_turn", InProcessActions())
    assert action._validate_action_result({"events": [], "responses": [{"text": "Bonjour"}]})
    for wrong in ({"events": "none"}, {"responses": "none"}, []):
        with pytest.raises(RasaException):
            action._validate_action_result(wrong)  # type: ignore[arg-type]


async def test_no_log_holds_what_a_person_wrote(
    person: Person, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        await person.says(f"je ne reçois pas le code par SMS, {SECRET}")
        await person.says(f"{SECRET} ?")
    shown = capfd.readouterr()
    assert SECRET not in caplog.text + shown.out + shown.err


@pytest.mark.parametrize("text", ["/restart", "//oqtf", '/choose{"choice": "x"}', "@mention", "/"])
async def test_no_text_is_taken_for_the_name_of_an_intent(text: str, agent_and_store: tuple[Agent, object]) -> None:
    agent, _ = agent_and_store
    parsed = await understand(agent, text)
    assert parsed["intent"]["confidence"] < 1
    assert parsed["intent"]["name"] != "choose"
