"""``declic chat``, ``parse`` and ``serve``: what a person and a program see of them."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.paths import ROOT
from knowledge_base.loader import KnowledgeBase
from tests.small_project import small_project
from tests.store.databases import sqlite_in

TURN = {"turn", "language", "intent", "confidence", "step", "messages", "escalation", "deadlines"}
PARSED = {"text", "language", "intent", "confidence", "ranking", "entities"}

pytestmark = pytest.mark.usefixtures("model")


def declic(*arguments: str, stdin: str | bytes = "", **environment: str | None) -> Result:
    result = CliRunner().invoke(app, arguments, input=stdin, env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    return result


def answers(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


def lines(*said: dict[str, Any]) -> str:
    return "".join(json.dumps(each) + "\n" for each in said)


# -- declic chat --json ------------------------------------------------------------------------------------------------


def test_chat_writes_a_line_for_each_line_and_the_conversation_goes_on() -> None:
    first, second = answers(
        declic("chat", "--json", stdin=lines({"text": "je ne reçois pas le code par SMS"}, {"choice": "command:help"}))
    )
    assert set(first) == set(second) == TURN
    assert (first["turn"], first["language"], first["intent"]) == (1, "fr", "sms_code_missing")
    assert first["step"].startswith("sms_code_missing/")
    assert all({"text", "choices", "facts"} == set(message) for message in first["messages"])
    assert (second["turn"], second["intent"], second["step"]) == (2, None, first["step"])


_STRANGE = [
    "bonjour",
    '{"text": "bonj',
    "[1]",
    '"text"',
    "null",
    "{}",
    '{"texte": "bonjour"}',
    '{"text": null}',
    '{"text": ["bonjour"]}',
]


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param("\n".join(_STRANGE).encode(), id="of another form"),
        pytest.param(b"[" * 100_000, id="nested"),
        pytest.param(b'{"text": "\xff"}', id="not UTF-8"),
    ],
)
@pytest.mark.parametrize("command", [("chat", "--json"), ("parse", "--jsonl")], ids=" ".join)
def test_lines_that_cannot_be_read_are_told_and_answered(command: tuple[str, ...], strange: bytes) -> None:
    result = declic(*command, stdin=strange + b'\n{"text": "bonjour"}\n')
    count = strange.count(b"\n") + 1
    answered = answers(result)
    assert len(answered) == count + 1
    assert answered[-1]["intent"] == "greet"
    assert re.findall(r"^Line (\d+) ", result.stderr, re.MULTILINE) == [str(line) for line in range(1, count + 1)]


def test_what_no_line_can_carry_is_answered_too() -> None:
    hostile = [
        {"text": "\ud800\x00"},
        {"choice": "\ud800"},
        {"text": ""},
        {"text": "\x1b[31m\u202e"},
        {"choice": "a" * 9999},
    ]
    assert [turn["turn"] for turn in answers(declic("chat", "--json", stdin=lines(*hostile)))] == [1, 2, 3, 4, 5]


def test_chat_begins_in_the_language_asked_for_and_after_erasing_again(kb: KnowledgeBase) -> None:
    said = lines({"choice": "start"}, {"choice": "command:erase_yes"}, {"text": "bonjour"})
    turns = answers(declic("chat", "--json", "--lang", "en", stdin=said))
    assert [turn["language"] for turn in turns] == ["en", "en", "en"]
    assert turns[2]["turn"] == 1
    assert turns[0]["messages"][0]["text"] != kb.words["welcome"].text


def test_a_language_that_is_not_spoken_is_told_with_those_that_are() -> None:
    result = declic("chat", "--json", "--lang", "tlh")
    assert result.exit_code == 2
    assert "'tlh'" in result.stderr
    assert "fr, en" in result.stderr
    assert result.stdout == ""


def test_a_case_can_be_rehearsed_on_another_day() -> None:
    told = {"text": "je ne reçois pas le code par SMS et mon titre expire le 10 mars 2026"}
    (before,) = answers(declic("chat", "--json", "--today", "2026-01-02", stdin=lines(told)))
    assert before["deadlines"]
    assert all(due["date"] >= "2026-01-02" for due in before["deadlines"])


@pytest.mark.parametrize("day", ["demain", "2026-02-30", "10/03/2026"])
def test_a_day_that_is_none_is_told_with_how_to_write_one(day: str) -> None:
    result = declic("chat", "--today", day)
    assert result.exit_code == 2
    assert "--today 2026-11-23" in result.stderr


# -- declic chat -------------------------------------------------------------------------------------------------------


def test_a_person_chats_by_words_and_numbers(kb: KnowledgeBase) -> None:
    result = declic("chat", stdin="je ne reçois pas le code par SMS\neffacer\n1\n", NO_COLOR="1", TERM="dumb")
    said = re.sub(r"\s+", " ", result.stdout)
    assert result.exit_code == 0
    for sentence in ("welcome", "erase_confirm", "erased"):
        assert kb.words[sentence].text in said
    assert f" 1. {kb.words['erase_yes'].text}" in said
    assert "\x1b" not in result.stdout


def test_bytes_that_are_no_letters_are_answered_too() -> None:
    result = declic("chat", stdin=b"bonjour \xff\n")
    assert result.exit_code == 0
    assert result.stdout.count("> ") == 2


def test_square_brackets_and_colons_are_shown_as_they_are() -> None:
    result = declic("chat", stdin="[bold]x[/bold] [/] :smile:\n")
    assert result.exit_code == 0


def test_in_a_terminal_without_colours_there_is_not_one_escape_code_and_ctrl_c_ends_it() -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "chat", "--lang", "en"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env={**os.environ, "TERM": "dumb", "NO_COLOR": "1"},
        start_new_session=True,
    ) as program:
        try:
            os.close(theirs)
            seen = _read_until(ours, "> ")
            os.write(ours, b"I do not receive the code by text message\n")
            seen += _read_until(ours, "> ")
            _press_ctrl_c(program)
        finally:
            program.kill()
            os.close(ours)
    assert "  1. " in seen
    assert "\x1b" not in seen
    assert "Traceback" not in seen
    assert "Warning" not in seen


def _press_ctrl_c(program: subprocess.Popen[bytes]) -> None:
    """Press Ctrl-C as a person would, again if nothing happens.

    Between showing its prompt and reading the keys Python notes the first one, and then waits for a line.
    """
    for _ in range(4):
        os.killpg(program.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.wait(10)
            return
    raise AssertionError("Ctrl-C does not end it")


def _read_until(terminal: int, prompt: str) -> str:
    seen = b""
    while not seen.decode("utf-8", "replace").endswith(prompt):
        assert select.select([terminal], [], [], 120)[0], f"nothing more came after {seen!r}"
        seen += os.read(terminal, 65_536)
    return seen.decode()


# -- declic parse ------------------------------------------------------------------------------------------------------


def test_parse_writes_what_it_understands_of_each_line() -> None:
    texts = ["je ne reçois pas le code par SMS", "mon récépissé expire le 3 mars 2027", "", "\ud800 😭"]
    parsed = answers(declic("parse", "--jsonl", stdin=lines(*({"text": text} for text in texts))))
    assert [set(each) for each in parsed] == [PARSED] * len(texts)
    assert [each["text"] for each in parsed[:3]] == texts[:3]
    assert (parsed[0]["language"], parsed[0]["intent"]) == ("fr", "sms_code_missing")
    ranking = parsed[0]["ranking"]
    assert all(set(each) == {"intent", "confidence"} for each in ranking)
    assert ranking[0] == {"intent": parsed[0]["intent"], "confidence": parsed[0]["confidence"]}
    assert [each["confidence"] for each in ranking] == sorted((each["confidence"] for each in ranking), reverse=True)
    assert {(each["entity"], each["value"]) for each in parsed[1]["entities"]} >= {("expires_on", "2027-03-03")}


def test_parse_reads_a_text_given_on_the_command_line() -> None:
    (parsed,) = answers(declic("parse", "I", "do not receive the code by text message"))
    assert (parsed["language"], parsed["intent"]) == ("en", "sms_code_missing")


def test_parse_explains_why() -> None:
    told = declic("parse", "--explain", "my number is 06 12 34 56 78, I do not receive the code by text message").stdout
    assert "read as     my number is ‹numéro français›," in told
    assert "redacted    ‹numéro français›" in told
    assert "language    en" in told
    assert "grams: sms_code_missing" in told
    assert "outcome     sure: sms_code_missing (sms_code_missing " in told


def test_parse_explains_a_danger_as_json() -> None:
    said = lines({"text": "j'ai reçu une OQTF hier"})
    (told,) = answers(declic("parse", "--explain", "--jsonl", stdin=said))
    assert told["danger_words"] == ["oqtf"]
    assert told["outcome"]["kind"] == "sure"
    assert told["outcome"]["intents"] == ["oqtf"]
    assert "dangers together" in told["outcome"]["why"]


def test_nlu_report_writes_a_page_and_its_figures(tmp_path: Path) -> None:
    about = "- intent: greet\n  metadata: { language: fr, author: x }\n  examples: |\n"
    (tmp_path / "said.yml").write_text(f"nlu:\n{about}    - bonjour\n    - salut à vous\n", encoding="utf-8")
    result = declic("nlu", "report", str(tmp_path / "said.yml"), "-o", str(tmp_path / "report.html"))
    assert result.exit_code == 0
    assert "1.000" in result.stdout
    assert "What is understood" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_nlu_report_says_what_a_file_must_be(tmp_path: Path) -> None:
    (tmp_path / "said.yml").write_text("other: 1\n", encoding="utf-8")
    result = declic("nlu", "report", str(tmp_path / "said.yml"))
    assert result.exit_code == 2
    assert "is not a file of labelled messages" in result.stderr.replace("\n", " ")


def test_parse_without_a_text_says_what_to_give() -> None:
    result = declic("parse")
    assert result.exit_code == 2
    assert "--jsonl" in result.stderr


# -- declic serve ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("port", ["http", "0", "-1", "65536", "80 80", "", "²", pytest.param("9" * 5000, id="99999…")])
def test_a_port_that_is_none_is_told_with_how_to_give_one(port: str) -> None:
    result = declic("serve", PORT=port)
    assert result.exit_code == 2
    assert "PORT=8001" in result.stderr


def test_a_port_on_the_command_line_is_held_to_the_same() -> None:
    assert "65535" in _why_it_does_not_serve("--port", "70000")


def test_a_port_that_is_taken_is_told_with_how_to_give_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        told = _why_it_does_not_serve(PORT=str(other.getsockname()[1]), DATABASE_URL=sqlite_in(tmp_path))
    assert "PORT=" in told


@pytest.mark.parametrize("url", ["postgresql+asyncpg://declic:secret@127.0.0.1:9/declic", "secret"])
def test_a_database_that_is_not_there_is_told_without_its_password(url: str) -> None:
    told = _why_it_does_not_serve(PORT=str(_free_port()), DATABASE_URL=url)
    assert "DATABASE_URL" in told
    assert "secret" not in told


def test_a_broken_knowledge_base_is_told_by_file_and_line(tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")
    trees = [project / "knowledge_base" / "trees" / f"{name}.yml" for name in ("sms_code_missing", "status_stuck")]
    at = [len(tree.read_text(encoding="utf-8").splitlines()) + 1 for tree in trees]
    for tree in trees:
        with tree.open("a", encoding="utf-8") as file:
            file.write("[bold]: yes\n")
    told = _why_it_does_not_serve(folder=project, PORT=str(_free_port()), DECLIC_HOME=str(tmp_path / "home"))
    for tree, line in zip(trees, at, strict=True):
        assert f"{tree}:{line}: " in told
    assert "Training" not in told


def _why_it_does_not_serve(*arguments: str, folder: Path = ROOT, **environment: str) -> str:
    """Start the server of the project in ``folder``, which must end by itself; give what it said."""
    serve, env = [sys.executable, "-m", "bot.cli", "serve", *arguments], {**os.environ, **environment}
    ended = subprocess.run(serve, capture_output=True, text=True, timeout=45, cwd=folder, env=env)
    assert ended.returncode
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_serve_says_where_to_click_when_it_answers_and_ends_when_told(tmp_path: Path) -> None:
    port = _free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={
            **os.environ,
            "PORT": str(port),
            "DATABASE_URL": sqlite_in(tmp_path),
            "PYTHONUNBUFFERED": "1",
        },
    ) as program:
        try:
            assert program.stdout
            while f"http://localhost:{port}" not in (line := program.stdout.readline()):
                assert line, program.stderr and program.stderr.read()
            assert httpx.get(f"http://127.0.0.1:{port}/ready", trust_env=False).json() == {"status": "ready"}
            assert "Déclic" in httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).text
            program.send_signal(signal.SIGINT)
            _, complaints = program.communicate(timeout=60)
        finally:
            program.kill()
    assert complaints == ""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
