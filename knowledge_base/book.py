"""The whole knowledge base as a book, for a helpline without network: numbered steps, and where they lead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.clock_words import DATES, OUTCOMES, Blanks, Words
from knowledge_base.loader import HERE, KnowledgeBase
from knowledge_base.pages import render, unbroken
from knowledge_base.picture import Picture, draw
from knowledge_base.release import unreviewed
from knowledge_base.review import Entry, confidence, sections
from knowledge_base.rungs import Jump, Rung, RungId
from knowledge_base.schema import Fact, Letter, Step
from knowledge_base.signatures import may_be_signed
from knowledge_base.words import SOURCE_LANGUAGE, Phrase, Translation, say, written_date

#: The parts of the book: the groups of taxonomy.yml, emergencies first; then the trees of no group.
PARTS: Mapping[str, Words] = {
    "safety": ("D'abord : urgences et arnaques", "First: emergencies and scams"),
    "getting_in": ("Entrer sur le site", "Getting in"),
    "filling_in": ("Remplir et envoyer", "Filling in and sending"),
    "waiting": ("Attendre, être refusé", "Waiting, being refused"),
    "next_step": ("Demander autre chose", "Asking for something else"),
    "": ("Autres parcours", "Other paths"),
}
KINDS: Mapping[str, Words] = {
    "ask": ("Question", "Question"),
    "try": ("À essayer", "To try"),
    "tell": ("À savoir", "To know"),
    "escalate": ("Vers les recours", "Up the ladder"),
    "end": ("Fin", "End"),
}
OUTCOME_WORDS: Mapping[str | None, Words] = {
    "solved": ("réglé", "solved"),
    "human": ("avec une personne", "with a person"),
    "protected": ("recours déposé", "appeal filed"),
    None: ("", ""),
}
CLOCK_STOPPED: Mapping[str, Words] = {
    "never": ("n'arrête aucun délai", "stops no time limit"),
    "sometimes": ("n'arrête le délai que parfois", "stops the time limit only sometimes"),
    "yes": ("arrête le délai", "stops the time limit"),
}
#: What leads on when no button does.
_ANSWERS: Mapping[str, Words] = {
    "said": ("La personne répond", "The person answers"),
    "worked": ("C'est réglé", "It worked"),
    "failed": ("Ça ne marche pas", "It did not work"),
    "cannot": ("Je ne peux pas", "I cannot"),
    "continue": ("Continuer", "Continue"),
}
#: Whom to call or write to: the facts of these sections, and the numbers of emergencies.
CONTACT_SECTIONS = ("A", "G")
EMERGENCIES = ("H11", "H12", "H13", "H14", "H15")


@dataclass(frozen=True)
class Way:
    """A way out of a step: the answer, when it is that answer, and the full id of the step it leads to."""

    answer: Translation
    detail: Translation | None
    target: str


@dataclass(frozen=True)
class Page:
    """A step as it is printed."""

    id: str
    number: str
    step: Step
    said: tuple[tuple[str, Translation], ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Chapter:
    """A tree: its number, title, pictures (one, or one a rung) and steps."""

    id: str
    number: int
    title: Translation
    pictures: tuple[tuple[Translation | None, Picture], ...]
    pages: tuple[Page, ...]


@dataclass(frozen=True)
class Part:
    """Chapters of one group."""

    title: Words
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Signed:
    """How many of the facts that are cited and may be signed are signed, and by whom."""

    signed: int
    needed: int
    by: tuple[str, ...]


class Book:
    """The book in one language; what a template prints.

    Args:
        kb: the knowledge base.
        language: the language of the sentences; what is not translated falls back as it does in a conversation.
        on: the day the book is made.
        folder: where the knowledge base is.
    """

    def __init__(self, kb: KnowledgeBase, language: str, on: dt.date, folder: Path = HERE) -> None:
        self.kb, self.language, self.on, self._locales = kb, language, on, folder / "locales"
        grouped = {group: [one for one in kb.taxonomy.get(group, ()) if one in kb.trees] for group in PARTS}
        placed = {tree for group in grouped.values() for tree in group} | {"ladder"}
        grouped[""] = [tree for tree in kb.trees if tree not in placed]
        order = [*(tree for group in grouped.values() for tree in group), *(["ladder"] if "ladder" in kb.trees else [])]
        self._number = {tree: number for number, tree in enumerate(order, 1)}
        self._numbers = {
            f"{tree}/{name}": f"{number}.{place}"
            for tree, number in self._number.items()
            for place, name in enumerate(kb.trees[tree].steps, 1)
        }
        self.parts = tuple(
            Part(title, tuple(self._chapter(tree) for tree in grouped[group]))
            for group, title in PARTS.items()
            if grouped[group]
        )
        self.ladder = self._chapter("ladder") if "ladder" in kb.trees else None

    def number(self, step_id: str) -> str:
        """Return the number of a step, ``?`` for a step that does not exist."""
        return self._numbers.get(step_id, "?")

    def words(self, both: Words) -> str:
        """Return the words of the page itself: in French for a French book, in English for any other."""
        return both[0 if self.language == SOURCE_LANGUAGE else 1]

    @property
    def signed(self) -> Signed:
        """What lawyers have signed of what the book rests on."""
        needed = [entry for section in sections(self.kb) for entry in section.needed]
        signed = [entry for entry in needed if entry.state == "signed"]
        return Signed(len(signed), len(needed), tuple(sorted({str(entry.fact.reviewed_by) for entry in signed})))

    @property
    def rungs(self) -> Iterator[tuple[RungId, Rung, dict[str, Translation]]]:
        """The rungs of the ladder, each with its texts by part: what it needs, what to do meanwhile …"""
        for rung_id, rung in self.kb.rungs.items():
            said = {part: self._said(f"ladder/rungs/{rung_id}", french) for part, french in rung.texts()}
            yield rung_id, rung, said

    @property
    def jumps(self) -> Iterator[tuple[Jump, tuple[str, ...], Translation, list[Translation]]]:
        """The dates that pass over rungs: each with the rungs, when, and what is said at each outcome of its clock."""
        for jump_id, jump in self.kb.jumps.items():
            where = f"ladder/jumps/{jump_id}"
            over = tuple(
                self._said(f"ladder/rungs/{rung_id}", rung.label).text
                for rung_id, rung in self.kb.rungs.items()
                if jump_id in rung.jump_when
            )
            said = [self._said(where, french) for french in jump.say.values()]
            yield jump, over, self._said(where, jump.when), said

    @property
    def letters(self) -> Iterator[tuple[str, Letter, Translation, Translation]]:
        """The letters, each with its title and summary; the body stays in French, for the administration."""
        for letter_id, letter in self.kb.letters.items():
            where = f"letters/{letter_id}"
            yield letter_id, letter, self._said(where, letter.title), self._said(where, letter.summary)

    @property
    def terms(self) -> list[tuple[str, tuple[str, ...], Translation, Translation]]:
        """The glossary by title: each term with its facts, its title and its explanation."""
        found = [
            (
                term_id,
                term.facts,
                self._said(f"glossary/{term_id}", term.title),
                self._said(f"glossary/{term_id}", term.text),
            )
            for term_id, term in self.kb.terms.items()
        ]
        return sorted(found, key=lambda entry: entry[2].text.casefold())

    @property
    def contacts(self) -> dict[str, Fact]:
        """The facts that tell whom to call or write to, without those that may not be stated."""
        wanted = [
            *(one for one in EMERGENCIES if one in self.kb.facts),
            *(one for one in self.kb.facts if one[0] in CONTACT_SECTIONS),
        ]
        return {one: self.kb.facts[one] for one in wanted if may_be_signed(self.kb.facts[one])}

    @property
    def cited(self) -> tuple[Entry, ...]:
        """The facts that something in the book cites, in the order of their ids."""
        cited = {entry.id: entry for section in sections(self.kb) for entry in section.needed}
        return tuple(cited[fact_id] for fact_id in self.kb.facts if fact_id in cited)

    @property
    def dates(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """How to count the dates that the texts leave blank: the name of each, the count, its facts."""
        for name, count, facts in DATES.values():
            yield self.words(name), self.words(count), facts

    def _said(self, context: str, french: str) -> Translation:
        return say(Phrase(context, french, Blanks(self.language)), self.language, self._locales)

    def _word(self, word_id: str) -> Translation:
        """Return what the assistant's own button says, or the words of the book for it."""
        if word_id in self.kb.words:
            return self._said(f"words/{word_id}", self.kb.words[word_id].text)
        return Translation(self.words(_ANSWERS.get(word_id, (word_id, word_id))), self._own)

    @property
    def _own(self) -> str:
        return SOURCE_LANGUAGE if self.language == SOURCE_LANGUAGE else "en"

    def _chapter(self, tree_id: str) -> Chapter:
        tree = self.kb.trees[tree_id]
        pages = tuple(self._page(f"{tree_id}/{name}", step) for name, step in tree.steps.items())
        return Chapter(
            tree_id,
            self._number[tree_id],
            self._said(tree_id, tree.title),
            tuple(self._pictures(tree_id, pages)),
            pages,
        )

    def _pictures(self, tree_id: str, pages: Sequence[Page]) -> Iterator[tuple[Translation | None, Picture]]:
        """Yield the picture of a tree; of the ladder, one a rung, then one of its steps that are of no rung."""
        words = {page.id: unbroken(page.said[0][1].text) for page in pages}
        groups: dict[RungId | None, list[str]] = {rung_id: [] for rung_id in (*self.kb.trees[tree_id].rungs, None)}
        for page in pages:
            groups[page.step.rung if page.step.rung in groups else None].append(page.id)
        for rung_id, steps in groups.items():
            picture = draw(
                self.kb, steps, words.__getitem__, lambda step_id, answer: self._answer(step_id, answer).text
            )
            title = self._said(f"ladder/rungs/{rung_id}", self.kb.rungs[rung_id].label) if rung_id else None
            if picture.boxes:
                yield title, picture

    def _page(self, step_id: str, step: Step) -> Page:
        said = [(step.kind, step.text), ("explain", step.explain), ("proof", step.proof)]
        return Page(
            step_id,
            self.number(step_id),
            step,
            tuple((part, self._said(step_id, french)) for part, french in said if french),
            tuple(self._ways(step_id, step)),
        )

    def _ways(self, step_id: str, step: Step) -> Iterator[Way]:
        for answer, target in self.kb.edges(step_id).items():
            choice, (clock, _, outcome) = step.choices.get(answer), answer.partition(":")
            detail = self._said(step_id, choice.detail) if choice and choice.detail else None
            if outcome in OUTCOMES.get(clock, {}):
                detail = Translation(self.words(OUTCOMES[clock][outcome][1]), self._own)
            yield Way(self._answer(step_id, answer), detail, target)

    def _answer(self, step_id: str, answer: str) -> Translation:
        choice = self.kb.steps[step_id].choices.get(answer)
        if choice:
            return self._said(step_id, choice.label)
        clock, _, outcome = answer.partition(":")
        if outcome in OUTCOMES.get(clock, {}):
            return Translation(self.words(OUTCOMES[clock][outcome][0]), self._own)
        return self._word(answer)


def page(kb: KnowledgeBase, language: str, on: dt.date, folder: Path = HERE) -> str:
    """Return the book as one HTML page; the arguments are those of ``Book``."""
    book = Book(kb, language, on, folder)
    return render(
        "book.html",
        language,
        book=book,
        on=written_date(on, language),
        kinds=KINDS,
        outcomes=OUTCOME_WORDS,
        stopped=CLOCK_STOPPED,
        confidence=confidence,
        known={*(entry.id for entry in book.cited), *kb.wordings},
        unread=language in {path.parent.name for path in unreviewed(folder)},
    )
