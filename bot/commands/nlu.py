"""``declic nlu``: what the assistant understands of labelled messages."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.paths import home

if TYPE_CHECKING:
    from bot.nlu.metrics import Read

app = typer.Typer(no_args_is_help=True, help="Measure what is understood.")
_out = Console(highlight=False, emoji=False)
_err = Console(stderr=True, highlight=False, emoji=False)
_Output = typer.Option(home() / "nlu-report.html", "--output", "-o", help="Where to write the page.")
_Files = typer.Argument(..., help="Files of labelled messages, in Rasa's form.", exists=True, dir_okay=False)


@app.callback()
def _group() -> None:
    """Keep ``report`` a command of its own, whatever else is there."""


@app.command()
def report(
    files: list[Path] = _Files,
    output: Path = _Output,
) -> None:
    """Read labelled messages and write a page: figures by language, what is taken for what, the worst examples."""
    from bot.commands.training import ready_model
    from bot.nlu.report import labelled, lines, page

    try:
        messages = [message for path in files for message in labelled(path)]
    except ValueError as error:
        _err.print(escape(str(error)), soft_wrap=True)
        raise typer.Exit(2) from None
    model = ready_model()
    reads = asyncio.run(_read(model, messages))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(page(reads, model.name), encoding="utf-8")
    table = Table("language", "messages", "right", "first three", "calibration error", "language found")
    for line in lines(reads):
        figures = (line.accuracy, line.within_three, line.calibration_error, line.language_found)
        table.add_row(line.name, str(line.count), *(f"{figure:.3f}" for figure in figures))
    _out.print(table)
    _out.print(f"written: {output}", soft_wrap=True)


async def _read(model: Path, messages: list[tuple[str, str, str]]) -> list[Read]:
    from bot.agent import load_agent
    from bot.assistant import understand
    from bot.nlu.metrics import Read

    agent = load_agent(model)
    reads = []
    for text, intent, language in messages:
        parsed = await understand(agent, text)
        ranking = tuple((each["name"], each["confidence"]) for each in parsed.get("intent_ranking") or ())
        reads.append(Read(text, language, intent, ranking, parsed.get("language")))
    return reads
