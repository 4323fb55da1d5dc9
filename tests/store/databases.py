"""Databases that belong to one test: a SQLite file, or a PostgreSQL database made for it and dropped after it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url

from bot.store.models import Base
from tests.conftest import postgres_url

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def sqlite_in(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'declic.sqlite3'}"


@contextmanager
def own_postgres() -> Iterator[str]:
    name = f"declic_test_{uuid.uuid4().hex[:12]}"
    url = make_url(postgres_url()).set(database=name).render_as_string(hide_password=False)
    as_administrator(f'CREATE DATABASE "{name}"')
    try:
        yield url
    finally:
        drop(url)


def drop(url: str) -> None:
    """Drop the database at ``url``, whoever is connected to it."""
    as_administrator(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


def as_administrator(statement: str, *values: Any) -> None:
    url = make_url(postgres_url()).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        connection.cursor().execute(statement, values or None)
    finally:
        connection.close()


def close_connections(url: str) -> None:
    """Do what a restart of PostgreSQL does to us: close every connection to the database at ``url``."""
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    as_administrator(query, make_url(url).database)


@contextmanager
def looking_into(url: str) -> Iterator[Connection]:
    """Open the database at ``url`` beside the program, as an operator would."""
    driver = "sqlite" if "sqlite" in url else "postgresql+psycopg2"
    engine = sa.create_engine(make_url(url).set(drivername=driver), poolclass=sa.pool.NullPool, future=True)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def rows(url: str) -> dict[str, int]:
    """Return how many rows each of our tables has."""
    with looking_into(url) as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for table in Base.metadata.sorted_tables
        }
