"""The words of the glossary: which one is meant, and which are offered under a message that uses them."""

from __future__ import annotations

import functools
import re

from bot.dialogue import reading
from knowledge_base.loader import KnowledgeBase

#: Under a message so many words are offered at most, the first ones it uses.
_OFFERED = 2


def term_in(kb: KnowledgeBase, text: str) -> str | None:
    """Return the id of the glossary's term that stands in ``text``, the longest if there are several."""
    found = _found(kb, text)
    return max(found, key=lambda term_id: found[term_id], default=None)


def terms_used(kb: KnowledgeBase, text: str) -> tuple[str, ...]:
    """Return the ids of the terms that are offered under a message of this text, in the order it uses them."""
    return tuple(term_id for term_id in _found(kb, text) if kb.terms[term_id].offer != "never")[:_OFFERED]


def _found(kb: KnowledgeBase, text: str) -> dict[str, int]:
    """Return the terms that stand in ``text``, in that order, each with the length of its longest spelling there."""
    spellings = _spellings(tuple((term_id, term.words) for term_id, term in kb.terms.items()))
    found: dict[str, int] = {}
    for spelling in _pattern(tuple(spellings)).findall(f" {reading.plain(text)} "):
        term_id = spellings[spelling]
        found[term_id] = max(len(spelling), found.get(term_id, 0))
    return found


@functools.cache
def _spellings(terms: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return the term of each spelling, in every language."""
    return {
        reading.plain(word): term_id
        for term_id, french in terms
        for spoken in reading.in_every_language(f"glossary/{term_id}", french)
        for word in spoken.split(",")
        if reading.plain(word)
    }


@functools.cache
def _pattern(spellings: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, spellings), key=len, reverse=True)
    return re.compile(rf"(?<= )(?:{'|'.join(longest_first)})(?= )") if spellings else re.compile(r"(?!)")
