"""One turn of a conversation: lock, load, understand, decide, persist."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.processor import MessageProcessor

from bot.agent import InProcessActions
from bot.dialogue.decide import LONGEST_MESSAGE
from bot.dialogue.render import render_calendar
from bot.dialogue.session import Session
from bot.dialogue.taking import CHOICE, CHOOSE, START, as_message, take_turn
from bot.nlu.redaction import redact
from bot.store.database import Database, Turn
from bot.store.tracker_store import SessionTrackerStore
from knowledge_base.loader import knowledge_base
from knowledge_base.removal import PARIS
from knowledge_base.words import languages

#: What no channel can mean: control characters, lone surrogates, and marks that turn the direction of what follows.
_UNSAYABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
#: Rasa strips a text before it looks for a slash, so the space between slashes goes with them.
_SLASHES = re.compile(r"\A[\s/]+")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-_]")


@dataclass(frozen=True)
class Incoming:
    """What came from a channel: words or the id of a choice, never both.

    Attributes:
        text: what the person wrote, as it came.
        choice: the id of the choice that was tapped; ``start`` opens the conversation without a word.
        message_id: the channel's id of the message; the same id is answered once.
        language: a language that the person chose in the channel itself, or ``None``.
        today: the day to count from, where it is not the present one (tests, rehearsals).
    """

    text: str | None = None
    choice: str | None = None
    message_id: str | None = None
    language: str | None = None
    today: dt.date | None = None


def readable(text: str) -> str:
    """Return ``text`` without what nobody can have meant to write: NUL, escape codes, direction overrides."""
    text = _ANSI.sub(" ", text.replace("\r\n", "\n").replace("\t", " "))
    return _UNSAYABLE.sub(" ", text).strip()


class Assistant:
    """The trained agent and the database, and the one way through them.

    What is written goes through Rasa. A tap holds nothing to understand and no policy to ask: the turn is taken at
    once, unless the actions are at a remote server.
    """

    def __init__(self, agent: Agent, store: SessionTrackerStore, database: Database) -> None:
        self.agent, self.store, self.database = agent, store, database
        self.takes_taps = isinstance(agent.action_endpoint, InProcessActions)
        self._readers = ThreadPoolExecutor(os.cpu_count(), "declic-reader")
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def answer(self, conversation_id: str, channel: str, incoming: Incoming, token: str | None = None) -> Turn:
        """Answer one message, once: the same ``message_id`` again gives the same answer again.

        Args:
            conversation_id: the conversation.
            channel: the channel it came by.
            incoming: the message.
            token: what must open the conversation, where the channel has not made sure of the person itself.

        Raises:
            ConversationGone: there is no such conversation, or it was erased.
            WrongToken: the token does not open it.
        """
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            message_id = incoming.message_id or str(uuid.uuid4())
            received = await self.database.receive(conversation_id, channel, message_id, token)
            if received.answer is not None:
                return received.answer
            turn, session = await self._decide(conversation_id, channel, received.session, incoming)
            if turn.report["erase"]:
                await self.database.erase(conversation_id)
                return turn
            return await self.database.answer(conversation_id, channel, message_id, received, session, turn)

    async def calendar(self, conversation_id: str, today: dt.date | None = None) -> bytes | None:
        """Return the dates to come of a conversation as a calendar file; ``None`` when it knows none.

        Args:
            conversation_id: the conversation; of one that is not there no date is known.
            today: the day to count from, where it is not the present one.
        """
        stored = await self.database.session(conversation_id)
        if stored is None:
            return None
        now = dt.datetime.now(PARIS)
        if today:
            now = dt.datetime.combine(today, now.time(), PARIS)
        return render_calendar(knowledge_base(), Session.loads(stored), conversation_id, now)

    @staticmethod
    def begin_in(language: str, guessed: bool = False) -> str | None:
        """Return a session in a language, or ``None`` if nothing is said in it.

        Args:
            language: as ISO 639-1.
            guessed: whether nobody chose it, so that the language of the first message takes its place.
        """
        session = Session(language=language, language_chosen=not guessed)
        return session.dumps() if language in languages() else None

    async def _decide(
        self, conversation_id: str, channel: str, stored: str | None, incoming: Incoming
    ) -> tuple[Turn, str]:
        """Take the turn; nothing is written yet."""
        metadata = _metadata(stored, incoming)
        if incoming.text is None and self.takes_taps:
            taken = take_turn(stored, _tapped(incoming.choice or ""), metadata)
            return Turn(taken.report, [as_message(rendered) for rendered in taken.messages]), taken.session
        return await self._through_rasa(conversation_id, channel, stored, incoming, metadata)

    async def _through_rasa(
        self,
        conversation_id: str,
        channel: str,
        stored: str | None,
        incoming: Incoming,
        metadata: dict[str, Any],
    ) -> tuple[Turn, str]:
        output = CollectingOutputChannel()
        message = UserMessage(
            f"/{CHOOSE}" if incoming.text is None else _safe(incoming.text),
            output_channel=output,
            sender_id=conversation_id,
            input_channel=channel,
            metadata=metadata,
        )
        if incoming.text is None:
            message.parse_data = _tapped(incoming.choice or "")
        else:
            # The encoders run outside the interpreter's lock: nobody waits here while another's message is read.
            loop = asyncio.get_running_loop()
            message.parse_data = await loop.run_in_executor(self._readers, _read, self.agent.processor, message)
        self.store.begin(conversation_id, stored)
        try:
            await self.agent.processor.handle_message(message)
        finally:
            session = self.store.end(conversation_id)
        said = [message["custom"] for message in output.messages if "custom" in message]
        reports = [custom["turn"] for custom in said if "turn" in custom]
        if session is None or not reports:
            raise RuntimeError("the action gave no turn: is action_take_turn the only action of the rules?")
        return Turn(reports[-1], [custom["message"] for custom in said if "message" in custom]), session


def _read(processor: MessageProcessor, message: UserMessage) -> Any:
    """Return what Rasa understands of a message; its coroutine waits for nothing, so it needs no event loop."""
    reading = processor.parse_message(message)
    try:
        reading.send(None)
    except StopIteration as done:
        return done.value
    raise RuntimeError("the reading of a message waits for something: it needs an event loop")


def _tapped(choice: str) -> dict[str, Any]:
    """Return a tap as Rasa's parsed message: it is not a text to understand, and no classifier looks at it."""
    intent = {"name": CHOOSE, "confidence": 1.0}
    entity = {"entity": CHOICE, "value": readable(choice)[:200], "start": 0, "end": 0}
    return {"text": "", "intent": intent, "entities": [entity], "intent_ranking": [intent]}


