"""The table of ratios, and the page it is written to."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from tests.bench.processes import Memory
from tests.bench.stock import components, rasa_version

HEADER = ("Measure", "Déclic", "Stock Rasa", "Ratio", "Bar", "Held")


@dataclass(frozen=True)
class Row:
    """A line of the table; ``held`` is ``None`` where the issue sets no bar."""

    what: str
    ours: str
    stock: str
    ratio: str
    bar: str = ""
    held: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the texts of the line."""
        return (
            self.what,
            self.ours,
            self.stock,
            self.ratio,
            self.bar,
            {None: "", True: "yes", False: "**no**"}[self.held],
        )


def faster(what: str, ours: float, stock: float, unit: str, at_least: float | None = None) -> Row:
    """Return a line of times, in ``unit``: how many times shorter ours is."""
    ratio = stock / ours
    bar = f"at least {at_least:g} times faster" if at_least else ""
    told = f"{ratio:.1f} times faster" if ratio >= 1 else f"{1 / ratio:.1f} times slower"
    return Row(what, f"{_short(ours)} {unit}", f"{_short(stock)} {unit}", told, bar, _held(ratio, at_least))


def more(what: str, ours: float, stock: float, unit: str, at_least: float | None = None) -> Row:
    """Return a line of rates, in ``unit``: how many times higher ours is."""
    ratio = ours / stock
    bar = f"at least {at_least:g} times" if at_least else ""
    told = f"{ratio:.1f} times"
    return Row(what, f"{_short(ours)} {unit}", f"{_short(stock)} {unit}", told, bar, _held(ratio, at_least))


def shares(what: str, ours: float, stock: float, above: float | None = None) -> Row:
    """Return a line of shares: ours is to be above a number and above stock Rasa's."""
    told = "above stock" if not above else f"above {above:.2f}, and above stock"
    bar = "" if above is None else told
    held = None if above is None else ours > above and ours > stock
    return Row(what, f"{ours:.3f}", f"{stock:.3f}", f"{(ours - stock) * 100:+.1f} points", bar, held)


def lighter(ours: Memory, stock: Memory, at_most: float) -> list[Row]:
    """Return the lines of memory: proportional set sizes, with the bar, and resident ones."""

    def row(what: str, a: float, b: float, bar: str = "", held: bool | None = None) -> Row:
        return Row(what, f"{a:,.0f} MiB", f"{b:,.0f} MiB", f"{a / b:.2f}", bar, held)

    many = f"{ours.processes} process against {stock.processes}"
    return [
        row(f"Memory, PSS, {many}", ours.pss, stock.pss, f"at most {at_most:g}", ours.pss / stock.pss <= at_most),
        row("Memory, sum of RSS", ours.rss, stock.rss),
    ]


def growth(what: str, ours: float, stock: float, at_most: float) -> Row:
    """Return a line of how many times longer a late turn takes than an early one."""
    return Row(what, f"× {ours:.2f}", f"× {stock:.2f}", "", f"ours at most × {at_most:g}", ours <= at_most)


def _held(ratio: float, at_least: float | None) -> bool | None:
    return None if at_least is None else ratio >= at_least


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}"


@dataclass
class Report:
    """What was measured, and what must be known to read it."""

    rows: list[Row] = field(default_factory=list)
    #: Milliseconds of a turn by its number in the conversation: (kind, turn) -> (ours, stock).
    curve: dict[tuple[str, int], tuple[float, float]] = field(default_factory=dict)
    #: What the reader must know of this very run.
    remarks: list[str] = field(default_factory=list)
    #: Set when a flag of development was used: the figures are not to be quoted.
    development: str = ""
    command: str = "make bench"

    def table(self) -> str:
        """Return the table in Markdown, aligned."""
        return aligned([HEADER, *(row.cells() for row in self.rows)])

    def page(self) -> str:
        """Return the page in Markdown."""
        missed = [row.what for row in self.rows if row.held is False]
        curve: list[tuple[str, ...]] = [("Turn", "Déclic", "Stock Rasa")]
        curve += [
            (f"{kind}, turn {turn}", f"{a:.1f} ms", f"{b:.1f} ms")
            for (kind, turn), (a, b) in sorted(self.curve.items())
        ]
        return "\n\n".join(
            part
            for part in (
                "# Benchmarks",
                f"> **Not to be quoted.** {self.development}" if self.development else "",
                "This assistant and stock Rasa in one run on one machine. Ratios are what counts: the times are those "
                "of this machine.",
                "\n".join(f"- {each}" for each in machine(self.command)),
                self.table(),
                f"Bars missed: {'; '.join(missed)}." if missed else "Every bar is held.",
                "## A turn in a long conversation",
                "Median of the four turns before, the turn itself and the four after.",
                aligned(curve),
                "## How it is measured",
                "\n".join(f"- {each}" for each in (*_METHOD, *self.remarks)),
                "Stock Rasa's pipeline and policies, read from the installed package: "
                f"{', '.join(f'`{each}`' for each in components())}.",
            )
            if part
        )


_METHOD = (
    "Both sides use `domain.yml` and the same rules, run the same actions, and are talked to over HTTP on "
    "127.0.0.1, each client on connections that are kept open. Stock Rasa is `rasa run --enable-api` with its REST "
    "channel, in-memory tracker store (its default), and `rasa run actions` as a second process; Déclic is "
    "`declic serve` on SQLite, which writes every turn to the disk.",
    "Stock Rasa learns from a sample of `nlu_data/` drawn with a fixed seed: on all of it one epoch of its hundred "
    "takes minutes on this machine. Déclic is measured as shipped, trained on everything; where the two are compared "
    "on what they understand, and on how long training takes, both learnt from the same sample.",
    "Everything is made afresh in a temporary folder: models, caches, databases, homes. Training is timed as the whole "
    "command, start of the program included.",
    "The two sides take turns message by message, and which goes first changes each time. A time is from sending a "
    "request to the last byte of its answer; the client's own work on it is not counted.",
    "Typed messages: the first of every intent and language of the validation set, in a fixed shuffled order, ten a "
    "conversation. Taps: the same walk through three trees on both sides.",
    "Throughput: sixteen conversations, each sending its next message as soon as the last is answered; rounds of the "
    "two sides alternate, and the median round counts. The client runs on the same cores.",
    "Memory: each side alone on the machine, after a hundred typed messages and one round of sixteen at once, all its "
    "processes together. PSS counts a shared page once; RSS counts it once for each process.",
    "Growth: conversations are aged by 495 turns, the tapped ones through every other problem; then nine turns of "
    "theirs and the same nine of fresh conversations are timed side by side, so that drift cancels.",
    "The test set was written by other authors than the training data and is never trained or tuned on. A fallback "
    "counts as an error unless the line says otherwise.",
)


def machine(command: str) -> list[str]:
    """Return what the figures depend on; no name of a host, no path."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return [
        f"Machine: {cores} cores ({_processor()}), {memory:.0f} GiB of memory, {platform.system()}, "
        f"Python {platform.python_version()}",
        f"Date: {dt.date.today().isoformat()}",
        f"Versions: declic {version('declic')}, rasa {rasa_version()}, rasa-sdk {version('rasa-sdk')}, "
        f"tensorflow {version('tensorflow')}",
        f"Command: `{command}`",
    ]


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", path.read_text(), re.MULTILINE) if path.exists() else None
    return found[1].strip() if found else platform.machine()


def aligned(lines: Sequence[tuple[str, ...]]) -> str:
    """Return lines of cells, the first being the header, as a Markdown table."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    told = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    return "\n".join([told[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *told[1:]])
