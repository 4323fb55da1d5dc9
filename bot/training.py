"""Trains the model when, and only when, what it is made of has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
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
    with _light_fingerprints():
        result = rasa_train(
            domain=str(ROOT / "domain.yml"),
            config=str(ROOT / "config.yml"),
            training_files=str(ROOT / "nlu_data"),
            output=str(path.parent),
            fixed_model_name=path.name.removesuffix(".tar.gz"),
            force_training=True,
        )
    if result.model is None:
        raise TrainingFailed("Rasa gave no model. Run `rasa data validate` to see what is wrong with the data.")
    for older in path.parent.glob("declic-*.tar.gz"):
        if older != path:
            older.unlink()
    return path


@contextmanager
def _light_fingerprints() -> Iterator[None]:
    """Have a message known by its words and how much was found in them, not by each number of its vectors.

    Rasa takes the digest of every vector of every message after each of its components, to find what it may leave out
    of a training; that takes most of the time. Here nothing is left out: ``fingerprint`` above tells beforehand whether
    to train at all.
    """
    from rasa.shared.nlu.constants import INTENT, TEXT
    from rasa.shared.nlu.training_data.message import Message

    whole = Message.fingerprint

    def light(self: Message) -> str:
        if self._cached_fingerprint is None:
            known = (self.get(TEXT), self.get(INTENT), sorted(self.data), len(self.features))
            self._cached_fingerprint = hashlib.blake2b(
                repr(known).encode("utf-8", "replace"), digest_size=8
            ).hexdigest()
        return str(self._cached_fingerprint)

    Message.fingerprint = light
    try:
        yield
    finally:
        Message.fingerprint = whole


def ensure_model() -> Path:
    """Return today's model, trained first if it is missing."""
    path = model_path()
    return path if path.exists() else train()
