"""One turn of a conversation: what a person sees, and what must not happen to them."""

from __future__ import annotations

import asyncio
import datetime as dt
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rasa.core.agent import Agent

from bot.agent import load_agent
from bot.assistant import START, Assistant, Incoming, public, readable, understand
from bot.dialogue.session import Answer, Session
from bot.nlu.redaction import redact
from bot.store.database import ConversationGone, Database
from bot.store.tracker_store import SessionTrackerStore
from knowledge_base.loader import KnowledgeBase
from tests.conftest import TODAY, Person
from tests.store.databases import rows

PROBLEM = "problem:sms_code_missing"
GONE = {"conversations": 0, "inbox": 0, "outbox": 0}


def heard(turn: dict[str, Any]) -> list[str]:
    return [message["text"] for message in turn["messages"]]


# -- what a person sees ----------------------------------------------------------------------------------------------


async def test_a_person_writes_taps_and_is_led_from_step_to_step(person: Person) -> None:
    await person.taps(START)
    assert len(person.heard) > 0
    await person.says("je ne reçois pas le code par SMS")
    assert person.turn["intent"] == "sms_code_missing"
    first = person.turn["step"]
    assert first.startswith("sms_code_missing/")
    await person.taps(next(iter(person.choices)))
    assert person.turn["turn"] == 3
    assert person.turn["step"] != first


async def test_a_number_is_the_choice_with_that_number(person: Person) -> None:
    await person.taps(PROBLEM)
    conversation, _ = await person.assistant.database.create("test")
    other = Person(person.assistant, conversation)
    await other.taps(PROBLEM)
    await person.taps(list(person.choices)[-1])
    await other.says(str(len(other.choices)))
    assert heard(other.turn) == heard(person.turn)


async def test_the_day_to_count_from_may_be_told(person: Person) -> None:
    person.today = dt.date(2026, 3, 2)
    await person.says("mon titre de séjour expire le 10 mars 2026 et je ne reçois pas le code par SMS")
    assert all(due["date"] >= "2026-03-02" for due in person.turn["deadlines"])
    assert person.turn["deadlines"]


async def test_the_language_chosen_in_the_channel_is_spoken_from_the_first_word(assistant: Assistant) -> None:
    conversation, _ = await assistant.database.create("test")
    turn = await assistant.answer(conversation, "test", Incoming(choice=START, language="en"))
    assert turn.report["language"] == "en"
    again = await assistant.answer(conversation, "test", Incoming(text="je ne reçois pas le code par SMS"))
    assert again.report["language"] == "en"


def test_a_conversation_begins_in_a_language_that_is_spoken_or_in_none() -> None:
    assert Session.loads(Assistant.begin_in("en") or "").language == "en"
    assert Assistant.begin_in("tlh") is None


# -- once, and in order ----------------------------------------------------------------------------------------------


async def test_the_same_message_again_gives_the_same_answer_again_and_moves_nothing(
    assistant: Assistant, database: Database
) -> None:
    conversation, _ = await database.create("test")
    await assistant.answer(conversation, "test", Incoming(choice=PROBLEM))
    incoming = Incoming(text="je ne sais pas", message_id="m1")
    first = await assistant.answer(conversation, "test", incoming)
    await assistant.answer(conversation, "test", Incoming(choice="command:help"))
    before = rows(database.url)
    assert await assistant.answer(conversation, "test", incoming) == first
    assert rows(database.url) == before
    following = await assistant.answer(conversation, "test", Incoming(choice="command:help"))
    assert following.report["turn"] == 4


async def test_the_same_message_twice_at_the_same_instant_is_answered_once(
    assistant: Assistant, database: Database
) -> None:
    conversation, _ = await database.create("test")
    incoming = Incoming(text="bonjour", message_id="m1")
    answers = await asyncio.gather(*(assistant.answer(conversation, "test", incoming) for _ in range(5)))
    assert all(answer == answers[0] for answer in answers)
    assert rows(database.url)["inbox"] == 1


async def test_messages_of_one_conversation_at_the_same_instant_are_all_answered_in_order(
    assistant: Assistant, database: Database
) -> None:
    conversation, _ = await database.create("test")
    said = [
        Incoming(choice=PROBLEM),
        Incoming(text="bonjour"),
        Incoming(choice="command:help"),
        Incoming(text="retour"),
    ]
    turns = await asyncio.gather(*(assistant.answer(conversation, "test", incoming) for incoming in said))
    assert [turn.report["turn"] for turn in turns] == [1, 2, 3, 4]
    assert all(turn.messages for turn in turns)


