"""One real server for the whole session, and people who call it."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright

from bot.app import create_app
from bot.paths import home
from tests.store.databases import sqlite_in

CONVERSATIONS = "/api/v1/conversations"
#: On every answer, whatever it is.
SECURITY_HEADERS = {
    "content-security-policy",
    "referrer-policy",
    "x-content-type-options",
    "cross-origin-opener-policy",
    "permissions-policy",
}


class Server:
    """The application behind a real uvicorn, in a thread; it can go away and come back at the same address."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        self._server = uvicorn.Server(
            uvicorn.Config(self.app, host="127.0.0.1", port=self.port, ws="wsproto", log_level="critical")
        )
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, trust_env=False, timeout=60)


@dataclass
class Caller:
    """A program that talks to the API for one person."""

    http: httpx.Client
    id: str = ""
    token: str = ""
    #: The last answer.
    turn: dict[str, Any] = field(default_factory=dict)

    def open(self, **body: Any) -> Caller:
        opened = self.http.post(CONVERSATIONS, json=body or None).json()
        self.id, self.token = opened["id"], opened["token"]
        return self

    def post(self, key: str | None = None, token: str | None = None, **request: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return self.http.post(f"{CONVERSATIONS}/{self.id}/messages", headers=headers, **request)

    def says(self, text: str, key: str | None = None) -> dict[str, Any]:
        self.turn = self.post(key, json={"text": text}).json()
        return self.turn

    def taps(self, choice: str, key: str | None = None) -> dict[str, Any]:
        self.turn = self.post(key, json={"choice": choice}).json()
        return self.turn


def is_decent(response: httpx.Response) -> None:
    """Check what holds of every answer: no failure of ours, an error is told in a sentence, the headers are there."""
    response.read()
    assert response.status_code < 500, response.text
    assert set(response.headers) >= SECURITY_HEADERS, response.headers
    assert "Traceback" not in response.text
    if response.status_code >= 400 and response.request.method != "HEAD":
        told = response.json()
        assert list(told) == ["error"]
        assert len(told["error"].split()) > 1


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return sqlite_in(tmp_path_factory.mktemp("server"))


@pytest.fixture(scope="session")
def server(model: Path, database_url: str) -> Iterator[Server]:
    with Server(create_app(model, database_url)) as running:
        yield running


@pytest.fixture(scope="session")
def http(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        client.event_hooks = {"response": [is_decent]}
        yield client


@pytest.fixture
def caller(http: httpx.Client) -> Caller:
    return Caller(http).open()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module: Playwright's loop and those of other tests cannot share a thread."""
    (home() / "screenshots").mkdir(exist_ok=True)
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP declic.test 127.0.0.1",
    ]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield launched
        launched.close()
