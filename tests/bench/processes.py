"""Starts, watches, weighs and always stops the processes of the two sides."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
LOCAL = "127.0.0.1"
#: All that a process of the bench may inherit: a setting of the person who runs it must not favour a side.
_INHERITED = ("LANG", "LC_ALL", "LD_LIBRARY_PATH")
_READY_SECONDS = 300.0
_STOP_SECONDS = 20.0
_SAY_EVERY_SECONDS = 30.0
_EPOCHS = re.compile(r"Epochs:\s+(\d+)%")


class Failed(RuntimeError):
    """Raised when a process ended, or did not get ready; carries the end of its log."""


def say(sentence: str) -> None:
    """Tell the person who waits how far the bench is."""
    print(f"[{time.strftime('%H:%M:%S')}] {sentence}", file=sys.stderr, flush=True)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of a process that writes nowhere but under ``folder``, and sends nothing out."""
    for name in ("home", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        "PATH": os.pathsep.join((str(BIN), os.defpath)),
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "NO_PROXY": f"{LOCAL},localhost",
        "PYTHONUNBUFFERED": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "SENTRY_DSN": "",
        **more,
    }


def command(name: str, *words: object) -> list[str]:
    """Return the command line of a program of the project's environment."""
    return [str(BIN / name), *map(str, words)]


@dataclass(frozen=True)
class Program:
    """A command: how it is called here, its words, its environment, the folder it works in, and its log."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    folder: Path
    #: Where its log goes, if not into the folder it works in.
    logs: Path | None = field(default=None, kw_only=True)

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return (self.logs or self.folder) / f"{self.name.replace(' ', '-')}.log"

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, as the leader of a session of its own."""
        with self.log.open("wb") as log:
            return subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def failed(self, what: str) -> Failed:
        """Return the error that tells what went wrong, with the last lines of the log."""
        lines = re.split(r"[\r\n]+", self.log.read_text(encoding="utf-8", errors="replace"))
        return Failed("\n".join([f"{self.name} {what}. The end of its log:", *lines[-25:]]))


@dataclass(frozen=True)
class Server(Program):
    """A program that serves HTTP on ``port``, and answers 200 at ``ready`` when it can be used."""

    port: int = 0
    ready: str = "/"

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{LOCAL}:{self.port}"

    def is_ready(self) -> bool:
        """Tell whether it can be used."""
        try:
            with urllib.request.urlopen(self.url + self.ready, timeout=5) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def run(program: Program) -> float:
    """Run a program to its end, telling every half minute how far it is; return the seconds it took.

    Raises:
        Failed: it ended with an error.
    """
    say(f"{program.name} …")
    began = said = time.monotonic()
    process = program.start()
    try:
        while process.poll() is None:
            time.sleep(0.1)
            if time.monotonic() - said > _SAY_EVERY_SECONDS:
                said = time.monotonic()
                say(f"{program.name}: {said - began:.0f} s{_epochs(program.log)}")
    finally:
        _stop(process)
    if process.returncode:
        raise program.failed(f"ended with {process.returncode}")
    seconds = time.monotonic() - began
    say(f"{program.name}: done in {seconds:.0f} s")
    return seconds


def _epochs(log: Path) -> str:
    found = _EPOCHS.findall(log.read_text(encoding="utf-8", errors="replace")[-4000:])
    return f", {found[-1]} % of the epochs" if found else ""


@dataclass
class Running:
    """Servers that run: how long they took to be ready, and who they are."""

    seconds_to_ready: float = 0.0
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def memory(self) -> Memory:
        """Weigh them, with all their children, now."""
        return weigh({process.pid for process in self.processes})


@contextlib.contextmanager
def running(*servers: Server) -> Iterator[Running]:
    """Start servers together, wait until all are ready, and stop them at the end whatever happens.

    Raises:
        Failed: one ended, or was not ready in five minutes.
    """
    say(f"Starting {' and '.join(server.name for server in servers)} …")
    began = time.monotonic()
    now = Running()
    try:
        for server in servers:
            now.processes.append(server.start())
        waiting = list(zip(servers, now.processes, strict=True))
        while waiting:
            for server, process in waiting:
                if process.poll() is not None:
                    raise server.failed(f"ended with {process.returncode}")
                if time.monotonic() - began > _READY_SECONDS:
                    raise server.failed(f"was not ready in {_READY_SECONDS:.0f} seconds")
            waiting = [(server, process) for server, process in waiting if not server.is_ready()]
            time.sleep(0.05)
        now.seconds_to_ready = time.monotonic() - began
        yield now
    finally:
        for process in now.processes:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started: its session bears its number."""
    for order in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, order)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
            if not _sessions({process.pid}):
                return


@dataclass(frozen=True)
class Memory:
    """Resident memory in MiB: ``pss`` counts a page that several processes share once, ``rss`` once for each."""

    pss: float
    rss: float
    processes: int


def weigh(sessions: set[int]) -> Memory:
    """Return the memory of every process of some sessions. Linux only: it is read from ``/proc``."""
    pss = rss = count = 0
    for process in _sessions(sessions):
        try:
            told = (Path("/proc") / str(process) / "smaps_rollup").read_text()
        except OSError:  # it has just ended
            continue
        pss += int(re.findall(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)[0])
        rss += int(re.findall(r"^Rss:\s+(\d+) kB", told, re.MULTILINE)[0])
        count += 1
    return Memory(pss / 1024, rss / 1024, count)


def _sessions(sessions: set[int]) -> list[int]:
    """Return the processes of some sessions."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # After the name, which may hold spaces: state, parent, group, session.
            state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
            if int(session) in sessions and state != "Z":
                found.append(int(stat.parent.name))
    return found


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        return int(probe.getsockname()[1])
