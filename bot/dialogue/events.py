"""What comes into a turn and what goes out of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from knowledge_base.rungs import RungId
from knowledge_base.words import Phrase


@dataclass(frozen=True)
class Entity:
    """Something recognised in a message: its name (``expires_on``, ``phone_origin`` …) and normalised value."""

    name: str
    value: str
    text: str = ""


@dataclass(frozen=True)
class Understanding:
    """What the classifier made of a message.

    Attributes:
        text: the words, personal numbers already redacted.
        language: the detected language, or ``None`` when it cannot be told.
        intent: the best intent.
        confidence: its probability, 0 to 1.
        ranking: the next ones, best first, the best included.
        entities: what was recognised.
    """

    text: str
    language: str | None = None
    intent: str = "nlu_fallback"
    confidence: float = 0.0
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()

    def without(self, intents: frozenset[str]) -> Understanding:
        """Return the same where none of ``intents`` can be meant: the others share their probability."""
        left = [(intent, p) for intent, p in self.ranking if intent not in intents]
        total = sum(p for _, p in left)
        if len(left) == len(self.ranking) or not total:
            return self
        share = sum(p for _, p in self.ranking) / total
        ranking = tuple((intent, p * share) for intent, p in left)
        best, p = ranking[0] if self.intent in intents else (self.intent, dict(ranking).get(self.intent, 0.0))
        return replace(self, intent=best, confidence=p, ranking=ranking)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Understanding:
        """Read a parsed message in Rasa's own form."""
        intent = message.get("intent") or {}
        metadata = message.get("metadata") or {}
        return cls(
            text=message.get("text") or "",
            language=message.get("language") or metadata.get("language"),
            intent=intent.get("name") or "nlu_fallback",
            confidence=float(intent.get("confidence") or 0.0),
            ranking=tuple((r["name"], float(r["confidence"])) for r in message.get("intent_ranking") or ()),
            entities=tuple(
                Entity(e["entity"], str(e["value"]), message.get("text", "")[e.get("start", 0) : e.get("end", 0)])
                for e in message.get("entities") or ()
            ),
        )


@dataclass(frozen=True)
class Heard:
    """The person wrote something."""

    understanding: Understanding


@dataclass(frozen=True)
class Tapped:
    """The person tapped a choice."""

    choice: str


@dataclass(frozen=True)
class Started:
    """The person opened the conversation without a word."""


Event = Heard | Tapped | Started


@dataclass(frozen=True)
class Button:
    """A choice under a message."""

    id: str
    label: Phrase
    detail: Phrase | None = None


@dataclass(frozen=True)
class Say:
    """One message: its sentences, the choices under it, and the facts it rests on."""

    phrases: tuple[Phrase, ...]
    buttons: tuple[Button, ...] = ()
    facts: tuple[str, ...] = ()
    #: A text to copy, in French whatever the language of the conversation.
    letter: str | None = None
    #: Said in this language instead of the conversation's.
    language: str | None = None
    #: Its sentences are the lines of a list, and no paragraphs.
    line_by_line: bool = False


@dataclass(frozen=True)
class Escalate:
    """The person has come to a rung of the ladder."""

    rung: RungId


@dataclass(frozen=True)
class Remind:
    """A date to be reminded of."""

    kind: str
    on: dt.date


@dataclass(frozen=True)
class GiveCalendar:
    """The person wants their dates as a calendar file: the channel gives it in its own way."""


@dataclass(frozen=True)
class HandOver:
    """A person is needed."""

    reason: Literal["asked", "unclear", "safety"]


@dataclass(frozen=True)
class Erase:
    """Everything about this conversation is to be erased, now."""


Effect = Say | Escalate | Remind | GiveCalendar | HandOver | Erase

#: Which way a message was read, in the order in which the ways are tried.
Way = Literal["safety", "command", "answer", "digression", "problem", "unclear", "tap", "start"]


@dataclass(frozen=True)
class Rendered:
    """A message in the words that are sent."""

    text: str
    choices: tuple[dict[str, str], ...] = ()
    facts: tuple[str, ...] = field(default=())
    #: The words of the glossary that it uses, each with the id of the choice that explains it.
    terms: tuple[dict[str, str], ...] = ()
