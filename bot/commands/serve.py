"""``declic serve``: the chat page and the API."""

from __future__ import annotations

import asyncio
import os
import socket

import typer
from rich.console import Console
from rich.markup import escape

_out = Console(highlight=False, emoji=False)
_err = Console(stderr=True, highlight=False, emoji=False)


def serve(
    host: str = typer.Option("127.0.0.1", "--host", help="Address to listen on."),
    port: int | None = typer.Option(None, "--port", min=1, max=65535, help="Port; PORT or 8000 otherwise."),
) -> None:
    """Serve the chat page and the API, on SQLite unless DATABASE_URL says otherwise."""
    from bot.commands.training import ready_model
    from knowledge_base.loader import knowledge_base

    port = port or _port()
    # What stops a start is told before the model is trained or loaded, which takes long.
    knowledge_base()
    _expect_free(host, port)
    _expect_database()
    model = ready_model()

    import uvicorn

    from bot.app import create_app

    class Server(uvicorn.Server):
        """Says where to click once, and only when, it answers."""

        async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
            await super().startup(sockets)  # type: ignore[arg-type]
            if self.started:
                _out.print(f"\nDéclic is ready: [bold]http://localhost:{port}[/bold]", soft_wrap=True)
                _out.print(f"The API:         http://localhost:{port}/docs", soft_wrap=True)
                _out.print("Ctrl-C stops it.")

    # Rasa holds `websockets` at a version that uvicorn no longer speaks.
    config = uvicorn.Config(
        create_app(model), host=host, port=port, ws="wsproto", log_level="warning", access_log=False
    )
    Server(config).run()


def _port() -> int:
    told = os.environ.get("PORT", "8000")
    # Neither another script's digits, nor more of them than Python reads.
    if not (told.isascii() and told.isdigit() and len(told) <= 5 and 0 < int(told) < 65536):
        raise _refuse(f"PORT is '{told[:20]}'. Give a number from 1 to 65535, as in `PORT=8001 make run`.", 2)
    return int(told)


def _expect_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As the server does: a port that was left a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, UnicodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "that is no address"
            raise _refuse(
                f"Port {port} of {host} cannot be used: {reason}. Give another port, as in `PORT=8001 make run`.", 1
            ) from None


def _expect_database() -> None:
    from bot.store.database import Database, DatabaseUnavailable

    async def open_and_close() -> None:
        database = Database()
        try:
            await database.migrate()
        finally:
            await database.dispose()

    try:
        asyncio.run(open_and_close())
    except DatabaseUnavailable as unavailable:
        raise _refuse(str(unavailable), 1) from None


def _refuse(sentence: str, code: int) -> typer.Exit:
    _err.print(escape(sentence), soft_wrap=True)
    return typer.Exit(code)
