"""What a lawyer reads before publication: each fact, who signed it, and every French sentence that rests on it."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from knowledge_base.clock_words import Blanks
from knowledge_base.deadlines import Dates, deadlines
from knowledge_base.loader import KnowledgeBase
from knowledge_base.pages import render
from knowledge_base.removal import Measure, Order
from knowledge_base.schema import Confidence, Fact, Wording
from knowledge_base.signatures import State, digest, may_be_signed, state
from knowledge_base.source import squash
from knowledge_base.words import SOURCE_LANGUAGE, Phrase, say
from knowledge_base.worked import DUE, KNOWN, examples

Kind = Literal["step", "rung", "jump", "letter", "term", "word", "clock", "unknown"]

#: The sections of facts.yml by the letter of their ids, in French and English.
SECTIONS: Mapping[str, tuple[str, str]] = {
    "A": ("Contact et aide avec le site", "Contact and help with the platform"),
    "B": ("La « solution de substitution »", "The “solution de substitution”"),
    "C": ("Délais, attestations, droits", "Deadlines, attestations, rights"),
    "D": ("Technique", "Technical"),
    "E": ("Recours", "Legal recourse"),
    "F": ("Ce qui est sur l'ANEF et ce qui n'y est pas", "What is on ANEF and what is not"),
    "G": ("Personnes qui aident", "People who help"),
    "H": ("Urgences", "Emergencies"),
    "I": ("Arnaques", "Scams"),
    "J": ("Ce qui a changé en 2025 et 2026", "What moved in 2025 and 2026"),
}
#: The levels of confidence in words, in French and English.
CONFIDENCE: Mapping[str, tuple[str, str]] = {
    "V-off": (
        "vu sur une page officielle ou dans le texte de loi",
        "seen in an official page or in the text of the law",
    ),
    "V-sec": ("vu sur une page qui n'est pas officielle", "seen in a page that is not official"),
    "K-sure": ("su, sans l'avoir vu écrit cette fois", "known, but not seen in writing this time"),
    "K-unsure": ("pas sûr : n'est jamais dit", "not sure: never said"),
    "unknown": ("inconnu : n'est jamais dit", "not known: never said"),
    "conflicting": ("les sources se contredisent : n'est jamais dit", "sources contradict each other: never said"),
    "stale": ("trop ancien : n'est jamais dit", "too old: never said"),
}
_SPOKEN = frozenset({"ask", "try", "tell", "escalate", "end", "explain", "proof"})
_ORDER: Mapping[State, int] = {"changed": 0, "unsigned": 1, "signed": 2}
#: Ids of facts in the words of unknowns.yml: ``C5``, ``G1-G4``.
_MENTION = re.compile(r"\b([A-Z])(\d+)(?:[-–]\1(\d+))?\b")


@dataclass(frozen=True)
class Citation:
    """Something that rests on a fact.

    Attributes:
        kind: what it is.
        where: its id: ``tree/step``, a rung, a jump, a letter, a term, a sentence of the assistant, a deadline, ``U1``.
        part: the part of the fact that it cites (``hours``), "" for the whole.
        sentences: what it says in French.
    """

    kind: Kind
    where: str
    part: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A fact to review, and all that rests on it."""

    id: str
    fact: Fact
    citations: tuple[Citation, ...]

    @property
    def state(self) -> State:
        """Whether it is signed."""
        return state(self.fact)

    @property
    def digest(self) -> str:
        """What changes with its words."""
        return digest(self.fact)

    @property
    def signable(self) -> bool:
        """Whether a part of it at least may be stated, so that it may be signed."""
        return may_be_signed(self.fact)

    @property
    def needed(self) -> bool:
        """Whether a release needs its signature."""
        return self.signable and any(citation.kind != "unknown" for citation in self.citations)


