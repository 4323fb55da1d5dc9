"""Makes ``knowledge_base/communes.tsv.gz``, the communes of France by name and postal code.

Run it again when a new edition comes out (once a year, in spring), from the root of the repository:

    npm pack @etalab/decoupage-administratif@6.0.0
    tar -xzf etalab-decoupage-administratif-6.0.0.tgz
    .venv/bin/python -m tools.communes package/data/communes.json

Source: INSEE (Code officiel géographique, populations légales) and La Poste (base officielle des codes postaux), put
together by Etalab, https://github.com/datagouv/decoupage-administratif, edition 2026 in version 6.0.0, under the
Licence Ouverte 2.0. Where the edition or the version changes, change ``HEADER`` and ``knowledge_base/NOTICE.md``.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge_base.gazetteer import HERE, key, parts

HEADER = (
    "# INSEE et La Poste, par @etalab/decoupage-administratif 6.0.0 (2026), Licence Ouverte 2.0. Lettres du nom, nom,"
    " codes postaux, département, habitants (0 : ancien nom) ; ou code postal, départements."
)
COMMUNES = HERE / "communes.tsv.gz"
#: A town of this size is called by a short form of its name.
SHORTENED = 10_000
#: The départements; the other collectivities overseas have a law of their own for foreigners.
_ZONES = ("metro", "drom")
#: Communes that were merged into another, and whose names people still use (Lomme, in Lille).
_FORMER = ("commune-deleguee", "commune-associee")
_BRACKETS = re.compile(r" \(.*\)$")
_ARTICLES = ("la", "le", "l", "les")
_LINKS = frozenset(
    {"sur", "sous", "en", "les", "lez", "le", "la", "l", "de", "du", "des", "d", "au", "aux", "et", "pres"}
)


@dataclass(frozen=True)
class Commune:
    """A line of the source: a commune, or the name of a former one, with 0 inhabitants."""

    name: str
    postal_codes: tuple[str, ...]
    department: str
    population: int


def communes(entries: Iterable[Mapping[str, Any]]) -> list[Commune]:
    """Return the communes of the départements, and the former ones, sorted by département and name.

    A former commune has the postal codes of the one it belongs to; it is left out where a commune of its département
    has the same name. Namesakes within a département, which the source tells apart in brackets, are one line. The
    communes of the other collectivities overseas are left out.

    Args:
        entries: what ``communes.json`` holds.

    Raises:
        KeyError: a field is missing, or the commune that a former one belongs to: the form of the source changed.
    """
    known = [entry for entry in entries if entry["zone"] in _ZONES]
    today = {entry["code"]: entry for entry in known if entry["type"] == "commune-actuelle"}
    found: dict[tuple[str, str], Commune] = {}
    for entry in today.values():
        place = (entry["departement"], _BRACKETS.sub("", entry["nom"]))
        codes, population = set(entry["codesPostaux"]), entry["population"]
        if place in found:
            codes |= set(found[place].postal_codes)
            population += found[place].population
        found[place] = Commune(place[1], tuple(sorted(codes)), place[0], population)
    for entry in known:
        if entry["type"] in _FORMER:
            place = (entry["departement"], entry["nom"])
            codes = set(today[entry["chefLieu"]]["codesPostaux"])
            found.setdefault(place, Commune(place[1], tuple(sorted(codes)), place[0], 0))
    return [found[place] for place in sorted(found)]


def short_forms(name: str) -> set[str]:
    """Return what else a town is called, as ``key`` gives it: Vitry-sur-Seine is Vitry, La Courneuve is Courneuve.

    Other words may be called so too: ``knowledge_base.places`` does not believe a short form that is an ordinary word.
    """
    words = parts(name)
    start = 1 if words[0] in _ARTICLES else 0
    forms = {"".join(words[1:])} if start else set()
    first = words[start] in ("saint", "sainte")
    for at in range(start + 1 + first, len(words)):
        if words[at] in _LINKS or (at == start + 1 and not first):
            forms |= {"".join(words[:at]), "".join(words[start:at])}
            break
    return {form for form in forms - {key(name)} if form not in _ARTICLES}


def lines(found: Iterable[Commune]) -> list[str]:
    """Return the lines of the table, sorted as bytes: names, short forms, then what départements a postal code serves.

    A short form is left out where a commune that bears the very name has at least as many inhabitants.
    """
    every = list(found)
    largest: dict[str, int] = {}
    inhabitants: dict[str, dict[str, int]] = {}
    for commune in every:
        largest[key(commune.name)] = max(largest.get(key(commune.name), 0), commune.population)
        for code in commune.postal_codes:
            served = inhabitants.setdefault(code, {})
            served[commune.department] = served.get(commune.department, 0) + commune.population
    table = [
        f"{code}\t{' '.join(sorted(served, key=lambda one: -served[one]))}" for code, served in inhabitants.items()
    ]
    for commune in every:
        forms = short_forms(commune.name) if commune.population >= SHORTENED else set()
        table += [_line(form, commune) for form in forms if largest.get(form, 0) < commune.population]
        table.append(_line(key(commune.name), commune))
    return sorted(table, key=str.encode)


def _line(form: str, commune: Commune) -> str:
    codes = " ".join(commune.postal_codes)
    return f"{form}\t{commune.name}\t{codes}\t{commune.department}\t{commune.population}"


def packed(table: Iterable[str]) -> bytes:
    """Return the lines as gzipped UTF-8 text, with neither date nor file name: the same lines give the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as file:
        file.write("\n".join((HEADER, *table)).encode())
    return buffer.getvalue()


def main(arguments: list[str] | None = None) -> None:
    """Read ``communes.json`` and write the table."""
    parser = argparse.ArgumentParser(description="Write the communes of France for knowledge_base/places.py.")
    parser.add_argument("source", type=Path, help="data/communes.json of the package @etalab/decoupage-administratif")
    parser.add_argument("--to", type=Path, default=COMMUNES, help="where to write (default: %(default)s)")
    given = parser.parse_args(arguments)
    table = lines(communes(json.loads(given.source.read_text(encoding="utf-8"))))
    given.to.write_bytes(packed(table))
    print(f"{given.to}: {len(table)} lines, {given.to.stat().st_size} bytes")


if __name__ == "__main__":
    main()
