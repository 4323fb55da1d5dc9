"""A person who runs a command sees its answer and none of the noise of the libraries under it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.paths import ROOT, home
from tests.small_project import fresh_environment


def run(*arguments: str, said: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the project, as a person's own shell would."""
    # The model that these tests trained is the one that the command finds.
    environment = fresh_environment(**{"DECLIC_HOME": home(), **more})
    return subprocess.run(
        [sys.executable, *arguments], input=said, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.usefixtures("model")
def test_parse_prints_a_line_of_json_for_each_line_and_nothing_else() -> None:
    texts = ["Je ne reçois pas le code par SMS, mon titre expire le 12/03/2027", "my card ends soon", "", "\x00 👍 {}"]
    done = run("-m", "bot.cli", "parse", "--jsonl", said="".join(json.dumps({"text": text}) + "\n" for text in texts))
    assert (done.returncode, done.stderr) == (0, "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["text"] for line in lines] == texts
    assert {frozenset(line) for line in lines} == {
        frozenset(("text", "language", "intent", "confidence", "ranking", "entities"))
    }
    first = lines[0]
    assert (first["language"], first["intent"]) == ("fr", "sms_code_missing")
    assert first["ranking"][0] == {"intent": first["intent"], "confidence": first["confidence"]}
    start = texts[0].index("12/03/2027")
    assert {"entity": "expires_on", "value": "2027-03-12", "start": start, "end": start + 10} in first["entities"]


def test_telemetry_and_crash_reports_are_off_whatever_the_environment_says() -> None:
    asked = {"RASA_TELEMETRY_ENABLED": "true", "SENTRY_DSN": "https://key@sentry.example/1"}
    done = run(
        "-c", "import bot, os; print([os.environ[name] for name in ('RASA_TELEMETRY_ENABLED', 'SENTRY_DSN')])", **asked
    )
    assert (done.stdout, done.stderr) == ("['false', '']\n", "")


def test_a_warning_is_not_shown_and_an_error_is() -> None:
    code = "import bot, logging, warnings; warnings.warn('noise'); {}"
    info = code.format("logging.getLogger('rasa.core').warning('noise')")
    assert run("-W", "always", "-c", info).stderr == ""
    error = code.format("logging.getLogger('rasa.core').error('this matters')")
    assert run("-c", error).stderr == "this matters\n"


def test_what_an_operator_sets_for_logs_threads_and_caches_is_kept(tmp_path: Path) -> None:
    asked = {"LOG_LEVEL": "INFO", "OMP_NUM_THREADS": "4", "RASA_CACHE_DIRECTORY": str(tmp_path)}
    done = run("-c", f"import bot, os; print(*(os.environ[name] for name in {list(asked)}))", **asked)
    assert done.stdout.split() == list(asked.values())


def test_what_is_written_goes_where_declic_home_says(tmp_path: Path) -> None:
    done = run("-c", "import bot, os; print(os.environ['RASA_CACHE_DIRECTORY'])", DECLIC_HOME=str(tmp_path / "new"))
    assert done.stdout.strip() == os.fspath(tmp_path / "new" / "cache" / "rasa")
    assert (tmp_path / "new").is_dir()