@dataclass(frozen=True)
class Section:
    """The facts of one letter, those to sign first."""

    letter: str
    entries: tuple[Entry, ...]

    @property
    def title(self) -> tuple[str, str]:
        """Its title in French and English."""
        return SECTIONS.get(self.letter, (f"Section {self.letter}", f"Section {self.letter}"))

    @property
    def needed(self) -> tuple[Entry, ...]:
        """The facts that a release needs signed."""
        return tuple(entry for entry in self.entries if entry.needed)

    @property
    def signed(self) -> tuple[Entry, ...]:
        """Those of ``needed`` that are."""
        return tuple(entry for entry in self.needed if entry.state == "signed")


def sections(kb: KnowledgeBase, wanted: Sequence[str] = ()) -> tuple[Section, ...]:
    """Return the facts to review by section.

    Args:
        kb: the knowledge base.
        wanted: ids of facts, or letters of sections; none means all.

    Raises:
        KeyError: the first of ``wanted`` that is neither.
    """
    cited = citations(kb)
    entries = [Entry(fact_id, fact, cited.get(fact_id, ())) for fact_id, fact in kb.facts.items()]
    letters = dict.fromkeys(entry.id[0] for entry in entries)
    for name in wanted:
        if name not in kb.facts and name not in letters:
            raise KeyError(name)
    shown = [entry for entry in entries if not wanted or entry.id in wanted or entry.id[0] in wanted]
    return tuple(
        Section(letter, tuple(sorted(inside, key=lambda entry: (_ORDER[entry.state], not entry.needed))))
        for letter in letters
        if (inside := [entry for entry in shown if entry.id[0] == letter])
    )


def page(kb: KnowledgeBase, wanted: Sequence[str], language: str, on: dt.date) -> str:
    """Return the HTML page on which a lawyer reads, ticks, corrects and signs; ``wanted`` as in ``sections``.

    The whole of it, made when nothing is ``wanted``, ends with what nobody has verified.
    """
    shown = sections(kb, wanted)
    used = {
        citation.where
        for section in shown
        for entry in section.entries
        for citation in entry.citations
        if citation.kind == "letter"
    }
    return render(
        "review.html",
        language,
        sections=shown,
        unknowns=() if wanted else unknowns(kb),
        worked=() if wanted else examples(),
        known_words=KNOWN,
        due_words=DUE,
        letters=[(letter_id, letter) for letter_id, letter in kb.letters.items() if letter_id in used],
        confidence=confidence,
        filled=_filled,
        today=on.isoformat(),
        version=kb.version,
    )


def _filled(french: str) -> str:
    """Return a French sentence with the names of its dates in its blanks."""
    return say(Phrase("", french, Blanks(SOURCE_LANGUAGE)), SOURCE_LANGUAGE).text


def unknowns(kb: KnowledgeBase) -> list[tuple[str, Wording, tuple[Citation, ...]]]:
    """Return what nobody has verified, how it is said, and all that rests on it."""
    cited = citations(kb)
    return [(unknown_id, wording, cited.get(unknown_id, ())) for unknown_id, wording in kb.wordings.items()]


def citations(kb: KnowledgeBase) -> dict[str, tuple[Citation, ...]]:
    """Return, by fact or unknown wording, all that rests on it, in the order of the files."""
    found: dict[str, list[Citation]] = {}

    def cite(kind: Kind, where: str, cited: Sequence[str], *sentences: str) -> None:
        for citation in dict.fromkeys(cited):
            fact_id, _, part = citation.partition("#")
            found.setdefault(fact_id, []).append(Citation(kind, where, part.replace("-", " "), sentences))

    for step_id, step in kb.steps.items():
        cite("step", step_id, step.facts, *(french for part, french in step.texts() if part in _SPOKEN))
    for rung_id, rung in kb.rungs.items():
        cite("rung", rung_id, rung.facts, *(french for _, french in rung.texts()))
    for jump_id, jump in kb.jumps.items():
        cite("jump", jump_id, jump.facts, *(french for _, french in jump.texts()))
    for letter_id, letter in kb.letters.items():
        cite("letter", letter_id, letter.facts, letter.title, letter.summary)
    for term_id, term in kb.terms.items():
        cite("term", term_id, term.facts, term.text)
    for word_id, word in kb.words.items():
        cite("word", word_id, word.facts, word.text)
    for kind, facts in clock_facts().items():
        cite("clock", kind, facts, *(kb.words[word].text for word in (f"due_{kind}",) if word in kb.words))
    for unknown_id, unknown in kb.wordings.items():
        said = f"{unknown.about} {unknown.wording}"
        cite("unknown", unknown_id, [one for one in _mentions(said) if one in kb.facts], unknown.wording)
    return {fact_id: tuple(cited) for fact_id, cited in found.items()}


