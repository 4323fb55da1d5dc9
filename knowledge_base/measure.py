"""How long and how hard the messages are that a person may be shown, and the bars they must stay under."""

from __future__ import annotations

import datetime as dt
import heapq
import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.claims import SPOKEN_PARTS
from knowledge_base.deadlines import PLACEHOLDERS
from knowledge_base.loader import HERE, KnowledgeBase
from knowledge_base.readability import EASY_FROM, FORMULAS, ease, sentences, words
from knowledge_base.texts import Text, texts
from knowledge_base.words import Phrase, blanks, lookup, say

#: Half of the messages are shorter than this, in words; people read on a phone, tired (users.md).
MEDIAN_BELOW = 45
#: No message is longer, in words.
LONGEST = 90
#: The indices are made for passages: what is shorter, in words, is not ranked by its ease.
SHORTEST_RANKED = 10

#: The parts that are messages, or sentences of one; titles, labels and ways to word an answer are not.
_SHOWN_PARTS = SPOKEN_PARTS | {"rung.wait", "term.text", "letter.summary", "words"}
_IS_A_SENTENCE = re.compile(r"[.!?…:][»)\s]*$")
#: Stands in the blanks for dates, written in full.
_SOME_DAY = dt.date(2026, 11, 23)


@dataclass(frozen=True)
class Shown:
    """A message as a person may be shown it.

    Attributes:
        id: the id of its step, term, letter, rung or word.
        part: what it is in there (``ask``, ``proof``, ``term.text`` …).
        text: its words in the language, blanks filled.
    """

    id: str
    part: str
    text: str


@dataclass(frozen=True)
class Ranked:
    """A message or sentence with what it is ranked by: its ease, or its number of words."""

    value: float
    id: str
    part: str
    text: str


@dataclass(frozen=True)
class Measure:
    """What is measured of the messages of a language.

    Attributes:
        messages: how many there are.
        median: half of them have at most so many words.
        longest: the longest, with its number of words.
        ease: the reading ease of all of them together, ``None`` where the language has no index.
        ranked: how many have at least ``SHORTEST_RANKED`` words.
        hard: how many of those are below ``EASY_FROM``.
        hardest: those with the lowest ease, the hardest first.
        long_sentences: the sentences with the most words, the longest first.
    """

    messages: int
    median: float
    longest: Ranked
    ease: float | None
    ranked: int
    hard: int
    hardest: tuple[Ranked, ...]
    long_sentences: tuple[Ranked, ...]


def shown(kb: KnowledgeBase, language: str, folder: Path = HERE) -> Iterator[Shown]:
    """Yield every message that a person may be shown in ``language``; what is not translated into it is left out.

    That is the text, explanation and proof of every step, the summary of every letter, the wait of every rung, every
    term, and the sentences of the assistant itself; not the words on its buttons, nor the letters, which are copied.
    """
    for text in texts(kb):
        if text.part not in _SHOWN_PARTS or not _IS_A_SENTENCE.search(text.french):
            continue
        if lookup(text.context, text.french, language, folder / "locales").language == language:
            yield Shown(text.context, text.part, _filled(text, language, folder))


def _filled(text: Text, language: str, folder: Path) -> str:
    dates = {*PLACEHOLDERS, "day"}
    values = {blank: _SOME_DAY if blank in dates else blank for blank in blanks(text.french)}
    return say(Phrase(text.context, text.french, values), language, folder / "locales").text


def measure(messages: Sequence[Shown], language: str, worst: int = 10) -> Measure:
    """Return the lengths and the reading ease of ``messages``, with the ``worst`` of them.

    Raises:
        ValueError: there is no message.
    """
    if not messages:
        raise ValueError(f"no message in {language}")
    lengths = [Ranked(len(words(one.text)), one.id, one.part, one.text) for one in messages]
    eases = [
        Ranked(value, one.id, one.part, one.text)
        for one in lengths
        if one.value >= SHORTEST_RANKED and (value := ease([one.text], language)) is not None
    ]
    spoken = [Ranked(len(words(each)), one.id, one.part, each) for one in messages for each in sentences(one.text)]
    return Measure(
        messages=len(messages),
        median=statistics.median(one.value for one in lengths),
        longest=max(lengths, key=lambda one: one.value),
        ease=ease((one.text for one in messages), language),
        ranked=len(eases),
        hard=sum(one.value < EASY_FROM for one in eases),
        hardest=tuple(heapq.nsmallest(worst, eases, key=lambda one: one.value)),
        long_sentences=tuple(heapq.nlargest(worst, spoken, key=lambda one: one.value)),
    )


def told(found: Measure, language: str) -> Iterator[str]:
    """Yield the lines that tell what was measured of the messages of ``language``."""
    longest = found.longest
    yield f"{language}: {found.messages} messages, half of them of at most {found.median:g} words;"
    yield f"    the longest has {longest.value:g} ({longest.id}, {longest.part})."
    formula = FORMULAS.get(language)
    if formula and found.ease is not None:
        share = f"{found.hard / max(found.ranked, 1):.1%}"
        yield f"    Reading ease of all together: {found.ease:.1f} ({formula.name})."
        yield (
            f"    Of {found.ranked} messages of {SHORTEST_RANKED} words or more, {found.hard} ({share})"
            f" are below {EASY_FROM:g}, the line for B1."
        )
    else:
        yield f"    There is no index of reading ease for {language} here."
    for title, rows, form in (
        ("Hardest messages (reading ease)", found.hardest, ".1f"),
        ("Longest sentences (words)", found.long_sentences, "g"),
    ):
        if rows:
            yield f"  {title}:"
        for row in rows:
            yield f"    {row.value:>5{form}}  {row.id} ({row.part}): {row.text}"


def too_long(messages: Iterable[str]) -> list[str]:
    """Return a sentence for each bar that ``messages`` break: the median length, and the length of each."""
    lengths = {message: len(words(message)) for message in messages}
    broken = [f"{count} words, at most {LONGEST}: {text}" for text, count in lengths.items() if count > LONGEST]
    median = statistics.median(lengths.values()) if lengths else 0
    if median >= MEDIAN_BELOW:
        broken.append(f"half of the messages have {median:g} words or more; it must be fewer than {MEDIAN_BELOW}")
    return broken
