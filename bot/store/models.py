"""The tables, in SQLAlchemy's 2.0 style on 1.4 (Rasa's pin)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Column, DateTime, ForeignKey, Index, Integer, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import declarative_base

#: Named, so that Alembic can change constraints on SQLite.
_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Base: Any = declarative_base(metadata=MetaData(naming_convention=_NAMES))


def now() -> dt.datetime:
    """Return the present instant, in UTC."""
    return dt.datetime.now(dt.timezone.utc)


class Conversation(Base):
    """One conversation: its whole memory in one row, whatever its length."""

    __tablename__ = "conversations"

    id = Column(String(36), primary_key=True)
    channel = Column(String(16), nullable=False)
    #: SHA-256 of the bearer token; the token itself is never stored.
    token_digest = Column(String(64), nullable=True)
    session = Column(Text, nullable=True)
    created_at = Column(DateTime(timezone=True), nullable=False, default=now)
    updated_at = Column(DateTime(timezone=True), nullable=False, default=now, onupdate=now)


class Inbound(Base):
    """One message that came in; done once its answer is written."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("channel", "message_id"), Index("ix_inbox_conversation_id", "conversation_id"))

    id = Column(Integer, primary_key=True, autoincrement=True)
    conversation_id = Column(String(36), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False)
    channel = Column(String(16), nullable=False)
    message_id = Column(String(128), nullable=False)
    #: What the turn was, beside its messages; null until it is done.
    report = Column(JSON, nullable=True)
    received_at = Column(DateTime(timezone=True), nullable=False, default=now)
    done_at = Column(DateTime(timezone=True), nullable=True)


class Outbound(Base):
    """One message that goes out, in its final words."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("inbox_id", "position"),)

    id = Column(Integer, primary_key=True, autoincrement=True)
    inbox_id = Column(Integer, ForeignKey("inbox.id", ondelete="CASCADE"), nullable=False)
    position = Column(Integer, nullable=False)
    payload = Column(JSON, nullable=False)
    delivered_at = Column(DateTime(timezone=True), nullable=True)
