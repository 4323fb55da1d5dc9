"""The départements and communes of France, with préfecture and court, by name, number and postal code.

They are read from ``places.yml`` and from ``communes.tsv.gz``, which ``tools/communes.py`` makes: sorted lines, in
which a name is looked up by bisection, so that nothing is built when they are loaded.
"""

from __future__ import annotations

import bisect
import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from knowledge_base import source
from knowledge_base.cues import folded
from knowledge_base.source import BrokenSource, Location, Mistake

HERE = Path(__file__).parent
PREFECTURE_DOMAIN = ".gouv.fr"
COURT_DOMAIN = ".tribunal-administratif.fr"
_AGazetteer = TypeVar("_AGazetteer", bound="Gazetteer")
_CODE = re.compile(r"0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-46]")
_HOW = "Write it as `CODE: [name, town of the préfecture, https://…gouv.fr, [other names]]`."


@dataclass(frozen=True)
class Court:
    """A tribunal administratif: its full name, the town where it sits, and its site where one was seen."""

    name: str
    town: str
    site: str | None


@dataclass(frozen=True)
class Department:
    """A département: code, name, town and site of the préfecture, tribunal administratif.

    In Paris the site is that of the préfecture de police, which is in charge of foreigners there.
    """

    code: str
    name: str
    prefecture: str
    site: str
    court: Court


@dataclass(frozen=True)
class Commune:
    """A commune; ``population`` is 0 for one that was merged into another."""

    name: str
    postal_codes: tuple[str, ...]
    department: Department
    population: int


@dataclass
class _Sheet:
    """What ``places.yml`` says."""

    departments: dict[str, Department] = field(default_factory=dict)
    names: list[tuple[str, Department]] = field(default_factory=list)
    ordinary: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    mistakes: list[Mistake] = field(default_factory=list)


def key(name: str) -> str:
    """Return the letters and digits of ``name``, in lower case and without accents."""
    return "".join(parts(name))


def parts(name: str) -> list[str]:
    """Return the words of ``name``, in lower case and without accents: L'Haÿ-les-Roses gives l, hay, les, roses."""
    return re.findall(r"[a-z0-9]+", folded(name))


def parts_under(name: str, under: str) -> list[str]:
    """Return the words of ``name`` of which ``under`` is made: all of them, or some where it is a short form.

    Raises:
        ValueError: ``under`` is not made of words of ``name``.
    """
    words = parts(name)
    for first in range(len(words)):
        for after in range(len(words), first, -1):
            if "".join(words[first:after]) == under:
                return words[first:after]
    raise ValueError(f"{under!r} is no form of {name!r}")


class Gazetteer:
    """The départements and communes, by name, number and postal code."""

    def __init__(
        self,
        departments: Mapping[str, Department],
        names: Sequence[tuple[str, Department]],
        ordinary: frozenset[str],
        elsewhere: frozenset[str],
        lines: Sequence[bytes],
    ) -> None:
        """Take what ``load`` has read.

        Args:
            departments: the départements by code.
            names: each name of a département, with it.
            ordinary: names that are also ordinary words, as ``key`` gives them, without their article.
            elsewhere: names that mean another place, likewise.
            lines: the lines of ``communes.tsv.gz``, sorted.
        """
        self.departments = departments
        self.ordinary = ordinary
        self.elsewhere = elsewhere
        self._lines = lines
        self._named: dict[str, list[tuple[str, Department]]] = {}
        for name, department in names:
            self._named.setdefault(key(name), []).append((name, department))
        self._beginnings = {name[:length] for name in self._named for length in range(len(name) + 1)}
        self._seats: dict[str, list[Department]] = {}
        for department in departments.values():
            for seat in _seats(department.court.town):
                self._seats.setdefault(seat, []).append(department)

    @classmethod
    def load(cls: type[_AGazetteer], folder: Path = HERE) -> _AGazetteer:
        """Read ``places.yml`` and ``communes.tsv.gz``.

        Raises:
            BrokenSource: with the mistakes of ``places.yml``, each with file, line, what is wrong and how to mend it.
            FileNotFoundError: there is no ``communes.tsv.gz``; ``tools/communes.py`` makes it.
        """
        sheet = _read(folder / "places.yml")
        table = gzip.decompress((folder / "communes.tsv.gz").read_bytes())
        return cls(sheet.departments, sheet.names, sheet.ordinary, sheet.elsewhere, table.split(b"\n"))

    def communes(self, name: str) -> tuple[Commune, ...]:
        """Return the communes called ``name`` in full or for short, the most populous first."""
        communes = (
            Commune(fields[0], tuple(fields[1].split()), self.departments[fields[2]], int(fields[3]))
            for fields in self._under(key(name))
            if len(fields) == 4
        )
        return tuple(sorted(communes, key=lambda commune: -commune.population))

    def by_postal_code(self, code: str) -> tuple[Department, ...]:
        """Return the départements where a postal code is used, the one with most inhabitants first."""
        found = (fields[0].split() for fields in self._under(code) if len(fields) == 1)
        return tuple(self.departments[number] for numbers in found for number in numbers)

    def called(self, name: str) -> Sequence[tuple[str, Department]]:
        """Return the départements called ``name``, each with the name it was found by."""
        return self._named.get(key(name), ())

    def judged_at(self, town: str) -> Sequence[Department]:
        """Return the départements whose tribunal administratif sits in ``town``."""
        return self._seats.get(key(town), ())

    def begins(self, letters: str) -> bool:
        """Return whether a name begins with ``letters``, given as ``key`` gives them."""
        if letters in self._beginnings:
            return True
        wanted = letters.encode()
        at = bisect.bisect_left(self._lines, wanted)
        return at < len(self._lines) and self._lines[at].startswith(wanted)

    def _under(self, letters: str) -> Iterator[list[str]]:
        wanted = letters.encode() + b"\t"
        for at in range(bisect.bisect_left(self._lines, wanted), len(self._lines)):
            if not self._lines[at].startswith(wanted):
                break
            yield self._lines[at][len(wanted) :].decode().split("\t")


