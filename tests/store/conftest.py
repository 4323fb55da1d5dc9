"""Every test of the store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store.database import Database
from tests.store.databases import BOTH, own_postgres, sqlite_in


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_in(tmp_path)
        return
    with own_postgres() as url:
        yield url


@pytest_asyncio.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url)
    await opened.migrate()
    yield opened
    await opened.dispose()
