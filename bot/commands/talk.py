"""``declic chat`` and ``declic parse``: talk to the assistant in the terminal, or see what it understands."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

_err = Console(stderr=True, highlight=False, emoji=False)
_Texts = typer.Argument(None, help="What a person could write.")


def chat(
    as_json: bool = typer.Option(False, "--json", help="Read JSON lines and write one for each."),
    lang: str = typer.Option("", "--lang", help="Language to speak, as ISO 639-1; detected otherwise."),
    today: str = typer.Option("", "--today", help="Count from this day (2026-11-23), to rehearse a case."),
) -> None:
    """Talk to the assistant. Nothing of it is kept once you leave but the calendar file, if you ask for it."""
    from bot.commands.training import ready_model

    day = _day(today)
    if lang and not _speaks(lang):
        _err.print(f"I do not speak '{escape(lang)}'. Use one of: {', '.join(_languages())}.")
        raise typer.Exit(2)
    model = ready_model()
    with tempfile.TemporaryDirectory(prefix="declic-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'chat.sqlite3'}"
        asyncio.run(_converse(model, url, as_json, lang, day))


def parse(
    jsonl: bool = typer.Option(False, "--jsonl", help="Read JSON lines from standard input, write one for each."),
    explain: bool = typer.Option(False, "--explain", help="Tell why: what was read, who spoke, which outcome."),
    text: list[str] = _Texts,
) -> None:
    """Show what the assistant understands: language, intent, ranking, entities."""
    from bot.commands.training import ready_model

    if not jsonl and not text:
        _err.print('Give a text, or `--jsonl` and lines like {"text": "…"} on standard input.')
        raise typer.Exit(2)
    model = ready_model()
    texts = (said["text"] for said in _said("text")) if jsonl else iter([" ".join(text)])
    asyncio.run(_parse(model, texts, explain, jsonl))


def _languages() -> tuple[str, ...]:
    from knowledge_base.words import languages

    return languages()


def _speaks(language: str) -> bool:
    return language in _languages()


def _day(today: str) -> dt.date | None:
    if not today:
        return None
    try:
        return dt.date.fromisoformat(today)
    except ValueError:
        _err.print("Write the day like this: --today 2026-11-23.")
        raise typer.Exit(2) from None


def _said(*keys: str) -> Iterator[dict[str, str]]:
    """Read JSON lines from standard input; of each, give the first of ``keys`` that it has, with its text.

    A line that cannot be read is told by its number and given as an empty text, so that the answers stay in step.
    """
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            yield _read(line, keys)
        except (ValueError, RecursionError):
            forms = " or ".join(f'{{"{key}": "…"}}' for key in reversed(keys))
            _err.print(f"Line {number} is not like {forms}. It is answered as an empty text.", soft_wrap=True)
            yield {"text": ""}


def _read(line: bytes, keys: tuple[str, ...]) -> dict[str, str]:
    """Return the first of ``keys`` in a JSON object, with its text.

    Raises:
        ValueError: the line is not UTF-8, not JSON, not an object with one of the keys, or has no text there.
        RecursionError: it is nested beyond what Python can read.
    """
    given = json.loads(line.decode("utf-8"))
    found = {key: given[key] for key in keys if key in given} if isinstance(given, dict) else {}
    key, text = next(iter(found.items()), ("", None))
    if not isinstance(text, str):
        raise ValueError("there is no text")
    return {key: text}


async def _parse(model: Path, texts: Iterator[str], explain: bool, jsonl: bool) -> None:
    from bot.agent import load_agent
    from bot.assistant import as_parsed, readable, understand
    from bot.commands.explain import explained, lines
    from knowledge_base.loader import knowledge_base

    agent = load_agent(model)
    for text in texts:
        parsed = await understand(agent, text)
        if not explain:
            _write_json(as_parsed(text, parsed))
            continue
        told = explained(knowledge_base(), readable(text), parsed)
        if jsonl:
            _write_json({"text": text, **told})
        else:
            Console(highlight=False, emoji=False).print(escape("\n".join(lines(told))), soft_wrap=True)


async def _converse(model: Path, url: str, as_json: bool, lang: str, today: dt.date | None) -> None:
    from bot.app import assemble
    from bot.assistant import Incoming, gives_calendar, public
    from bot.store.database import ConversationGone, Database, Turn

    database = Database(url)
    try:
        assistant = await assemble(model, database)
        session = assistant.begin_in(lang) if lang else None
        conversation, _ = await database.create("terminal", session)

        async def answer(**said: str) -> Turn:
            nonlocal conversation
            incoming = Incoming(today=today, **said)
            try:
                return await assistant.answer(conversation, "terminal", incoming)
            except ConversationGone:
                conversation, _ = await database.create("terminal", session)
                return await assistant.answer(conversation, "terminal", incoming)

        async def kept(turn: Turn) -> str | None:
            if turn.report["erase"]:
                _calendar_path().unlink(missing_ok=True)
            if not gives_calendar(turn):
                return None
            return _keep(await assistant.calendar(conversation, today), turn.report["language"])

        if as_json:
            for said in _said("choice", "text"):
                turn = await answer(**said)
                where = await kept(turn)
                _write_json(public(turn))
                if where:
                    _err.print(escape(where), soft_wrap=True)
            return
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")  # a byte that is no letter is no reason to end the conversation
        turn = await answer(choice="start")
        while True:
            _show(turn, await kept(turn))
            # Not in a thread: Ctrl-C reaches the main one, and a thread that reads would outlive it.
            line = _ask()
            if line is None:
                return
            turn = await answer(text=line)
    finally:
        await database.dispose()


def _write_json(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode() + "\n")
    sys.stdout.flush()


def _calendar_path() -> Path:
    from bot.paths import home
    from knowledge_base import calendar_file

    return home() / calendar_file.NAME


def _keep(file: bytes | None, language: str) -> str | None:
    """Write the calendar file, for its owner alone to read; return a sentence that says where, or that it failed."""
    from bot.dialogue.messages import word
    from knowledge_base.loader import knowledge_base
    from knowledge_base.words import say

    if file is None:
        return None
    path = _calendar_path()
    try:
        path.touch(mode=0o600)
        path.write_bytes(file)
        told = "calendar_saved"
    except OSError:
        told = "calendar_not_saved"
    return say(word(knowledge_base(), told, path=str(path)), language).text


def _show(turn: Any, kept: str | None = None) -> None:
    console = Console(highlight=False, emoji=False)
    last = max((at for at, message in enumerate(turn.messages) if message["choices"]), default=None)
    for at, message in enumerate(turn.messages):
        console.print(Padding(escape(message["text"]), (1, 0, 0, 0)))
        if message.get("terms"):
            labels = ", ".join(term["label"] for term in message["terms"])
            console.print(f"  [dim]? {escape(labels)}[/dim]")
        if at == 0 and kept:
            console.print(escape(kept), soft_wrap=True)
        for number, choice in enumerate(message["choices"], 1):
            detail = f"  [dim]{escape(choice['detail'])}[/dim]" if choice.get("detail") else ""
            # A number means a choice of the last question; the others are chosen by their words.
            mark = f"{number}." if at == last else "–"
            console.print(f"  [bold]{mark}[/bold] {escape(choice['label'])}{detail}")


def _ask() -> str | None:
    """Return the next line, or ``None`` at the end of the input or after Ctrl-C."""
    try:
        return input("\n> ")
    except (EOFError, KeyboardInterrupt):
        print()  # what the shell writes next begins a line
        return None