def _seats(town: str) -> set[str]:
    """Return what a court's town is called; Cergy-Pontoise, the only one that is no commune, is also called Cergy."""
    return {key(town), "cergy"} if town == "Cergy-Pontoise" else {key(town)}


def _read(path: Path) -> _Sheet:
    parsed = source.read(path)
    sheet = _Sheet()

    def mistake(location: Location, what: str, mend: str) -> None:
        sheet.mistakes.append(Mistake(path, parsed.line_of(location), what, mend))

    def text(value: Any, location: Location, what: str) -> str:
        if isinstance(value, str) and value.strip():
            return value
        mistake(location, f"{what} is missing.", "Write it.")
        return ""

    def site(value: Any, location: Location, domain: str) -> str:
        url = text(value, location, "The site")
        address = urlsplit(url)
        if url and (address.scheme != "https" or not (address.hostname or "").endswith(domain)):
            mistake(location, f"{url} is not an official site.", f"Write an https:// address that ends in {domain}.")
        return url

    content = parsed.value if isinstance(parsed.value, dict) else {}
    for heading in ("source", "as_of", "checked", "courts", "elsewhere", "words"):
        if not content.get(heading):
            mistake((heading,), f"{heading} is missing.", f"Add `{heading}:` at the head of the file.")
    courts = content.get("courts")
    for town, entry in courts.items() if isinstance(courts, dict) else ():
        here: Location = ("courts", town)
        entry = entry if isinstance(entry, dict) else {}
        for extra in sorted(set(entry) - {"name", "site", "departments"}):
            mistake((*here, extra), f"{extra} is not a key of a court.", "Use name, site and departments.")
        address = site(entry["site"], (*here, "site"), COURT_DOMAIN) if "site" in entry else None
        court = Court(text(entry.get("name"), here, f"The name of the court of {town}"), town, address)
        listed = entry.get("departments")
        if not isinstance(listed, dict) or not listed:
            mistake(here, f"The court of {town} has no département.", "List them under `departments:`.")
            continue
        for code, row in listed.items():
            at: Location = (*here, "departments", code)
            row = row if isinstance(row, list) else []
            others = row[3] if len(row) == 4 else []
            if not _CODE.fullmatch(code):
                mistake(at, f"'{code}' is not the code of a département.", 'Write "01" to "95", "2A", "2B" or "971" …')
            if len(row) not in (3, 4) or not isinstance(others, list):
                mistake(at, f"The line of {code} is not complete.", _HOW)
                continue
            if code in sheet.departments:
                mistake(at, f"{code} stands under two courts.", "Keep the one of article R. 221-3.")
            name, town_of = text(row[0], at, "The name"), text(row[1], at, "The town of the préfecture")
            department = Department(code, name, town_of, site(row[2], at, PREFECTURE_DOMAIN), court)
            sheet.departments[code] = department
            sheet.names += [(called, department) for called in (name, *map(str, others))]
    sheet.ordinary = frozenset(parts(str(content.get("words", ""))))
    sheet.elsewhere = frozenset(parts(str(content.get("elsewhere", ""))))
    if sheet.mistakes:
        raise BrokenSource(sheet.mistakes)
    return sheet
