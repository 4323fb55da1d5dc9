"""Trains the model when, and only when, what it is made of has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bot.paths import ROOT, home

#: Everything the model depends on.
_INGREDIENTS = ("config.yml", "domain.yml", "nlu_data/*.yml", "bot/nlu/*.py", "bot/nlu/*.yml", "requirements.lock")


class TrainingFailed(RuntimeError):
    """Raised when Rasa could not train; says what to look at."""


def fingerprint(root: Path = ROOT) -> str:
    """Return a digest of everything the model depends on."""
    digest = hashlib.sha256()
    for pattern in _INGREDIENTS:
        for path in sorted(root.glob(pattern)):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def model_path() -> Path:
    """Return where the model of today's data is, whether it exists or not."""
    return home() / "models" / f"declic-{fingerprint()}.tar.gz"


def train() -> Path:
    """Train today's model, and remove older ones.

    Raises:
        TrainingFailed: Rasa gave no model.
    """
    from rasa.model_training import train as rasa_train

    path = model_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    result = rasa_train(
        domain=str(ROOT / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=str(ROOT / "nlu_data"),
        output=str(path.parent),
        fixed_model_name=path.name.removesuffix(".tar.gz"),
    )
    if result.model is None:
        raise TrainingFailed("Rasa gave no model. Run `rasa data validate` to see what is wrong with the data.")
    for older in path.parent.glob("declic-*.tar.gz"):
        if older != path:
            older.unlink()
    return path


def ensure_model() -> Path:
    """Return today's model, trained first if it is missing."""
    path = model_path()
    return path if path.exists() else train()
