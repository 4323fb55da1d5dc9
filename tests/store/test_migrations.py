"""The tables: brought up, taken down, and never other than the models say."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from bot.store.database import Database, alembic_config, upgrade
from bot.store.models import Base
from tests.store.databases import looking_into, rows

OURS = set(Base.metadata.tables)


def tables(url: str) -> set[str]:
    with looking_into(url) as connection:
        return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


def test_each_migration_goes_up_and_down_and_up_again(url: str) -> None:
    revisions = [each.revision for each in ScriptDirectory.from_config(alembic_config(url)).walk_revisions()]
    for revision in reversed(revisions):
        upgrade(url, revision)
        command.downgrade(alembic_config(url), "-1")
        upgrade(url, revision)
    assert tables(url) == OURS


def test_going_down_to_the_beginning_leaves_no_table_of_ours(url: str) -> None:
    upgrade(url)
    command.downgrade(alembic_config(url), "base")
    assert tables(url) == set()


def test_the_models_say_what_the_migrations_made(url: str) -> None:
    upgrade(url)
    command.check(alembic_config(url))  # raises when autogenerate would write a migration


async def test_a_second_start_keeps_what_is_there(database: Database, url: str) -> None:
    conversation, token = await database.create("test")
    await database.migrate()
    assert await database.opens(conversation, token)
    assert rows(url) == {"conversations": 1, "inbox": 0, "outbox": 0}
