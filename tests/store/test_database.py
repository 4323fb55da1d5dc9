"""What is asked of the database, in the order in which a conversation asks it."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store.database import (
    ConversationGone,
    Database,
    DatabaseUnavailable,
    Received,
    Turn,
    WrongToken,
    default_url,
)
from bot.store.models import Conversation, Inbound
from bot.store.tracker_store import SessionTrackerStore
from tests.store.databases import close_connections, looking_into, own_postgres, rows, sqlite_in

#: What JSON and a database could mistake: quotes, letters beyond the basic plane, right-to-left text, nothing at all.
MESSAGES = [
    {"text": "Depuis quand ?\n«Je ne sais pas» 'ok' \"ok\" \\", "choices": [{"id": "a/b:c", "label": "Oui"}]},
    {"text": "لا أعرف 🙂", "choices": []},
]


async def answered(database: Database, conversation: str, message_id: str, turn: Turn, session: str = "{}") -> None:
    received = await database.receive(conversation, "test", message_id)
    assert received.answer is None
    assert await database.answer(conversation, "test", message_id, received, session, turn) == turn


async def test_a_conversation_is_opened_by_its_token_and_by_no_other(database: Database) -> None:
    conversation, token = await database.create("test")
    _, another = await database.create("test")
    assert await database.opens(conversation, token) is True
    assert await database.opens(conversation, another) is False
    assert await database.opens(conversation, "") is False
    assert await database.opens(str(uuid.uuid4()), token) is None


async def test_the_token_itself_is_stored_nowhere(database: Database, url: str) -> None:
    _, token = await database.create("test")
    with looking_into(url) as connection:
        (row,) = connection.execute(Conversation.__table__.select()).all()
    assert token not in str(row)


async def test_a_message_is_received_then_answered_then_known(database: Database) -> None:
    conversation, _ = await database.create("test")
    turn = Turn({"turn": 1, "step": "a/b", "escalation": None}, MESSAGES)
    await answered(database, conversation, "m1", turn, '{"problem":"é"}')
    assert await database.session(conversation) == '{"problem":"é"}'
    again = await database.receive(conversation, "test", "m1")
    assert (again.session, again.answer) == ('{"problem":"é"}', turn)


async def test_a_message_whose_answer_was_never_written_leaves_nothing(database: Database, url: str) -> None:
    conversation, _ = await database.create("test", "begun")
    assert await database.receive(conversation, "test", "m1") == Received("begun")
    assert rows(url) == {"conversations": 1, "inbox": 0, "outbox": 0}


async def test_a_message_that_was_written_down_before_is_answered_in_its_row(database: Database, url: str) -> None:
    conversation, _ = await database.create("test", "begun")
    came = {"conversation_id": conversation, "channel": "test", "message_id": "m1"}
    async with database.transaction() as connection:
        await connection.execute(Inbound.__table__.insert().values(**came))
    turn = Turn({"turn": 1}, MESSAGES)
    await answered(database, conversation, "m1", turn)
    assert (await database.receive(conversation, "test", "m1")).answer == turn
    assert rows(url) == {"conversations": 1, "inbox": 1, "outbox": len(MESSAGES)}


async def test_of_two_answers_to_one_message_the_first_counts(database: Database, url: str) -> None:
    conversation, _ = await database.create("test", "begun")
    received = await database.receive(conversation, "test", "m1")
    first, second = Turn({"turn": 1}, MESSAGES), Turn({"turn": 1}, [])
    assert await database.answer(conversation, "test", "m1", received, "first", first) == first
    assert await database.answer(conversation, "test", "m1", received, "second", second) == first
    assert await database.session(conversation) == "first"
    assert rows(url)["inbox"] == 1


async def test_a_token_is_asked_for_where_the_channel_has_one(database: Database) -> None:
    conversation, token = await database.create("test", "begun")
    assert await database.receive(conversation, "test", "m1", token) == Received("begun")
    for wrong in ("", "another", token[:-1]):
        with pytest.raises(WrongToken):
            await database.receive(conversation, "test", "m1", wrong)


async def test_a_turn_may_say_nothing(database: Database) -> None:
    conversation, _ = await database.create("test")
    await answered(database, conversation, "m1", Turn({"turn": 1}, []))
    again = await database.receive(conversation, "test", "m1")
    assert (again.session, again.answer) == ("{}", Turn({"turn": 1}, []))


async def test_an_answer_that_cannot_be_written_whole_is_not_written_at_all(database: Database, url: str) -> None:
    conversation, _ = await database.create("test", "before")
    received = await database.receive(conversation, "test", "m1")
    turn = Turn({"turn": 1}, [{}, {"text": object()}])
    with pytest.raises(Exception, match="not JSON serializable"):
        await database.answer(conversation, "test", "m1", received, "after", turn)
    assert await database.receive(conversation, "test", "m1") == received
    assert rows(url) == {"conversations": 1, "inbox": 0, "outbox": 0}


async def test_a_message_for_nobody_is_refused(database: Database, url: str) -> None:
    with pytest.raises(ConversationGone):
        await database.receive(str(uuid.uuid4()), "test", "m1")
    assert rows(url)["inbox"] == 0


async def test_the_answer_of_another_conversation_is_never_given(database: Database) -> None:
    first, _ = await database.create("test")
    second, _ = await database.create("test")
    await answered(database, first, "m1", Turn({"turn": 1}, MESSAGES))
    received = await database.receive(second, "test", "m1")
    assert received.answer is None
    with pytest.raises(sa.exc.IntegrityError):
        await database.answer(second, "test", "m1", received, "{}", Turn({"turn": 1}, []))


async def test_the_same_message_id_on_another_channel_is_another_message(database: Database) -> None:
    conversation, _ = await database.create("test")
    await answered(database, conversation, "m1", Turn({"turn": 1}, MESSAGES))
    assert await database.receive(conversation, "telegram", "m1") == Received("{}")


async def test_erasing_leaves_no_row_and_touches_no_other_conversation(database: Database, url: str) -> None:
    erased, token = await database.create("test", "mine")
    kept, _ = await database.create("test", "theirs")
    for conversation in (erased, kept):
        await answered(database, conversation, f"m of {conversation}", Turn({"turn": 1}, MESSAGES))
    await database.erase(erased)
    assert rows(url) == {"conversations": 1, "inbox": 1, "outbox": len(MESSAGES)}
    assert await database.session(erased) is None
    assert await database.opens(erased, token) is None
    assert await database.session(kept) == "{}"
    with pytest.raises(ConversationGone):
        await database.receive(erased, "test", "another")


async def test_what_was_erased_is_in_no_file_any_more(tmp_path: Path) -> None:
    database = Database(sqlite_in(tmp_path))
    await database.migrate()
    conversation, _ = await database.create("test", "what the session held")
    await answered(database, conversation, "m1", Turn({"turn": 1}, [{"text": "what was said"}]), "a later session")
    await database.erase(conversation)
    left = _files(tmp_path)
    await database.dispose()
    for words in ("what the session held", "a later session", "what was said", conversation):
        assert words.encode() not in left


def _files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_conversations_that_write_at_the_same_instant_do_not_hinder_each_other(database: Database) -> None:
    async def one(number: int) -> str | None:
        conversation, _ = await database.create("test")
        for turn in range(4):
            await answered(
                database, conversation, f"{number}-{turn}", Turn({"turn": turn}, MESSAGES), f"{number}-{turn}"
            )
        return await database.session(conversation)

    assert await asyncio.gather(*(one(number) for number in range(16))) == [f"{number}-3" for number in range(16)]


@pytest.mark.postgres
async def test_a_restart_of_the_database_server_costs_nobody_their_message() -> None:
    with own_postgres() as url:
        database = Database(url)
        await database.migrate()
        conversation, _ = await database.create("test", "kept")
        close_connections(url)
        assert await database.session(conversation) == "kept"
        await database.dispose()


async def test_a_database_that_answers_is_alive_and_one_that_is_not_there_is_not(
    database: Database, tmp_path: Path
) -> None:
    assert await database.alive()
    nowhere = Database(sqlite_in(tmp_path / "no" / "such" / "folder"))
    with contextlib.suppress(sa.exc.OperationalError):
        assert not await nowhere.alive()
    await nowhere.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "s3cret",
        "postgres://declic:s3cret@127.0.0.1:9/declic",
        "postgresql://declic:s3cret@127.0.0.1:9/declic",
        "mysql+asyncmy://declic:s3cret@127.0.0.1:9/declic",
        "postgresql+asyncpg://declic:p:s3cret@127.0.0.1:s3cret/declic",
        "postgresql+asyncpg://declic:s3cret@127.0.0.1:9/declic",
        "postgresql+asyncpg://declic:p@s3cret@127.0.0.1:9/declic",
        "postgresql+asyncpg://declic:p%40s3cret@s3cret.invalid/declic",
    ],
)
async def test_a_database_that_cannot_be_opened_is_told_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="DATABASE_URL") as unavailable:
        await Database(url).migrate()
    assert "s3cret" not in "".join(traceback.format_exception(unavailable.value))


async def test_why_a_database_cannot_be_opened_is_told(tmp_path: Path) -> None:
    nowhere = Database(sqlite_in(tmp_path / "no" / "such" / "folder"))
    with pytest.raises(DatabaseUnavailable, match="unable to open database file"):
        await nowhere.migrate()
    refused = Database("postgresql+asyncpg://declic:s3cret@127.0.0.1:9/declic")
    with pytest.raises(DatabaseUnavailable, match="Connection refused"):
        await refused.migrate()


def test_the_database_is_a_file_in_the_folder_for_what_is_written_unless_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DECLIC_HOME", str(tmp_path))
    assert default_url() == sqlite_in(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://declic@db/declic")
    assert default_url() == "postgresql+asyncpg://declic@db/declic"


async def test_the_tracker_store_holds_a_session_for_one_turn_only() -> None:
    store = SessionTrackerStore()
    store.begin("somebody", "session")
    assert await store.keys() == ["somebody"]
    assert store.end("somebody") == "session"
    assert await store.keys() == []
    assert store.end("somebody") is None
