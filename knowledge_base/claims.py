"""What the knowledge base claims: each text with the facts it cites, what in it is a claim, and what backs it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge_base.loader import KnowledgeBase
from knowledge_base.rungs import Jump, Rung
from knowledge_base.schema import Fact
from knowledge_base.source import Location, squash

#: The parts of a step that are said: labels and other ways to word an answer claim nothing.
SPOKEN_PARTS = frozenset({"ask", "try", "tell", "escalate", "end", "proof", "explain"})
#: Signs of a claim of law, number, price or deadline. Minutes are not a deadline, nor 28/11/2026 a year.
_CLAIM = re.compile(
    r"\b(?:[LR]\.\*? ?\d{3}|article \d|\d+ ?€|\d+ ?(?:euros?|jours?|mois|semaines?|heures?|ans?)\b|\d{1,2} ?h\b"
    r"|0[ \d]{9,}|(?<!/)\d{4}\b|deux mois|trois mois|quatre mois|48 heures|gratuit\w*|tribunal|juge|délai|légale?ment"
    r"|la loi|obligé\w*|obligatoire|doit vous|a le droit|avez (?:le )?droit|prouve|autoris\w+|refus implicite"
    r"|vaut refus|\S+\.gouv\.fr|\S+\.(?:org|fr)\b)",
    re.IGNORECASE,
)
#: An article of a code (L. 521-3, R.* 432-1), or a number of five characters or more: a decision, a decree, a form.
_REFERENCE = re.compile(r"\b[LR]\. ?\d{3}-\d+(?:-\d+)?|n° ?\d[\d-]{4,}")


@dataclass(frozen=True)
class Saying:
    """A text that the assistant says or hands over, and what it rests on.

    Attributes:
        name: what a mistake calls it: the message context of its translation.
        file: the file it stands in, from the folder of the knowledge base.
        location: the keys that lead to it in that file.
        text: its French words.
        facts: the citations under it, as ``ID`` or ``ID#words-of-its-about``.
    """

    name: str
    file: str
    location: Location
    text: str
    facts: tuple[str, ...]

    @property
    def claim(self) -> str | None:
        """The first words that claim something, or ``None``."""
        found = _CLAIM.search(self.text)
        return found[0] if found else None


def sayings(kb: KnowledgeBase) -> Iterator[Saying]:
    """Yield every text that may claim something: steps, rungs, jumps, terms, sentences of the assistant, letters."""
    for tree in kb.trees.values():
        file = f"trees/{tree.id}.yml"
        for name, step in tree.steps.items():
            said = " ".join(french for part, french in step.texts() if part in SPOKEN_PARTS)
            yield Saying(f"{tree.id}/{name}", file, ("steps", name), said, step.facts)
        for rung_id, rung in tree.rungs.items():
            yield Saying(f"{tree.id}/rungs/{rung_id}", file, ("rungs", rung_id), _spoken(rung), rung.facts)
        for jump_id, jump in tree.jumps.items():
            yield Saying(f"{tree.id}/jumps/{jump_id}", file, ("jumps", jump_id), _spoken(jump), jump.facts)
    for term_id, term in kb.terms.items():
        yield Saying(f"glossary/{term_id}", "glossary.yml", (term_id,), term.text, term.facts)
    for word_id, word in kb.words.items():
        yield Saying(f"words/{word_id}", "words.yml", (word_id,), word.text, word.facts)
    yield from letters(kb)


def _spoken(entry: Rung | Jump) -> str:
    return " ".join(french for part, french in entry.texts() if part != "label")


def letters(kb: KnowledgeBase) -> Iterator[Saying]:
    """Yield the letters, each with its summary, subject and body as one text."""
    for letter_id, letter in kb.letters.items():
        text = f"{letter.summary} {letter.subject} {letter.body}"
        yield Saying(f"letters/{letter_id}", f"letters/{letter_id}.yml", (), text, letter.facts)


def unnamed_references(saying: Saying, cited: Sequence[Fact]) -> tuple[str, ...]:
    """Return the articles and numbers of a text that none of the facts it cites names, in the order of the text."""
    named = _plain(" ".join(f"{fact.topic} {fact.statement} {fact.source}" for fact in cited))
    found = dict.fromkeys(_REFERENCE.findall(_plain(saying.text)))
    return tuple(
        reference
        for reference in found
        if not re.search(rf"(?<![\d-]){re.escape(reference.removeprefix('n°').strip())}(?![\d-])", named)
    )


def _plain(text: str) -> str:
    """Return ``text`` as articles are compared: on one line, and ``R.* 432-1`` written ``R. 432-1``."""
    return squash(text.replace("*", ""))


def unsure(fact: Fact, about: str) -> str | None:
    """Return why a citation of ``fact`` (or of its part ``about``) may not stand, or ``None``."""
    if about:
        wanted = about.replace("-", " ")
        parts = [part for part in fact.confidence if part.about and wanted in part.about]
        if not parts:
            return f"names no part of the fact (its parts: {', '.join(p.about or 'all' for p in fact.confidence)})"
        exact = [part for part in parts if part.about == wanted]
        return None if all(part.may_be_stated for part in exact or parts) else "cites a part that is not sure"
    if all(part.may_be_stated for part in fact.confidence):
        return None
    if any(part.may_be_stated for part in fact.confidence):
        return "is sure only in part, and the citation does not say which"
    return "is not sure, and may not be stated"
