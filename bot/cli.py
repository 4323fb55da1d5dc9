"""``declic``: the commands, put together. What needs the model is imported by its command, so that ``kb`` is quick."""

from __future__ import annotations

import sys

import typer
from rich.console import Console
from rich.markup import escape

from bot.commands import kb, nlu, serve, talk, training
from knowledge_base.source import BrokenSource

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Déclic helps foreigners in France whose residence-permit procedure is stuck on ANEF.",
)
app.command()(serve.serve)
app.command()(talk.chat)
app.command()(talk.parse)
app.command()(training.train)
app.add_typer(kb.app, name="kb")
app.add_typer(nlu.app, name="nlu")


def main() -> None:
    """Run the program. A knowledge base that cannot be read is told, mistake by mistake, with exit code 1."""
    try:
        app()
    except BrokenSource as broken:
        told = Console(stderr=True, highlight=False, emoji=False)
        for mistake in broken.mistakes:
            told.print(escape(str(mistake)), soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
