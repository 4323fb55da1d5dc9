"""What the tests share: the trained model, an assistant on a database of its own, and somebody who talks to it."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from rasa.core.agent import Agent

from bot.agent import load_agent
from bot.assistant import Assistant, Incoming, public
from bot.store.database import Database
from bot.store.tracker_store import SessionTrackerStore
from bot.training import ensure_model
from knowledge_base.loader import KnowledgeBase, knowledge_base

#: The day of every test that does not say another.
TODAY = dt.date(2026, 11, 23)

#: Tests that need something a machine may lack: the marker, what it is, and how to tell whether it is there.
NEEDS: dict[str, tuple[str, Callable[[], bool]]] = {
    "browser": ("Chromium (Debian's package `chromium`)", lambda: shutil.which("chromium") is not None),
    "postgres": ("PostgreSQL on its standard local port", lambda: _postgres_answers()),
}
_left_out: dict[str, int] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="Write what the golden conversations gave into their files.")


def pytest_configure(config: pytest.Config) -> None:
    for marker, (what, _) in NEEDS.items():
        config.addinivalue_line("markers", f"{marker}: needs {what}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for marker, (_, there) in NEEDS.items():
        concerned = [item for item in items if item.get_closest_marker(marker)]
        if not concerned or there():
            continue
        if os.environ.get("DECLIC_LEAVE_NOTHING_OUT"):
            raise pytest.UsageError(f"{NEEDS[marker][0]} is missing, and no test may be left out here.")
        _left_out[marker] = len(concerned)
        items[:] = [item for item in items if item not in concerned]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for marker, count in _left_out.items():
        terminalreporter.write_line(f"LEFT OUT: {count} tests, for want of {NEEDS[marker][0]}.", yellow=True)


def _postgres_answers() -> bool:
    async def ask() -> bool:
        database = Database(postgres_url())
        try:
            return await asyncio.wait_for(database.alive(), 3)
        except Exception:
            return False
        finally:
            await database.dispose()

    return asyncio.run(ask())


def postgres_url() -> str:
    """Return the URL of the PostgreSQL that the tests use; ``DECLIC_TEST_POSTGRES`` says another."""
    return os.environ.get("DECLIC_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432/test")


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return knowledge_base()


@pytest.fixture(scope="session")
def model() -> Path:
    return ensure_model()


@pytest.fixture(scope="session")
def agent_and_store(model: Path) -> tuple[Agent, SessionTrackerStore]:
    store = SessionTrackerStore()
    return load_agent(model, store), store


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite+aiosqlite:///{tmp_path / 'declic.sqlite3'}")
    await opened.migrate()
    yield opened
    await opened.dispose()


@pytest.fixture
def assistant(agent_and_store: tuple[Agent, SessionTrackerStore], database: Database) -> Assistant:
    return Assistant(*agent_and_store, database)


@dataclass
class Person:
    """Somebody who writes to the assistant: ``await person.says(…)``, ``await person.taps(…)``."""

    assistant: Assistant
    conversation: str
    today: dt.date = TODAY
    #: The last turn, as the API gives it, and which way it was read.
    turn: dict[str, Any] = field(default_factory=dict)
    way: str = ""

    async def says(self, text: str) -> dict[str, Any]:
        return await self._turn(Incoming(text=text, today=self.today))

    async def taps(self, choice: str) -> dict[str, Any]:
        return await self._turn(Incoming(choice=choice, today=self.today))

    async def _turn(self, incoming: Incoming) -> dict[str, Any]:
        answered = await self.assistant.answer(self.conversation, "test", incoming)
        self.turn, self.way = public(answered), answered.report["way"]
        return self.turn

    @property
    def heard(self) -> str:
        """Everything the assistant said in the last turn."""
        return "\n".join(message["text"] for message in self.turn["messages"])

    @property
    def choices(self) -> dict[str, str]:
        """The choices under the last message that has any: id -> label."""
        shown = [message["choices"] for message in self.turn["messages"] if message["choices"]]
        return {choice["id"]: choice["label"] for choice in shown[-1]} if shown else {}


@pytest_asyncio.fixture
async def person(assistant: Assistant) -> Person:
    conversation, _ = await assistant.database.create("test")
    return Person(assistant, conversation)
