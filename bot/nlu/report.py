"""A page that shows what is understood and what is not: figures by language, confusions, the worst examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.nlu.metrics import (
    Bin,
    Read,
    accuracy,
    calibration,
    calibration_error,
    confusions,
    mistaken,
    share,
)
from knowledge_base.pages import render

#: So many of the surest mistakes, and of the commonest wrong pairs, are shown.
_WORST, _PAIRS = 40, 25
#: The size of one square of the picture, in pixels, and the room for the names beside it.
_CELL, _NAMES = 14, 170


@dataclass(frozen=True)
class Line:
    """The figures of one language, or of all."""

    name: str
    count: int
    accuracy: float
    within_three: float
    calibration_error: float
    language_found: float


@dataclass(frozen=True)
class Cell:
    """A square of the picture: how much of one intent was taken for another."""

    x: int
    y: int
    share: float
    right: bool
    title: str


@dataclass(frozen=True)
class Picture:
    """The picture of confusions: the intents that were mistaken at all, or that others were mistaken for."""

    intents: list[str]
    cells: list[Cell]
    size: int
    names: int = _NAMES
    cell: int = _CELL


def labelled(path: Path) -> list[tuple[str, str, str]]:
    """Return the messages of a file of Rasa's: text, intent, language.

    Raises:
        ValueError: it is no such file; says what is missing.
    """
    try:
        found = []
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            language = block["metadata"]["language"]
            found += [(line.removeprefix("- "), block["intent"], language) for line in block["examples"].splitlines()]
    except (KeyError, TypeError, UnicodeDecodeError, yaml.YAMLError) as error:
        told = "It must be YAML with `nlu`, and in each block `intent`, `metadata: { language: … }` and `examples`."
        raise ValueError(f"{path} is not a file of labelled messages ({error!r}). {told}") from None
    return found


def lines(reads: Sequence[Read]) -> list[Line]:
    """Return the figures of all messages, then of each language."""
    by_language: dict[str, list[Read]] = {}
    for read in reads:
        by_language.setdefault(read.language, []).append(read)
    return [_line("all", reads), *(_line(name, by_language[name]) for name in sorted(by_language))]


def _line(name: str, reads: Sequence[Read]) -> Line:
    return Line(
        name,
        len(reads),
        accuracy(reads),
        accuracy(reads, within=3),
        calibration_error(reads),
        share(read.detected == read.language for read in reads),
    )


def picture(reads: Iterable[Read]) -> Picture:
    """Return the picture of confusions: a row for what was meant, a column for what it was taken for."""
    counted = confusions(reads)
    meant: Counter[str] = Counter()
    for (intent, _), n in counted.items():
        meant[intent] += n
    intents = sorted({name for pair in counted if pair[0] != pair[1] for name in pair if name})
    cells = [
        Cell(
            _NAMES + intents.index(found) * _CELL,
            intents.index(intent) * _CELL,
            n / meant[intent],
            intent == found,
            f"{intent} taken for {found}: {n} of {meant[intent]}",
        )
        for (intent, found), n in sorted(counted.items())
        if intent in intents and found in intents
    ]
    return Picture(intents, cells, _NAMES + len(intents) * _CELL)


def page(reads: Sequence[Read], model: str) -> str:
    """Return the report on ``reads`` as one HTML page, without a script or anything from elsewhere.

    Args:
        reads: the labelled messages and what was made of them.
        model: the name of the model that read them.
    """
    wrong = sorted((read for read in reads if read.found != read.intent), key=lambda read: -read.confidence)
    pairs = [
        (meant, found, n, next(read for read in wrong if (read.intent, read.found) == (meant, found)))
        for (meant, found), n in mistaken(reads)[:_PAIRS]
    ]
    bins: list[Bin] = calibration(reads)
    return render(
        "nlu_report.html",
        "en",
        model=model,
        lines=lines(reads),
        picture=picture(reads),
        pairs=pairs,
        worst=wrong[:_WORST],
        bins=bins,
    )
