"""A small copy of the project, for tests that train: its own code, configuration and trees, few messages."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import yaml

from bot.paths import ROOT

INTENTS = ("sms_code_missing", "status_stuck", "oqtf", "greet")
#: What ``bot.quiet`` and a developer's shell may have set, that a fresh process must not find.
_OURS = (
    *("DECLIC_", "RASA_", "TF_", "SQLALCHEMY_", "SENTRY_", "LOG_LEVEL", "PYTHON", "OMP_", "OPENBLAS_", "DATABASE_"),
    *("COV_", "COVERAGE_"),
)


def small_data(folder: Path, each: int = 2) -> Path:
    """Write the rules and the first messages of a few intents into ``folder`` and return it."""
    folder.mkdir(parents=True)
    for language in ("fr", "en"):
        blocks = yaml.safe_load((ROOT / f"nlu_data/{language}.yml").read_text(encoding="utf-8"))["nlu"]
        kept = [
            {**block, "examples": "".join(block["examples"].splitlines(keepends=True)[:each])}
            for block in blocks
            if block["intent"] in INTENTS
        ]
        (folder / f"{language}.yml").write_text(
            yaml.safe_dump({"version": "3.1", "nlu": kept}, allow_unicode=True), encoding="utf-8"
        )
    shutil.copy(ROOT / "nlu_data" / "rules.yml", folder)
    return folder


def small_project(folder: Path) -> Path:
    """Copy the project into ``folder`` with little data, and return it."""
    folder.mkdir()
    for name in ("bot", "actions", "knowledge_base"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("config.yml", "domain.yml", "endpoints.yml", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    small_data(folder / "nlu_data")
    return folder


def fresh_environment(**more: object) -> dict[str, str]:
    """Return the environment of a process that knows nothing of this one, with ``more`` in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return kept | {name: str(value) for name, value in more.items()}
