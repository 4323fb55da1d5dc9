"""One turn from what came to what is kept and said: the message and the session in their stored forms in and out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialogue.decide import Decision, decide
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
from bot.dialogue.session import Session
from bot.dialogue.walk import dates
from knowledge_base.deadlines import upcoming
from knowledge_base.loader import knowledge_base

#: A tap arrives as this intent, the id of the choice as this entity.
CHOOSE, CHOICE = "choose", "choice"
#: Opens the conversation without a word.
START = "start"
_PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Taken:
    """A turn that was taken: the session to keep, the messages, and what the turn was beside them."""

    session: str
    messages: tuple[Rendered, ...]
    report: dict[str, Any]


def take_turn(stored: str | None, message: dict[str, Any], metadata: dict[str, Any]) -> Taken:
    """Decide what to say to ``message``.

    Args:
        stored: the session as it was kept, or ``None`` at the first message.
        message: what came, in Rasa's form of a parsed message.
        metadata: what the channel tells besides: ``language``, ``chosen_language``, ``today``.
    """
    told = metadata.get("today")
    today = dt.date.fromisoformat(told) if told else dt.datetime.now(_PARIS).date()
    kb = knowledge_base()
    decision = decide(kb, _session(stored, metadata), _event(message), today)
    rendered = tuple(render(kb, decision.effects, decision.session.language))
    return Taken(decision.session.dumps(), rendered, report(decision, message, today))


def _session(stored: str | None, metadata: dict[str, Any]) -> Session:
    if stored:
        return Session.loads(stored)
    chosen = metadata.get("chosen_language")
    if chosen:
        return Session(language=chosen, language_chosen=True)
    return Session(language=metadata.get("language") or "fr")


def _event(message: dict[str, Any]) -> Event:
    if (message.get("intent") or {}).get("name") != CHOOSE:
        return Heard(Understanding.from_message(message))
    choices = [entity["value"] for entity in message.get("entities") or () if entity["entity"] == CHOICE]
    chosen = str(choices[0]) if choices else ""
    return Started() if chosen == START else Tapped(chosen)


def as_message(rendered: Rendered) -> dict[str, Any]:
    """Return a message as it is stored, and given to a channel."""
    told = {"text": rendered.text, "choices": list(rendered.choices), "facts": list(rendered.facts)}
    if rendered.terms:
        told["terms"] = list(rendered.terms)
    return told


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
