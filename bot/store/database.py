"""The database: its engine, its migrations, and the few questions asked of it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import re
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from alembic import command
from alembic.config import Config
from sqlalchemy import and_, delete, event, select, text, update
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.paths import home
from bot.store.models import Conversation, Inbound, Outbound, now

MIGRATIONS = Path(__file__).with_name("migrations")
_NO_URL = (
    "DATABASE_URL is not the address of a database that can be used. "
    "Write it like postgresql+asyncpg://user:password@host:5432/name, or unset it for SQLite."
)


def default_url() -> str:
    """Return ``DATABASE_URL``, or a SQLite file in the project's folder for what is written."""
    return os.environ.get("DATABASE_URL") or f"sqlite+aiosqlite:///{home() / 'declic.sqlite3'}"


class ConversationGone(LookupError):
    """Raised when a message comes for a conversation that does not exist, or no longer."""


class WrongToken(PermissionError):
    """Raised when a token opens another conversation, or none."""


class DatabaseUnavailable(RuntimeError):
    """Raised when the database cannot be opened; says why, and never holds the password of its URL."""


@dataclass(frozen=True)
class Turn:
    """A turn as stored: what it was, and its messages."""

    report: dict[str, Any]
    messages: list[dict[str, Any]]


@dataclass(frozen=True)
class Received:
    """A message that came: the session to answer it with, and its answer if it was answered before.

    ``inbox_id`` is its row where it was written down before its answer.
    """

    session: str | None
    inbox_id: int | None = None
    answer: Turn | None = None


