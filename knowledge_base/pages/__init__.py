"""The pages made from the knowledge base: one HTML file each, without script, font, image or address to load."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from knowledge_base.words import RIGHT_TO_LEFT, SOURCE_LANGUAGE

_ADDRESS = re.compile(r"(https?://\S+)")
_FRENCH_SPACE = re.compile(r"(?<=«) | (?=[?!:;»])")


def _linked(text: str) -> Markup:
    """Return ``text`` with its web addresses as links, those shortened by an ellipsis left as they are."""

    def parts() -> Iterator[str]:
        for part in _ADDRESS.split(text):
            address = part.rstrip(".,;:)") if _ADDRESS.match(part) and "…" not in part else ""
            if address:
                yield Markup('<a href="{0}">{0}</a>').format(address)
            yield escape(part.removeprefix(address))

    return Markup("").join(parts())


def unbroken(text: str) -> str:
    """Return ``text`` with the spaces of French typography kept on their line."""
    return _FRENCH_SPACE.sub("\u00a0", text)


def _printed(value: object) -> object:
    if isinstance(value, Markup):
        return Markup(unbroken(value))  # noqa: S704 (what was escaped stays escaped: only spaces change)
    return unbroken(value) if isinstance(value, str) else value


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=_printed,
)
_TEMPLATES.filters["linked"] = _linked


def render(name: str, language: str, **values: object) -> str:
    """Return a page.

    Args:
        name: the file of the template, beside this one.
        language: the language of the page. A template writes its own words as ``say(French, English)``: French for
            a French page, English for any other.
        values: what the template needs besides.
    """

    def say(french: str, english: str) -> str:
        return french if language == SOURCE_LANGUAGE else english

    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    return _TEMPLATES.get_template(name).render(language=language, direction=direction, say=say, **values)
