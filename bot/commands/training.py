"""``declic train``: the model, trained again when what it is made of has changed."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import typer
from rich.console import Console

_err = Console(stderr=True, highlight=False, emoji=False)


def train() -> None:
    """Train the model if its data changed; otherwise say that it is ready."""
    _err.print(f"The model is ready: {ready_model().name}")


def ready_model() -> Path:
    """Return today's model, trained first if it is missing, with its progress shown."""
    from bot.training import TrainingFailed, model_path

    path = model_path()
    if path.exists():
        return path
    began = time.monotonic()
    _err.print("Training the model. The first time this takes about three minutes.")
    from bot.training import train as train_model

    try:
        # Rasa congratulates itself on standard output, which belongs to the commands.
        with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
            path = train_model()
    except TrainingFailed as failed:
        _err.print(str(failed))
        raise typer.Exit(1) from None
    _err.print(f"Trained in {time.monotonic() - began:.0f} seconds.")
    return path
