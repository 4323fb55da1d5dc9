"""The one action: read the session from the tracker, decide, put session and messages back."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.events import Rendered
from bot.dialogue.taking import CHOICE, CHOOSE, as_message, take_turn

SESSION = "session"
LISTEN = "action_listen"


class ActionTakeTurn(Action):
    """Decides what to say to the message that came last."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_take_turn"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say the messages of the turn, and keep the new session in the slot."""
        taken = take_turn(tracker.get_slot(SESSION), tracker.latest_message or {}, _metadata(tracker))
        for rendered in taken.messages:
            _utter(dispatcher, rendered)
        dispatcher.utter_message(json_message={"turn": taken.report})
        # Every rule ends so: told beforehand, the policies need not be asked.
        return [SlotSet(SESSION, taken.session), FollowupAction(LISTEN)]


class ActionRestart(ActionTakeTurn):
    """The same, under the name that Rasa ties to the intent ``restart``: its own would forget everything."""

    def name(self) -> str:
        """Return the name that takes the place of Rasa's."""
        return "action_restart"


def _metadata(tracker: Tracker) -> dict[str, Any]:
    for event in reversed(tracker.events or []):
        if event.get("event") == "user":
            return event.get("metadata") or {}
    return {}


def _utter(dispatcher: CollectingDispatcher, rendered: Rendered) -> None:
    buttons = [
        {"title": choice["label"], "payload": f'/{CHOOSE}{{"{CHOICE}": "{choice["id"]}"}}'}
        for choice in rendered.choices
    ]
    dispatcher.utter_message(text=rendered.text, buttons=buttons, json_message={"message": as_message(rendered)})