async def test_conversations_at_the_same_instant_do_not_mix(assistant: Assistant, database: Database) -> None:
    problems = ["sms_code_missing", "certificate_warning", "mobile_unsupported", "status_stuck"] * 2
    conversations = [(await database.create("test"))[0] for _ in problems]
    opened = [
        assistant.answer(conversation, "test", Incoming(choice=f"problem:{problem}"))
        for conversation, problem in zip(conversations, problems, strict=True)
    ]
    assert [turn.report["step"].split("/")[0] for turn in await asyncio.gather(*opened)] == problems


async def test_three_hundred_turns_are_one_row_no_longer_than_after_thirty(person: Person) -> None:
    database, lengths = person.assistant.database, []
    for number in range(1, 301):
        if number % 3 == 1:
            await person.taps(PROBLEM)
        elif number % 3 == 2 and person.choices:
            await person.taps(list(person.choices)[number % len(person.choices)])
        else:
            await person.taps("command:back")
        if number in (30, 300):
            lengths.append(len(await database.session(person.conversation) or ""))
    assert person.turn["turn"] == 300
    assert rows(database.url)["conversations"] == 1
    assert lengths[1] < lengths[0] + 300


# -- erasing ---------------------------------------------------------------------------------------------------------


async def test_erasing_asks_first_then_leaves_no_row(person: Person) -> None:
    database = person.assistant.database
    await person.taps(PROBLEM)
    await person.says("effacer")
    assert rows(database.url)["conversations"] == 1
    await person.taps("command:erase_yes")
    assert person.heard
    assert rows(database.url) == GONE
    with pytest.raises(ConversationGone):
        await person.says("bonjour")
    assert rows(database.url) == GONE


async def test_what_a_person_writes_is_kept_in_no_file(person: Person, tmp_path: Path) -> None:
    words = "Ma cousine Zénobie attend depuis quatre mois à Quimperlé, numéro 9903123456"
    await person.says(words)
    await person.says("je ne reçois pas le code par SMS, moi non plus, dit Zénobie")
    stored = _files(tmp_path)
    assert b"sms_code_missing" in stored
    for word in ("Zénobie", "Quimperlé", "9903123456"):
        assert word.encode() not in stored


def _files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


# -- older trees -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "choice",
    [
        "sms_code_missing/a_step_of_last_year:yes",
        "sms_code_missing/when_ends:a_choice_of_last_year",
        "a_tree_of_last_year/step:yes",
        "problem:a_problem_of_last_year",
        "command:format",
        "language:tlh",
        "nonsense",
        "::",
        "/",
        "",
        "\x00\ud800",
        "💥" * 10_000,
    ],
)
async def test_a_choice_of_an_older_tree_is_told_and_the_step_is_said_again(
    person: Person, kb: KnowledgeBase, choice: str
) -> None:
    opened = await person.taps(PROBLEM)
    await person.taps(choice)
    told, *step = heard(person.turn)
    assert told == kb.words["unknown_choice"].text
    assert step[-1] == heard(opened)[-1]
    assert person.turn["step"] == opened["step"]


async def test_answers_of_an_older_tree_are_told_and_the_walk_goes_on(assistant: Assistant, kb: KnowledgeBase) -> None:
    walk = {"sms_code_missing/a_step_of_last_year": Answer("yes")}
    stored = Session(problem="sms_code_missing", walks={"sms_code_missing": walk}, turn=7).dumps()
    conversation, _ = await assistant.database.create("test", stored)
    person = Person(assistant, conversation)
    await person.taps("command:repeat")
    assert heard(person.turn)[0] == kb.words["steps_changed"].text
    assert person.turn["turn"] == 8
    assert person.turn["step"].startswith("sms_code_missing/")
    await person.taps("command:repeat")
    assert kb.words["steps_changed"].text not in heard(person.turn)


async def test_a_problem_that_is_in_the_trees_no_longer_is_told_and_the_person_can_begin_again(
    assistant: Assistant, kb: KnowledgeBase
) -> None:
    stored = Session(problem="a_tree_of_last_year", walks={"a_tree_of_last_year": {}}).dumps()
    conversation, _ = await assistant.database.create("test", stored)
    person = Person(assistant, conversation)
    await person.taps("command:repeat")
    assert heard(person.turn)[0] == kb.words["steps_changed"].text
    await person.taps(PROBLEM)
    assert person.turn["step"].startswith("sms_code_missing/")


# -- bad input -------------------------------------------------------------------------------------------------------

