"""The one action: read the session from the tracker, decide, put session and messages back."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue import Session, decide
from bot.dialogue.decide import Decision
from bot.dialogue.events import (
    Erase,
    Escalate,
    Event,
    GiveCalendar,
    HandOver,
    Heard,
    Remind,
    Rendered,
    Started,
    Tapped,
    Understanding,
)
from bot.dialogue.render import render
from bot.dialogue.walk import dates
from knowledge_base.deadlines import upcoming
from knowledge_base.loader import knowledge_base

SESSION = "session"
#: A tap arrives as this intent, the id of the choice as this entity.
CHOOSE, CHOICE = "choose", "choice"
#: Opens the conversation without a word.
START = "start"
_PARIS = ZoneInfo("Europe/Paris")


class ActionTakeTurn(Action):
    """Decides what to say to the message that came last."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_take_turn"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say the messages of the turn, and keep the new session in the slot."""
        message = tracker.latest_message or {}
        metadata = _metadata(tracker)
        told = metadata.get("today")
        today = dt.date.fromisoformat(told) if told else dt.datetime.now(_PARIS).date()
        session = _session(tracker, metadata)
        kb = knowledge_base()
        decision = decide(kb, session, _event(message), today)
        for rendered in render(kb, decision.effects, decision.session.language):
            _utter(dispatcher, rendered)
        dispatcher.utter_message(json_message={"turn": report(decision, message, today)})
        return [SlotSet(SESSION, decision.session.dumps())]


class ActionRestart(ActionTakeTurn):
    """The same, under the name that Rasa ties to the intent ``restart``: its own would forget everything."""

    def name(self) -> str:
        """Return the name that takes the place of Rasa's."""
        return "action_restart"


def _session(tracker: Tracker, metadata: dict[str, Any]) -> Session:
    stored = tracker.get_slot(SESSION)
    if stored:
        return Session.loads(stored)
    chosen = metadata.get("chosen_language")
    if chosen:
        return Session(language=chosen, language_chosen=True)
    return Session(language=metadata.get("language") or "fr")


def _metadata(tracker: Tracker) -> dict[str, Any]:
    for event in reversed(tracker.events or []):
        if event.get("event") == "user":
            return event.get("metadata") or {}
    return {}


def _event(message: dict[str, Any]) -> Event:
    if (message.get("intent") or {}).get("name") != CHOOSE:
        return Heard(Understanding.from_message(message))
    choices = [entity["value"] for entity in message.get("entities") or () if entity["entity"] == CHOICE]
    chosen = str(choices[0]) if choices else ""
    return Started() if chosen == START else Tapped(chosen)


def _utter(dispatcher: CollectingDispatcher, rendered: Rendered) -> None:
    buttons = [
        {"title": choice["label"], "payload": f'/{CHOOSE}{{"{CHOICE}": "{choice["id"]}"}}'}
        for choice in rendered.choices
    ]
    told = {"text": rendered.text, "choices": list(rendered.choices), "facts": list(rendered.facts)}
    if rendered.terms:
        told["terms"] = list(rendered.terms)
    dispatcher.utter_message(text=rendered.text, buttons=buttons, json_message={"message": told})


def report(decision: Decision, message: dict[str, Any], today: dt.date) -> dict[str, Any]:
    """Return what the turn was, beside its messages: language, step, rung, deadlines, and what is to be done."""
    rungs = [effect.rung for effect in decision.effects if isinstance(effect, Escalate)]
    intent = message.get("intent") or {}
    return {
        "turn": decision.session.turn,
        "language": decision.session.language,
        "intent": None if intent.get("name") == CHOOSE else intent.get("name"),
        "confidence": None if intent.get("name") == CHOOSE else intent.get("confidence"),
        "step": decision.step,
        "way": decision.way,
        "escalation": rungs[-1] if rungs else None,
        "deadlines": [
            {"kind": due.kind, "date": due.on.isoformat(), "facts": list(due.facts), "sure": due.sure}
            for due in upcoming(dates(decision.session.said), today)
        ],
        "reminders": [
            {"kind": effect.kind, "date": effect.on.isoformat()}
            for effect in decision.effects
            if isinstance(effect, Remind)
        ],
        "calendar": any(isinstance(effect, GiveCalendar) for effect in decision.effects),
        "hand_over": next((e.reason for e in decision.effects if isinstance(e, HandOver)), None),
        "erase": any(isinstance(effect, Erase) for effect in decision.effects),
    }
