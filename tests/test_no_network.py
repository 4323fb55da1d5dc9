"""Nothing that people write, and nothing about them, leaves the machine: no connection but to itself.

A guard watches every socket of a process from its first import on, by Python's own audit events, which no library can
go round. It runs the real commands in a small copy of the project: training first, then a whole conversation.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.small_project import fresh_environment, small_project

#: Python imports a module of this name before anything else.
_GUARD = """
import os, sys

_HERE = {"", None, "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"}

def _watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        if not isinstance(address, tuple):  # a socket of the file system, or one that is connected already
            return
        host = address[0]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host in _HERE or host.startswith("127."):
        return
    with open(os.environ["GUARD_LOG"], "a") as log:
        log.write(f"{event} {host}\\n")
    raise OSError("no network here")

sys.addaudithook(_watch)
"""

_CONVERSATION: list[dict[str, str]] = [
    {"text": "bonjour"},
    {"text": "je ne reçois pas le code par sms"},
    {"text": "mon titre expire dans deux mois"},
    {"choice": "command:back"},
    {"text": "je ne sais pas"},
    {"text": "quel est le numéro de téléphone ?"},
    {"text": "je veux parler à un humain"},
    {"text": "/restart \x00 👍"},
    {"text": "j'ai reçu une OQTF"},
    {"text": "english please"},
]


class Guarded:
    """Runs Python in a folder, and tells the addresses that it tried to reach."""

    def __init__(self, folder: Path, place: Path) -> None:
        self.folder, self.log = folder, place / "attempts.txt"
        guard = place / "guard"
        guard.mkdir()
        (guard / "sitecustomize.py").write_text(_GUARD, encoding="utf-8")
        self.environment = fresh_environment(
            PYTHONPATH=guard, GUARD_LOG=self.log, HOME=place, DECLIC_HOME=place / "home", RASA_TELEMETRY_WRITE_KEY="key"
        )

    def run(self, *arguments: str, said: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, *arguments],
            input=said,
            cwd=self.folder,
            env=self.environment | more,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done

    def attempts(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


@pytest.fixture
def guarded(tmp_path: Path) -> Guarded:
    return Guarded(small_project(tmp_path / "project"), tmp_path)


def test_training_and_a_whole_conversation_reach_no_address_but_this_machine(guarded: Guarded) -> None:
    told = {"RASA_TELEMETRY_ENABLED": "true", "SENTRY_DSN": "https://key@sentry.example/1"}  # not even if asked to
    trained = guarded.run("-m", "bot.cli", "train", **told)
    assert trained.stdout == ""
    assert len(list((guarded.log.parent / "home" / "models").glob("declic-*.tar.gz"))) == 1

    said = "".join(json.dumps(turn) + "\n" for turn in _CONVERSATION)
    turns: list[dict[str, Any]] = [
        json.loads(line)
        for line in guarded.run("-m", "bot.cli", "chat", "--json", said=said, **told).stdout.splitlines()
    ]
    assert len(turns) == len(_CONVERSATION)
    assert turns[1]["intent"] == "sms_code_missing"
    assert all(turn["messages"] for turn in turns)
    assert guarded.attempts() == []


def test_the_guard_sees_every_way_out_and_lets_the_machine_talk_to_itself(guarded: Guarded) -> None:
    guarded.run(
        "-c",
        "\n".join(
            [
                "import asyncio, contextlib, socket, urllib.request",
                "listening = socket.create_server(('127.0.0.1', 0))",
                "socket.create_connection(('localhost', listening.getsockname()[1])).close()",
                "for way_out in (",
                "    lambda: socket.socket().connect(('192.0.2.1', 443)),",
                "    lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.2', 53)),",
                "    lambda: socket.getaddrinfo('one.example', 443),",
                "    lambda: socket.gethostbyname('two.example'),",
                "    lambda: urllib.request.urlopen('https://three.example'),",
                "    lambda: asyncio.run(asyncio.open_connection('192.0.2.3', 443)),",
                "):",
                "    with contextlib.suppress(OSError):",
                "        way_out()",
                "        raise SystemExit('the guard let something out')",
            ]
        ),
    )
    assert guarded.attempts() == [
        "socket.connect 192.0.2.1",
        "socket.sendto 192.0.2.2",
        "socket.getaddrinfo one.example",
        "socket.gethostbyname two.example",
        "socket.getaddrinfo three.example",
        "socket.connect 192.0.2.3",
    ]


#: What a command of Rasa does first where nobody said no, then a usage report and a crash; `{}` is what is between.
_RASA_REPORTS = """
from rasa import telemetry
telemetry.initialize_telemetry()
telemetry.initialize_error_reporting()
{}
telemetry.ensure_telemetry_enabled(telemetry._track)("event", {{}}, {{"license_hash": "a customer's"}})
import sentry_sdk
sentry_sdk.capture_exception(TypeError("the words of a person"))
sentry_sdk.flush(5)
"""


def test_the_guard_sees_what_rasa_reports_where_nobody_said_no(guarded: Guarded) -> None:
    guarded.run("-c", _RASA_REPORTS.format(""))
    usage, *crash = guarded.attempts()
    assert usage == "socket.getaddrinfo api.segment.io"
    assert len(crash) > 0
    assert {host.partition(".")[2] for host in crash} == {"getaddrinfo o251570.ingest.sentry.io"}


def test_rasas_own_commands_report_nothing_once_they_load_the_project(guarded: Guarded) -> None:
    guarded.run("-c", _RASA_REPORTS.format("import bot"))
    assert guarded.attempts() == []
