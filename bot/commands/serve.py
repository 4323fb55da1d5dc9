"""``declic serve``: the chat page and the API."""

from __future__ import annotations

import os

import typer
from rich.console import Console

_out = Console(highlight=False, emoji=False)


def serve(
    host: str = typer.Option("127.0.0.1", "--host", help="Address to listen on."),
    port: int = typer.Option(0, "--port", help="Port; PORT or 8000 otherwise."),
) -> None:
    """Serve the chat page and the API, on SQLite unless DATABASE_URL says otherwise."""
    from bot.commands.training import ready_model

    port = port or _port()
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
    if not told.isdigit() or not 0 < int(told) < 65536:
        Console(stderr=True).print(f"PORT is '{told}'. Give a number from 1 to 65535, as in `PORT=8001 make run`.")
        raise typer.Exit(2)
    return int(told)
