"""A crash at any moment: no answered turn is lost, none is doubled."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.agent import Agent

from bot.assistant import Assistant, Incoming
from bot.paths import ROOT
from bot.store.database import Database
from bot.store.models import Inbound
from bot.store.tracker_store import SessionTrackerStore
from tests.store.databases import close_connections, looking_into, rows

#: Number of the last message that the program to be killed answers.
LAST = 60


@contextlib.contextmanager
def database_closing_at(moment: int, database: Database) -> Iterator[list[str]]:
    """Close the database at the n-th statement or commit; give the moments that were reached."""
    engine, reached = database.engine.sync_engine, []

    def at(what: str, connection: sa.engine.Connection) -> None:
        reached.append(what)
        if len(reached) == moment:
            if "postgres" in database.url:
                close_connections(database.url)
            else:
                connection.connection.dbapi_connection.close()

    def statement(connection: sa.engine.Connection, _: Any, sql: str, *__: Any) -> None:
        at(sql.split()[0], connection)

    def commit(connection: sa.engine.Connection) -> None:
        at("COMMIT", connection)

    sa.event.listen(engine, "before_cursor_execute", statement)
    sa.event.listen(engine, "commit", commit)
    try:
        yield reached
    finally:
        sa.event.remove(engine, "before_cursor_execute", statement)
        sa.event.remove(engine, "commit", commit)


async def test_a_database_that_goes_away_at_any_moment_of_a_turn_costs_a_second_try_and_nothing_else(
    agent_and_store: tuple[Agent, SessionTrackerStore], database: Database, url: str
) -> None:
    assistant = Assistant(*agent_and_store, database)

    async def conversation_up_to_the_turn() -> str:
        conversation, _ = await database.create("test")
        await assistant.answer(conversation, "test", Incoming(choice="problem:sms_code_missing"))
        return conversation

    turn = "command:explain"
    smooth = await conversation_up_to_the_turn()
    with database_closing_at(0, database) as moments:
        expected = await assistant.answer(smooth, "test", Incoming(choice=turn, message_id="smooth"))
    session = await database.session(smooth)
    assert moments.count("COMMIT") == 1  # the message, its answer and the session are written together

    for moment in range(1, len(moments) + 1):
        conversation = await conversation_up_to_the_turn()
        incoming = Incoming(choice=turn, message_id=f"m{moment}")
        with database_closing_at(moment, database), pytest.raises((sa.exc.SQLAlchemyError, ValueError)):
            await assistant.answer(conversation, "test", incoming)
        with contextlib.suppress(sa.exc.DBAPIError):
            await database.alive()  # whatever connections the crash left in the pool
        assert await assistant.answer(conversation, "test", incoming) == expected, moments[moment - 1]
        assert await database.session(conversation) == session
    turns = 1 + len(moments)
    assert rows(url)["inbox"] == 2 * turns


@pytest.fixture(scope="module")
def program(model: Path) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "tests.store.answering"]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as started:
        yield started
        started.kill()


def test_a_program_killed_at_random_moments_loses_no_answer_and_gives_none_twice(
    program: subprocess.Popen[str], url: str
) -> None:
    conversation = asyncio.run(_begin(url))
    told: dict[int, str] = {}
    kills = 0
    dice = random.Random(20261123)
    while LAST not in told:
        # The person asks again for the last answer they saw, and goes on from there.
        for answer in _answers(program, f"{url} {conversation} {max(told, default=0)}", dice):
            number = int(answer.split()[0])
            assert told.setdefault(number, answer) == answer
        kills += 1
    again = list(_answers(program, f"{url} {conversation} 0", None))

    assert kills > 3
    assert again == list(told.values())
    # The turns are counted in the session: a lost one would leave a gap, a doubled one would move those after it.
    assert [answer.split()[:2] for answer in again] == [[str(number), str(number + 1)] for number in range(LAST + 1)]
    with looking_into(url) as connection:
        assert connection.execute(sa.select(Inbound.id).where(Inbound.done_at.is_(None))).all() == []
    assert (rows(url)["conversations"], rows(url)["inbox"]) == (1, LAST + 1)


def _answers(program: subprocess.Popen[str], begin: str, dice: random.Random | None) -> Iterator[str]:
    """Let the program answer; with dice, kill it a few answers later, in the middle of one."""
    assert program.stdin
    assert program.stdout
    program.stdin.write(f"{begin} {LAST}\n")
    program.stdin.flush()
    child = int(program.stdout.readline().split()[1])
    left = dice.randint(1, 6) if dice else None
    while (line := program.stdout.readline()) != "ended\n":
        assert line, "the program itself ended"
        yield line
        if left and dice:
            left -= 1
            if not left:
                time.sleep(dice.uniform(0.0, 0.03))
                with contextlib.suppress(ProcessLookupError):  # it had just answered the last one
                    os.kill(child, signal.SIGKILL)


async def _begin(url: str) -> str:
    database = Database(url)
    await database.migrate()
    conversation, _ = await database.create("test")
    await database.dispose()
    return conversation
