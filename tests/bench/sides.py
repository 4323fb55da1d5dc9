"""Talks to the two sides over HTTP, and times what an answer takes."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import aiohttp


class Refused(RuntimeError):
    """Raised when a side answers with an error."""


@dataclass(frozen=True)
class Conversation:
    """A conversation with one side."""

    id: str
    token: str = ""


@dataclass(frozen=True)
class Reply:
    """An answer: the seconds it took, the step it came to, the choices it offers, and whether the action ran."""

    seconds: float
    step: str | None
    choices: tuple[str, ...]
    acted: bool = True


class Side(Protocol):
    """One of the two."""

    async def open(self) -> Conversation:
        """Open a conversation."""

    async def say(self, conversation: Conversation, text: str) -> Reply:
        """Type a message."""

    async def tap(self, conversation: Conversation, choice: str) -> Reply:
        """Tap a choice."""


class Pair(NamedTuple):
    """Both sides, or something of each."""

    ours: Any
    stock: Any


async def post(client: aiohttp.ClientSession, url: str, body: Any, **headers: str) -> tuple[Any, float]:
    """Post JSON; return the answer and the seconds until its last byte.

    Raises:
        Refused: the status is not 2xx.
    """
    data = json.dumps(body).encode()
    began = time.perf_counter()
    async with client.post(url, data=data, headers={"Content-Type": "application/json", **headers}) as response:
        told = await response.read()
        seconds = time.perf_counter() - began
        if response.status >= 300:
            raise Refused(f"{url} answered {response.status}")
    return json.loads(told), seconds


def _choices(messages: list[dict[str, Any]]) -> tuple[str, ...]:
    shown = [message["choices"] for message in messages if message.get("choices")]
    return tuple(choice["id"] for choice in shown[-1]) if shown else ()


class Ours:
    """``declic serve``, by its HTTP API."""

    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        self._client, self._conversations = client, f"{url}/api/v1/conversations"

    async def open(self) -> Conversation:
        """Open a conversation: a row of the database."""
        opened, _ = await post(self._client, self._conversations, {})
        return Conversation(opened["id"], opened["token"])

    async def say(self, conversation: Conversation, text: str) -> Reply:
        """Type a message."""
        return await self._send(conversation, {"text": text})

    async def tap(self, conversation: Conversation, choice: str) -> Reply:
        """Tap a choice."""
        return await self._send(conversation, {"choice": choice})

    async def _send(self, conversation: Conversation, body: dict[str, str]) -> Reply:
        url = f"{self._conversations}/{conversation.id}/messages"
        turn, seconds = await post(self._client, url, body, Authorization=f"Bearer {conversation.token}")
        return Reply(seconds, turn["step"], _choices(turn["messages"]))


class Stock:
    """``rasa run`` with its REST channel, and ``rasa run actions`` behind it."""

    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        self._client, self._webhook = client, f"{url}/webhooks/rest/webhook"

    async def open(self) -> Conversation:
        """Name a conversation: stock Rasa makes it at its first message."""
        return Conversation(str(uuid.uuid4()))

    async def say(self, conversation: Conversation, text: str) -> Reply:
        """Type a message."""
        body = {"sender": conversation.id, "message": text}
        told, seconds = await post(self._client, self._webhook, body)
        customs = [message["custom"] for message in told if "custom" in message]
        turns = [custom["turn"] for custom in customs if "turn" in custom]
        choices = _choices([custom["message"] for custom in customs if "message" in custom])
        return Reply(seconds, turns[-1]["step"] if turns else None, choices, acted=bool(turns))

    async def tap(self, conversation: Conversation, choice: str) -> Reply:
        """Send the payload of a button."""
        return await self.say(conversation, f"/choose{json.dumps({'choice': choice})}")


@asynccontextmanager
async def both(ours: str, stock: str) -> AsyncIterator[Pair]:
    """Give both sides, at their addresses, each on connections of its own."""
    async with client() as a, client() as b:
        yield Pair(Ours(a, ours), Stock(b, stock))


def client() -> aiohttp.ClientSession:
    """Return a client with as many connections as are asked for, and patience."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=120))