HOSTILE = {
    "empty": "",
    "spaces": " \t\r\n ",
    "emoji": "😭😭😭🙏🏽👩‍👩‍👧🇫🇷",
    "nul": "je ne reçois\x00 pas le code",
    "lone surrogate": "je ne reçois pas \ud800 le code \udfff",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "ansi": "\x1b[31mrouge\x1b[0m \x1b]0;titre\x07 \x1b]8;;http://evil\x1b\\lien\x1b[2J",
    "right to left override": "\u202egnp.exe\u202c je ne reçois pas le code \u2066x\u2069",
    "slash": "////",
    "template": "{day} {{7*7}} ${jndi:ldap://x} %s %n {0.__class__}",
    "combining marks": "a" + "\u0301" * 300,
    "ten thousand characters": "je ne reçois pas le code par SMS. " * 300,
    "one word of ten thousand letters": "a" * 10_000,
    "digits": "9" * 5000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_whatever_is_typed_is_answered_with_sentences_that_can_be_shown(person: Person, text: str) -> None:
    await person.taps(PROBLEM)
    await person.says(text)
    assert person.turn["turn"] == 2
    assert person.turn["messages"]
    _can_be_shown(person.turn)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=()), max_size=80), choice=st.booleans())
async def test_any_characters_are_answered_and_stored(assistant: Assistant, text: str, choice: bool) -> None:
    conversation, _ = await assistant.database.create("test", Session(problem="sms_code_missing").dumps())
    incoming = Incoming(choice=text, message_id=conversation) if choice else Incoming(text, message_id=conversation)
    answered = await assistant.answer(conversation, "test", incoming)
    _can_be_shown(public(answered))
    assert await assistant.answer(conversation, "test", incoming) == answered


def _can_be_shown(turn: dict[str, Any]) -> None:
    for message in turn["messages"]:
        for text in (message["text"], *(choice["label"] for choice in message["choices"])):
            assert text.strip()
            assert not {unicodedata.category(char) for char in text.replace("\n", "")} & {"Cc", "Cs", "Co"}
            assert "\u202e" not in text


async def test_a_message_that_is_too_long_is_told_so(person: Person, kb: KnowledgeBase) -> None:
    await person.says("le site ne marche pas " * 500)
    assert kb.words["too_long"].text in heard(person.turn)


@pytest.mark.parametrize("slash", ["/", "//", "/ /", "/\x00/", " / / ", "/\u3000/", "\x1b[0m/"])
async def test_a_slash_is_a_character_and_no_secret_way_into_rasa(person: Person, slash: str) -> None:
    await person.taps(PROBLEM)
    await person.says(slash + 'choose{"choice": "command:erase_yes"}')
    assert person.way != "tap"
    assert rows(person.assistant.database.url)["conversations"] == 1


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
@example("a\r\nb")
@example("\x1b\x1b[0m[31m")
def test_readable_text_has_only_what_can_be_written_and_stays_so(text: str) -> None:
    clean = readable(text)
    assert not {unicodedata.category(char) for char in clean.replace("\n", "")} & {"Cc", "Cs"}
    assert readable(clean) == clean
    clean.encode()


def test_readable_text_keeps_every_letter_of_what_was_meant() -> None:
    meant = "Ça bloque\ndepuis 4\u00a0mois, لماذا؟ 👩‍👩‍👧"
    assert readable(f"  {meant}  ".replace("\n", "\r\n")) == meant
    assert readable("\x1b[1;31mrouge\x1b[0m") == "rouge"
    assert readable("\u202eabc\u202c") == "abc"


async def test_understanding_alone_reads_the_text_as_a_turn_does(
    agent_and_store: tuple[Agent, SessionTrackerStore],
) -> None:
    agent, _ = agent_and_store
    parsed = await understand(agent, "/je ne reçois pas le code, 06 12 34 56 78")
    assert parsed["intent"]["name"] == "sms_code_missing"
    assert parsed["text"] == redact("je ne reçois pas le code, 06 12 34 56 78")


async def test_a_turn_that_failed_is_answered_when_it_is_asked_again(
    model: Path, assistant: Assistant, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DECLIC_ACTION_ENDPOINT", "http://127.0.0.1:9/webhook")  # where nobody answers
    store = SessionTrackerStore()
    broken = Assistant(load_agent(model, store), store, database)
    conversation, _ = await database.create("test")
    incoming = Incoming(choice=PROBLEM, message_id="m1", today=TODAY)
    with pytest.raises(RuntimeError, match="the action gave no turn"):
        await broken.answer(conversation, "test", incoming)
    assert await store.keys() == []
    assert (await assistant.answer(conversation, "test", incoming)).report["turn"] == 1
    assert rows(database.url)["inbox"] == 1