def _safe(text: str) -> str:
    """Return ``text`` as Rasa may read it: cleaned, redacted, and without the slash that would name an intent."""
    return _SLASHES.sub("", redact(readable(text)[: LONGEST_MESSAGE + 1]))


def _metadata(stored: str | None, incoming: Incoming) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    if stored:
        metadata["language"] = json.loads(stored).get("language")
    if incoming.language:
        metadata["chosen_language"] = incoming.language
    if incoming.today:
        metadata["today"] = incoming.today.isoformat()
    return metadata


async def understand(agent: Agent, text: str) -> dict[str, Any]:
    """Return what Rasa understands of ``text`` alone, in Rasa's own form."""
    parsed: dict[str, Any] = await agent.parse_message(_safe(text))
    return parsed


def as_parsed(text: str, parsed: dict[str, Any]) -> dict[str, Any]:
    """Return what ``understand`` gave for ``text`` as ``declic parse`` prints it."""
    intent = parsed.get("intent") or {}
    return {
        "text": text,
        "language": parsed.get("language"),
        "intent": intent.get("name"),
        "confidence": intent.get("confidence"),
        "ranking": [
            {"intent": each["name"], "confidence": each["confidence"]} for each in parsed.get("intent_ranking") or ()
        ],
        "entities": [
            {key: entity[key] for key in ("entity", "value", "start", "end")} for entity in parsed.get("entities") or ()
        ],
    }


def gives_calendar(turn: Turn) -> bool:
    """Tell whether the person asked in this turn for their dates as a calendar file: the channel is to give it."""
    return bool(turn.report.get("calendar"))


def public(turn: Turn, with_terms: bool = False) -> dict[str, Any]:
    """Return a turn as the API and ``declic chat --json`` give it; the words to explain only when asked for."""
    told = ("turn", "language", "intent", "confidence", "step")
    left_out = () if with_terms else ("terms",)
    return {
        **{key: turn.report[key] for key in told},
        "messages": [{key: value for key, value in said.items() if key not in left_out} for said in turn.messages],
        "escalation": turn.report["escalation"],
        "deadlines": turn.report["deadlines"],
    }


__all__ = [
    "LONGEST_MESSAGE",
    "START",
    "Assistant",
    "Incoming",
    "as_parsed",
    "gives_calendar",
    "public",
    "readable",
    "understand",
]