def clock_facts() -> dict[str, tuple[str, ...]]:
    """Return the facts that each kind of deadline is computed from, by running the clock on every kind of case."""
    day = dt.date(2026, 1, 5)
    found: dict[str, dict[str, None]] = {}
    for filed, refused, kind, measure in itertools.product(
        (None, day), (None, day), (None, "student", "talent", "resident"), get_args(Measure)
    ):
        dates = Dates(
            expires_on=day,
            filed_on=filed,
            permit_kind=kind,
            refused_on=refused,
            reasons_asked_on=day,
            gracieux_sent_on=day,
            order=Order(day, measure=measure),
        )
        for deadline in deadlines(dates):
            found.setdefault(deadline.kind, {}).update(dict.fromkeys(deadline.facts))
    return {kind: tuple(facts) for kind, facts in found.items()}


def _mentions(text: str) -> Iterator[str]:
    for letter, first, last in _MENTION.findall(text):
        yield from (f"{letter}{number}" for number in range(int(first), int(last or first) + 1))


def confidence(part: Confidence, language: str) -> str:
    """Return a level of confidence in words, with the part of the fact that it is about."""
    words = CONFIDENCE[part.level][0 if language == SOURCE_LANGUAGE else 1]
    if not part.about:
        return words
    return f"{part.about} : {words}" if language == SOURCE_LANGUAGE else f"{part.about}: {words}"


def told(section: Section) -> Iterator[str]:
    """Yield the lines of a section, to be read in a terminal."""
    counts = f"facts {len(section.entries)}, to sign {len(section.needed)}, signed {len(section.signed)}"
    yield f"{section.letter}. {section.title[1]} ({counts})"
    yield ""
    for entry in section.entries:
        fact = entry.fact
        yield f"{entry.id}  {fact.topic}"
        yield f"  {squash(fact.statement)}"
        yield f"  source: {squash(fact.source)}"
        yield from (f"  link: {url}" for url in fact.urls)
        yield f"  as of: {fact.as_of}; read on {fact.checked}"
        yield f"  confidence: {'; '.join(confidence(part, 'en') for part in fact.confidence)}"
        yield f"  reviewed by: {reviewed(fact)}"
        yield from _resting(entry.citations)
        yield ""


def told_unknowns(kb: KnowledgeBase) -> Iterator[str]:
    """Yield the lines of what nobody has verified, to be read in a terminal."""
    yield "U. What nobody has verified: said as worded here, never as a fact, and not signed"
    yield ""
    for unknown_id, wording, cited in unknowns(kb):
        yield f"{unknown_id}  {squash(wording.about)}"
        yield f"  {squash(wording.wording)}"
        yield from _resting(cited)
        yield ""


def _resting(cited: Sequence[Citation]) -> Iterator[str]:
    yield f"  rests on it: {len(cited) or 'nothing, so a release does not need it'}"
    for citation in cited:
        yield f"  - {citation.kind} {citation.where}{f' ({citation.part})' if citation.part else ''}"
        yield from (f"      {squash(sentence)}" for sentence in citation.sentences)


def reviewed(fact: Fact) -> str:
    """Return who signed a fact, in words."""
    if state(fact) == "unsigned":
        return "nobody yet" if may_be_signed(fact) else "nobody: it is unsure, and may not be signed"
    changed = ", but it has changed since" if state(fact) == "changed" else ""
    return f"{fact.reviewed_by}, on {fact.reviewed_on}{changed}"
