"""Rasa's own commands go on working in the project's root, as Rasa's users expect.

They run on the project's configuration with few messages; what they write goes elsewhere.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from bot.agent import load_agent
from bot.assistant import Assistant, Incoming, public
from bot.paths import ROOT
from bot.store.database import Database
from bot.store.tracker_store import SessionTrackerStore
from tests.conftest import TODAY
from tests.small_project import fresh_environment, small_data

RASA = Path(sys.executable).with_name("rasa")
_PATIENCE = 60  # seconds, for a machine that is busy


class Elsewhere:
    """Runs Rasa in the project's root; whatever it writes and remembers is in one folder of the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = small_data(folder / "data")
        self.environment = fresh_environment(
            HOME=folder,
            DECLIC_HOME=folder / "home",
            RASA_CACHE_DIRECTORY=folder / "cache",
            RASA_TELEMETRY_ENABLED="false",
            PYTHONUNBUFFERED=1,
        )

    def start(self, *arguments: object, said: int | None = None) -> subprocess.Popen[str]:
        """Start a command, whose output goes to one file of its own."""
        with self.output(arguments).open("w", encoding="utf-8") as output:
            return subprocess.Popen(
                [RASA, *map(str, arguments)],
                cwd=ROOT,
                env=self.environment,
                stdin=said or subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )

    def output(self, arguments: tuple[object, ...]) -> Path:
        return self.folder / (re.sub(r"\W+", "-", " ".join(map(str, arguments[:3])))[:60] + ".txt")

    def run(self, *arguments: object) -> str:
        """Run a command to its end and return its output."""
        ended = self.start(*arguments).wait()
        told = self.output(arguments).read_text(encoding="utf-8")
        assert ended == 0, told
        return told


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def rasa(tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    return Elsewhere(tmp_path_factory.mktemp("rasa"))


@pytest.fixture(scope="module")
def small_model(rasa: Elsewhere) -> Path:
    """Return a model that `rasa train` made."""
    told = rasa.run("train", "--data", rasa.data, "--out", rasa.folder / "models", "--fixed-model-name", "small")
    assert "Your Rasa model is trained and saved" in told
    return rasa.folder / "models" / "small.tar.gz"


@pytest.fixture(scope="module")
def action_server(rasa: Elsewhere) -> Iterator[str]:
    """Start `rasa run actions` and return its address once it answers."""
    port = free_port()
    server = rasa.start("run", "actions", "--port", port)
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + _PATIENCE
        while not _answers(f"{address}/health"):
            assert server.poll() is None, "it ended before it answered"
            assert time.monotonic() < deadline, "it does not answer"
            time.sleep(0.2)
        yield address
    finally:
        stop(server)
    assert server.returncode == 0


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as response:
            return bool(json.load(response) == {"status": "ok"})
    except OSError:
        return False


def test_rasa_data_validate_finds_the_data_without_being_told_where(rasa: Elsewhere) -> None:
    told = rasa.run("data", "validate")
    assert "No story structure conflicts found" in told
    # `choose` is a tap: there is nothing to learn of it.
    assert re.findall(r"The intent '(\w+)' is", told) == ["choose"]


def test_rasa_train_trains(small_model: Path) -> None:
    assert small_model.stat().st_size > 0


def test_rasa_test_nlu_measures(rasa: Elsewhere, small_model: Path) -> None:
    results = rasa.folder / "results"
    rasa.run("test", "nlu", "--model", small_model, "--nlu", rasa.data / "fr.yml", "--out", results, "--no-plot")
    report = json.loads((results / "intent_report.json").read_text(encoding="utf-8"))
    assert report["oqtf"]["recall"] > 0.9  # it was trained on them


def test_rasa_run_actions_answers_a_webhook(action_server: str) -> None:
    message = {"text": "bonjour", "intent": {"name": "greet", "confidence": 1.0}, "entities": []}
    tracker = {"sender_id": "somebody", "slots": {"session": None}, "latest_message": message, "events": []}
    call = {"next_action": "action_take_turn", "sender_id": "somebody", "tracker": tracker, "domain": {}}
    asked = Request(f"{action_server}/webhook", json.dumps(call).encode(), {"Content-Type": "application/json"})
    with urlopen(asked, timeout=_PATIENCE) as response:
        given = json.load(response)
    assert [event["name"] for event in given["events"]] == ["session", "action_listen"]
    assert given["responses"][0]["text"]


def test_rasa_shell_talks(rasa: Elsewhere, small_model: Path, action_server: str) -> None:
    endpoints = rasa.folder / "endpoints.yml"
    endpoints.write_text(f"action_endpoint:\n  url: {action_server}/webhook\n", encoding="utf-8")
    arguments = ("shell", "--model", small_model, "--endpoints", endpoints, "--port", free_port())
    shell = rasa.start(*arguments, said=subprocess.PIPE)
    assert shell.stdin is not None
    shell.stdin.write("je ne reçois pas le code par SMS\n")
    shell.stdin.flush()  # and not closed: the shell would take the end of the input for the end of the talk
    try:
        deadline = time.monotonic() + _PATIENCE
        while '"intent": "sms_code_missing"' not in (told := rasa.output(arguments).read_text(encoding="utf-8")):
            assert shell.poll() is None, told
            assert time.monotonic() < deadline, told
            time.sleep(0.2)
    finally:
        stop(shell)
    assert "sms_code_missing/" in told


async def test_a_remote_action_server_says_what_the_actions_in_process_say(
    action_server: str, small_model: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    for endpoint in ("", f"{action_server}/webhook"):
        monkeypatch.setenv("DECLIC_ACTION_ENDPOINT", endpoint)
        store = SessionTrackerStore()
        assistant = Assistant(load_agent(small_model, store), store, database)
        conversation, _ = await database.create("test")
        for text in ("je ne reçois pas le code par SMS", "mon titre expire dans deux mois"):
            turn = await assistant.answer(conversation, "test", Incoming(text=text, today=TODAY))
        said.append(public(turn))
    assert said[0] == said[1]
    assert said[0]["deadlines"]
