"""``declic``: the commands, put together. What needs the model is imported by its command, so that ``kb`` is quick."""

from __future__ import annotations

import typer

from bot.commands import kb, serve, talk, training

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


def main() -> None:
    """Run the program."""
    app()


if __name__ == "__main__":
    main()