class Database:
    """An engine and what is asked of it. Dispose of it when done: aiosqlite hangs at exit otherwise.

    Raises:
        DatabaseUnavailable: the URL is none, or names a kind of database that has no driver here.
    """

    def __init__(self, url: str | None = None) -> None:
        self.url = url or default_url()
        # SQLAlchemy opens SQLite anew for each transaction unless told otherwise: longer than the transaction itself.
        options: dict[str, Any] = {"poolclass": AsyncAdaptedQueuePool, "pool_size": 10}
        self._is_sqlite = self.url.startswith("sqlite")
        if self._is_sqlite:
            options["connect_args"] = {"timeout": 30}
        else:
            options["pool_pre_ping"] = True  # a server that was restarted in between costs nobody their message
        try:
            self.engine: AsyncEngine = create_async_engine(self.url, future=True, **options)
        except (ArgumentError, InvalidRequestError, ImportError, ValueError):
            # What SQLAlchemy says of it repeats the URL.
            raise DatabaseUnavailable(_NO_URL) from None
        if self._is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)

    async def migrate(self) -> None:
        """Bring the tables to today's form.

        Raises:
            DatabaseUnavailable: the database does not answer, or refuses.
        """
        try:
            await asyncio.to_thread(upgrade, self.url)
        except DBAPIError as error:
            raise DatabaseUnavailable(_refusal(error, self.url)) from None

    async def dispose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    async def alive(self) -> bool:
        """Tell whether the database answers; a SQLite file that was taken away does not, though it is still open."""
        file = self.engine.url.database if self._is_sqlite else None
        if file and not await asyncio.to_thread(Path(file).exists):
            return False
        async with self.engine.connect() as connection:
            return bool((await connection.execute(text("SELECT 1"))).scalar() == 1)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Run a block in one transaction."""
        async with self.engine.begin() as connection:
            yield connection

    async def create(self, channel: str, session: str | None = None) -> tuple[str, str]:
        """Create a conversation; return its id and the token that opens it."""
        conversation_id, token = str(uuid.uuid4()), secrets.token_urlsafe(32)
        async with self.transaction() as connection:
            await connection.execute(
                Conversation.__table__.insert().values(
                    id=conversation_id, channel=channel, token_digest=digest(token), session=session
                )
            )
        return conversation_id, token

    async def opens(self, conversation_id: str, token: str) -> bool | None:
        """Tell whether ``token`` opens the conversation; ``None`` when there is no such conversation."""
        query = select(Conversation.token_digest).where(Conversation.id == conversation_id)
        async with self.engine.connect() as connection:
            found = (await connection.execute(query)).scalar()
        return None if found is None else hmac.compare_digest(found, digest(token))

    async def session(self, conversation_id: str) -> str | None:
        """Return the stored session of a conversation, or ``None``."""
        async with self.engine.connect() as connection:
            return await _session(connection, conversation_id)

    async def receive(self, conversation_id: str, channel: str, message_id: str, token: str | None = None) -> Received:
        """Return the session to answer a message with, and its answer if there is one. Nothing is written.

        Args:
            conversation_id: the conversation.
            channel: the channel it came by.
            message_id: the channel's id of the message.
            token: what must open the conversation, where the channel has not made sure of the person itself.

        Raises:
            ConversationGone: there is no such conversation, or it was erased.
            WrongToken: the token does not open it.
        """
        theirs = Inbound.conversation_id == Conversation.id
        same = and_(theirs, Inbound.channel == channel, Inbound.message_id == message_id)
        query = (
            select(Conversation.session, Conversation.token_digest, Inbound.id.label("inbox_id"), Inbound.report)
            .outerjoin(Inbound, same)
            .where(Conversation.id == conversation_id)
        )
        async with self.engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                raise ConversationGone(conversation_id)
            if token is not None and not hmac.compare_digest(row.token_digest or "", digest(token)):
                raise WrongToken(conversation_id)
            if row.report is None:
                return Received(row.session, row.inbox_id)
            messages = select(Outbound.payload).where(Outbound.inbox_id == row.inbox_id).order_by(Outbound.position)
            said = list((await connection.execute(messages)).scalars())
            return Received(row.session, row.inbox_id, Turn(row.report, said))

    async def answer(
        self, conversation_id: str, channel: str, message_id: str, received: Received, session: str, turn: Turn
    ) -> Turn:
        """Write the new session, the message and its answer, together or not at all.

        Returns:
            The turn; where another process answered the same message first, its turn, and nothing is written.

        Raises:
            ConversationGone: the conversation was erased meanwhile.
        """
        came = {"conversation_id": conversation_id, "channel": channel, "message_id": message_id}
        done = {"report": turn.report, "done_at": now()}
        try:
            async with self.transaction() as connection:
                row = received.inbox_id
                if row is None:
                    written = await connection.execute(Inbound.__table__.insert().values(**came, **done))
                    row = written.inserted_primary_key[0]
                else:
                    await connection.execute(update(Inbound).where(Inbound.id == row).values(**done))
                await connection.execute(
                    update(Conversation)
                    .where(Conversation.id == conversation_id)
                    .values(session=session, updated_at=now())
                )
                if turn.messages:
                    said = [
                        {"inbox_id": row, "position": position, "payload": payload}
                        for position, payload in enumerate(turn.messages)
                    ]
                    await connection.execute(Outbound.__table__.insert(), said)
        except IntegrityError:
            again = await self.receive(conversation_id, channel, message_id)
            if again.answer is None:
                raise  # the id is another conversation's
            return again.answer
        return turn

    async def erase(self, conversation_id: str) -> None:
        """Remove every row of a conversation, and what SQLite's journal still holds of it."""
        ours = select(Inbound.id).where(Inbound.conversation_id == conversation_id)
        async with self.transaction() as connection:
            await connection.execute(delete(Outbound).where(Outbound.inbox_id.in_(ours)))
            await connection.execute(delete(Inbound).where(Inbound.conversation_id == conversation_id))
            await connection.execute(delete(Conversation).where(Conversation.id == conversation_id))
        if self._is_sqlite:
            async with self.engine.connect() as connection:
                await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


async def _session(connection: AsyncConnection, conversation_id: str) -> str | None:
    found = await connection.execute(select(Conversation.session).where(Conversation.id == conversation_id))
    session: str | None = found.scalar()
    return session


def digest(token: str) -> str:
    """Return what is stored instead of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _refusal(error: DBAPIError, url: str) -> str:
    """Return what the driver said of ``error``, left out where it may repeat a part of the password in ``url``."""
    said = " ".join(str(error.orig).split()).rstrip(".?")
    password = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    if any(part in said for part in re.findall(r"\w+", f"{password} {unquote(password)}")):
        said = "its driver's reason may hold the password and is not shown"
    return f"The database cannot be opened: {said}. DATABASE_URL tells where it is: is it right, and does it run?"


def upgrade(url: str, revision: str = "head") -> None:
    """Run the migrations up to ``revision`` on the database at ``url``."""
    command.upgrade(alembic_config(url), revision)


def alembic_config(url: str) -> Config:
    """Return Alembic's configuration for the database at ``url``."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    # FULL: an answered turn is on the disk before its answer is sent.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
