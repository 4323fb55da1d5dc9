"""From French to the person's language: gettext catalogues, dates, and isolates around interpolated values.

A language has one .po file for each file of sentences. French in the YAML is the source. A translation is looked up
by message context (the step's id) and French sentence, so a changed sentence has no translation until somebody
translates it anew. A missing or fuzzy translation falls back to English, then to French.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from knowledge_base.source import BrokenSource, Mistake

SOURCE_LANGUAGE = "fr"
FALLBACKS = ("en", SOURCE_LANGUAGE)
LOCALES = Path(__file__).parent / "locales"
#: Comment at the head of a .po file that tells whether a native speaker has read it.
REVIEW = "Native review:"

# Unicode first-strong isolate and pop: keeps a date or a number readable inside right-to-left text (UAX #9).
_ISOLATE, _POP = "\u2068", "\u2069"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "ps", "ur", "he"})
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
#: A blank, and the stop that ends the sentence right after it.
_FILLED = re.compile(r"\{(\w+)\}(\s?[.?!](?=\s|$))?")
_STOPS = ("?", "!", ".")

Value = str | dt.date | int


@dataclass(frozen=True)
class Phrase:
    """A sentence to be said: where it stands, its French words, and what to put in its blanks.

    A value that is itself a ``Phrase`` is translated first.
    """

    context: str
    french: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Translation:
    """A sentence in a language, and whether it is the language that was asked for."""

    text: str
    language: str


def catalog(language: str, domain: str, folder: Path = LOCALES) -> Catalog:
    """Return the gettext catalogue of one file of the knowledge base in ``language``; empty when there is none."""
    path = folder / language / f"{domain}.po"
    if not path.exists():
        return Catalog(locale=language)
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language)
    except UnicodeDecodeError as error:
        mend = "Save it as UTF-8."
        raise BrokenSource([Mistake(path, 1, f"The file is not UTF-8 ({error.reason}).", mend)]) from None


@functools.cache
def languages(folder: Path = LOCALES) -> tuple[str, ...]:
    """Return the languages the assistant can speak, the source first. The folder is looked into once a process."""
    found = {path.parent.name for path in folder.glob("*/*.po")}
    return (SOURCE_LANGUAGE, *sorted(found, key=lambda language: (language not in FALLBACKS, language)))


@functools.cache
def _sentences(language: str, folder: Path) -> dict[tuple[str | None, str], str]:
    return {
        (message.context, message.id): message.string
        for path in sorted((folder / language).glob("*.po"))
        for message in catalog(language, path.stem, folder)
        if message.id and message.string and not message.fuzzy and isinstance(message.id, str)
    }


def lookup(context: str, french: str, language: str, folder: Path = LOCALES) -> Translation:
    """Return the sentence in ``language``, or in the first fallback that has it."""
    for candidate in (language, *FALLBACKS):
        if candidate == SOURCE_LANGUAGE:
            break
        found = _sentences(candidate, folder).get((context, french))
        if found:
            return Translation(found, candidate)
    return Translation(french, SOURCE_LANGUAGE)


def say(phrase: Phrase, language: str, folder: Path = LOCALES) -> Translation:
    """Return ``phrase`` in ``language``, with its values put in and isolated.

    Raises:
        KeyError: a blank of the sentence has no value.
    """
    found = lookup(phrase.context, phrase.french, language, folder)

    def fill(match: re.Match[str]) -> str:
        value = phrase.values[match[1]]
        if isinstance(value, Phrase):
            written = say(value, language, folder).text
        elif isinstance(value, dt.date):
            written = written_date(value, found.language)
        else:
            written = str(value)
        stop = match[2] or ""
        if written.endswith(_STOPS):
            # A title that asks needs no full stop of the sentence around it.
            stop = ""
        return (f"{_ISOLATE}{written}{_POP}" if found.language in RIGHT_TO_LEFT else written) + stop

    return Translation(_FILLED.sub(fill, found.text), found.language)


def written_date(day: dt.date, language: str) -> str:
    """Return ``day`` in full, with its weekday, as people of ``language`` write it."""
    return str(format_date(day, format="full", locale=Locale.parse(language)))


def blanks(text: str) -> frozenset[str]:
    """Return the names of the blanks of a sentence."""
    return frozenset(_PLACEHOLDER.findall(text))
