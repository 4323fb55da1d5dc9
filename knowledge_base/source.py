"""Reads YAML so that every mistake can be told by file and line.

YAML 1.1 turns ``yes``, ``no``, ``on``, ``off`` into booleans (keys included) and ``2026-11-23`` into a date.
In a decision tree that is always an accident, so such scalars are refused by name instead of being converted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_REFUSED_TAGS = {
    "tag:yaml.org,2002:bool": "is read by YAML as true or false",
    "tag:yaml.org,2002:timestamp": "is read by YAML as a date",
}

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Mistake:
    """One thing wrong in a file: where, what, and how to mend it."""

    path: Path
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what} {self.mend}".strip()


class BrokenSource(ValueError):
    """Raised when a file of the knowledge base cannot be read; carries every mistake found in it."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(str(mistake) for mistake in mistakes))


@dataclass
class Source:
    """A parsed YAML file: its plain values, and the line of each of them."""

    path: Path
    value: Any
    lines: dict[Location, int] = field(default_factory=dict)

    def line_of(self, location: Location) -> int:
        """Return the 1-based line of the nearest known ancestor of ``location``."""
        for length in range(len(location), -1, -1):
            line = self.lines.get(location[:length])
            if line is not None:
                return line
        return 1


def read(path: Path) -> Source:
    """Parse the YAML file at ``path``.

    Raises:
        BrokenSource: the file is missing, is not YAML, repeats a key, or holds a bare boolean or date.
    """
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise BrokenSource([Mistake(path, 1, "The file does not exist.", "Create it or mend its name.")]) from None
    except UnicodeDecodeError as error:
        raise BrokenSource(
            [Mistake(path, 1, f"The file is not UTF-8 (byte {error.start}).", "Save it as UTF-8.")]
        ) from None
    except yaml.YAMLError as error:
        mark, position = getattr(error, "problem_mark", None), getattr(error, "position", 0)
        line = mark.line + 1 if mark else text.count("\n", 0, position) + 1
        problem = getattr(error, "problem", None) or str(error)
        mend = "Check the indentation, and put quotes around a text that contains ': ' or begins with a quote."
        raise BrokenSource([Mistake(path, line, f"This is not YAML: {problem}.", mend)]) from None
    source = Source(path, None)
    mistakes: list[Mistake] = []
    source.value = _construct(root, (), source, mistakes)
    if mistakes:
        raise BrokenSource(mistakes)
    return source


def _construct(node: yaml.Node | None, location: Location, source: Source, mistakes: list[Mistake]) -> Any:
    if node is None:
        return None
    source.lines[location] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = _scalar(key_node, source, mistakes)
            key = str(key)
            if key in mapping:
                mistakes.append(
                    Mistake(
                        source.path,
                        key_node.start_mark.line + 1,
                        f"The key '{key}' stands twice.",
                        "Give one of them another name, or remove it.",
                    )
                )
            inside = (*location, key)
            mapping[key] = _construct(value_node, inside, source, mistakes)
            source.lines[inside] = key_node.start_mark.line + 1
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item, (*location, index), source, mistakes) for index, item in enumerate(node.value)]
    return _scalar(node, source, mistakes)


def _scalar(node: yaml.Node, source: Source, mistakes: list[Mistake]) -> Any:
    if not isinstance(node, yaml.ScalarNode):
        what = "A key must be a word."
        mistakes.append(Mistake(source.path, node.start_mark.line + 1, what, "Write it on one line."))
        return ""
    reason = _REFUSED_TAGS.get(node.tag)
    if reason:
        mistakes.append(
            Mistake(
                source.path,
                node.start_mark.line + 1,
                f"'{node.value}' {reason}.",
                f'Put it in quotes: "{node.value}".',
            )
        )
        return str(node.value)
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return str(node.value)


def squash(text: str) -> str:
    """Return ``text`` on one line: surrounding space stripped, every run of white space made one space.

    Folding makes the message ids of translations independent of how a YAML block is wrapped.
    """
    return " ".join(text.split())
