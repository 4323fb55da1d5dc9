"""The messages of the training, validation and test sets, read as the files hold them."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.paths import ROOT

#: All that is spoken, and those whose problems have every sentence.
LANGUAGES = ("fr", "en", "ar", "bn", "es", "fa", "ps", "pt", "ru", "tr", "uk", "zh")
FIRST = ("fr", "en")


@dataclass(frozen=True)
class Labelled:
    """A message, what a person says it means, and who wrote it."""

    text: str
    intent: str
    language: str
    author: str

    @property
    def words(self) -> str:
        """The words alone: what is the same message whatever its capitals and punctuation."""
        return " ".join(re.findall(r"\w+", self.text.casefold()))


@functools.cache
def messages(split: str) -> tuple[Labelled, ...]:
    """Return the messages of ``training``, ``validation`` or ``test``, in every language that has them."""
    paths = [_path(split, language) for language in LANGUAGES]
    return tuple(message for path in paths if path.exists() for message in _read(path))


def _path(split: str, language: str) -> Path:
    return ROOT / (f"nlu_data/{language}.yml" if split == "training" else f"tests/nlu/{split}.{language}.yml")


def _read(path: Path) -> list[Labelled]:
    found = []
    for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
        told = block["metadata"]
        lines = block["examples"].splitlines()
        found += [Labelled(line[2:], block["intent"], told["language"], told["author"]) for line in lines]
    return found
