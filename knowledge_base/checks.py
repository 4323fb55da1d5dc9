"""What the files of the knowledge base must say together: no dead end, no uncited claim, no text that does not fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge_base import graph, ladder_checks
from knowledge_base.claims import SPOKEN_PARTS, Saying, letters, sayings, unnamed_references, unsure
from knowledge_base.deadlines import CLOCKS, PLACEHOLDERS
from knowledge_base.loader import HERE, KnowledgeBase
from knowledge_base.readability import longest_in, words
from knowledge_base.rungs import RUNGS
from knowledge_base.schema import Step, Tree
from knowledge_base.search import forbidden
from knowledge_base.source import Location, Mistake
from knowledge_base.texts import Text, texts
from knowledge_base.words import SOURCE_LANGUAGE, blanks, languages, lookup

#: A fact read longer ago than this is stale: read its source again.
STALE_AFTER = dt.timedelta(days=366)
#: People read on a phone, tired: a message is short (users.md). Letters to copy are not messages.
LONGEST_MESSAGE_WORDS = 65


@dataclass(frozen=True)
class Limits:
    """What one channel can carry, in characters and numbers of choices."""

    text: int
    with_choices: int
    label: int
    detail: int
    choices: int


def check(kb: KnowledgeBase, limits: Mapping[str, Limits], today: dt.date, folder: Path = HERE) -> list[Mistake]:
    """Return every mistake, each with file, line, what is wrong and how to mend it.

    Args:
        kb: the knowledge base.
        limits: for each channel, what it can carry.
        today: the day against which facts are stale.
        folder: where the files are.
    """
    checker = _Checker(kb, limits, today, folder)
    return sorted(checker.mistakes(), key=lambda mistake: (str(mistake.path), mistake.line, mistake.what))


class _Checker:
    def __init__(self, kb: KnowledgeBase, limits: Mapping[str, Limits], today: dt.date, folder: Path) -> None:
        self.kb, self.limits, self.today, self.folder = kb, limits, today, folder
        self.languages = languages(folder / "locales")

    def mistakes(self) -> Iterator[Mistake]:
        yield from self._broken_edges()
        if not {*graph.starts(self.kb), *(target for _, _, target in graph.edges(self.kb))} <= set(self.kb.steps):
            return  # what follows walks the edges
        for tree in self.kb.trees.values():
            for name, step in tree.steps.items():
                yield from self._form(tree, name, step)
        yield from self._ladder()
        yield from self._unreachable()
        yield from self._loops()
        yield from self._unknown_blanks()
        yield from self._claims()
        yield from self._stale()
        yield from self._intents()
        yield from self._terms()
        yield from forbidden(self.kb, self.folder)
        for text in texts(self.kb):
            yield from self._translated(text)
            yield from self._fits(text)

    def _at(self, file: str, location: Location, what: str, mend: str) -> Mistake:
        parsed = self.kb.sources[file]
        return Mistake(parsed.path, parsed.line_of(location), what, mend)

    def _at_step(self, step_id: str, what: str, mend: str, *inside: str) -> Mistake:
        tree, name = step_id.split("/")
        return self._at(f"trees/{tree}.yml", ("steps", name, *inside), what, mend)

    def _broken_edges(self) -> Iterator[Mistake]:
        for step_id, answer, target in graph.edges(self.kb):
            if target not in self.kb.steps:
                what = f"'{answer}' of {step_id} goes to {target}, which is not a step."
                yield self._at_step(step_id, what, "Correct the name, or write that step.")
        for missing in sorted(set(RUNGS) - set(self.kb.rungs)):
            mend = f"Add `rungs: {missing}:` to trees/ladder.yml."
            yield Mistake(self.folder / "trees" / "ladder.yml", 1, f"The ladder has no rung '{missing}'.", mend)
        for rung_id, rung in self.kb.rungs.items():
            if f"ladder/{rung.step}" not in self.kb.steps:
                what = f"The rung '{rung_id}' begins at {rung.step}, which is not a step of the ladder."
                yield self._at("trees/ladder.yml", ("rungs", rung_id), what, "Correct `step:`, or write that step.")

    def _form(self, tree: Tree, name: str, step: Step) -> Iterator[Mistake]:
        here = f"{tree.id}/{name}"
        if step.clock:
            if step.clock not in CLOCKS:
                known = ", ".join(CLOCKS)
                yield self._at_step(here, f"There is no clock '{step.clock}'.", f"Use one of: {known}.", "clock")
            elif isinstance(step.then, dict) and set(step.then) != set(CLOCKS[step.clock][1]):
                outcomes = ", ".join(CLOCKS[step.clock][1])
                what = f"`then` of {here} does not name each outcome of the clock '{step.clock}'."
                yield self._at_step(here, what, f"Name exactly: {outcomes}.", "then")
        if step.copy_ and step.copy_ not in self.kb.letters:
            yield self._at_step(here, f"There is no letter '{step.copy_}'.", "Write letters/ID.yml first.", "copy")
        for key, choice in step.choices.items():
            if step.asks_for_a_date and choice.means != "dont_know":
                what = f"'{key}' of {here} is neither a date nor the way on without one."
                yield self._at_step(here, what, "Give it `means: dont_know`, or ask in two steps.", "choices", key)
        labels = [choice.label.casefold() for choice in step.choices.values()]
        for key, choice in step.choices.items():
            if labels.count(choice.label.casefold()) > 1:
                what = f"Two choices of {here} have the label '{choice.label}'."
                yield self._at_step(here, what, "Give each its own words.", "choices", key)
        meanings = [choice.means for choice in step.choices.values() if choice.means]
        if len(meanings) != len(set(meanings)):
            what = f"Two choices of {here} mean the same (`means`)."
            yield self._at_step(here, what, "Keep `means` on the one that a bare yes or no stands for.", "choices")
        for answer in ("failed", "cannot"):
            target = getattr(step, answer)
            if target and self.kb.steps[self.kb.target(here, target)].outcome == "solved":
                what = f"'{answer}' of {here} ends as solved."
                yield self._at_step(here, what, "Lead on: to another try, or into the ladder.", answer)

    def _ladder(self) -> Iterator[Mistake]:
        if self.kb.rungs:
            for location, what, mend in ladder_checks.mistakes(self.kb, self.languages, self.folder / "locales"):
                yield self._at("trees/ladder.yml", location, what, mend)

    def _unreachable(self) -> Iterator[Mistake]:
        for step_id in sorted(set(self.kb.steps) - graph.reachable(self.kb)):
            what = f"Nothing leads to {step_id}."
            yield self._at_step(step_id, what, "Lead an answer to it, or remove it.")

    def _loops(self) -> Iterator[Mistake]:
        for loop in graph.loops(self.kb):
            what = f"From {loop[0]} one may come back to it: {' → '.join(loop)}."
            yield self._at_step(loop[0], what, "Lead on instead: the walk is a replay of answers, and a step has one.")
        for tree_id in self.kb.problem_trees():
            for name, step in self.kb.trees[tree_id].steps.items():
                if step.kind == "end" and step.outcome != "solved":
                    what = f"{tree_id}/{name} ends without solution or ladder."
                    yield self._at_step(f"{tree_id}/{name}", what, "Lead what fails to `escalate`, or to a rung.")
            if not graph.climbs(self.kb, tree_id):
                what = f"No path of {tree_id} leads into the ladder."
                yield self._at(f"trees/{tree_id}.yml", ("id",), what, "Lead what fails to `escalate`, or to a rung.")

    def _unknown_blanks(self) -> Iterator[Mistake]:
        known = graph.known_dates(self.kb)
        for step_id, step in self.kb.steps.items():
            for blank in sorted(blanks(step.text)):
                if blank not in PLACEHOLDERS:
                    mend = f"Use one of: {', '.join(PLACEHOLDERS)}."
                    yield self._at_step(step_id, f"{step_id} has a blank that nothing fills: {{{blank}}}.", mend)
                elif step_id in known and blank not in known[step_id]:
                    what = f"{step_id} says {{{blank}}}, but one may come there without having said that date."
                    yield self._at_step(step_id, what, "Ask for the date on every way there, or leave it out.")
            for part, french in step.texts():
                if part != step.kind and blanks(french):
                    named = ", ".join(sorted(blanks(french)))
                    what = f"The {part} of {step_id} has a blank that is not filled there: {named}."
                    yield self._at_step(step_id, what, "Say the date in the message itself.")

    def _claims(self) -> Iterator[Mistake]:
        for saying in sayings(self.kb):
            yield from self._citations(saying)
            if saying.claim and not saying.facts:
                what = f"{saying.name} states something ('{saying.claim}') and cites no fact."
                yield self._at(saying.file, saying.location, what, "Add `facts:`, or take the claim out.")
        for letter in letters(self.kb):
            ids = (citation.partition("#")[0] for citation in letter.facts)
            cited = [self.kb.facts[fact_id] for fact_id in ids if fact_id in self.kb.facts]
            for reference in unnamed_references(letter, cited):
                what = f"{letter.name} names {reference}, which no fact it cites names."
                yield self._at(letter.file, ("body",), what, "Cite the fact that names it, or take it out.")

    def _citations(self, saying: Saying) -> Iterator[Mistake]:
        for citation in saying.facts:
            fact_id, _, about = citation.partition("#")
            if fact_id in self.kb.wordings and not about:
                continue
            fact = self.kb.facts.get(fact_id)
            if fact is None:
                mend = "Cite one of facts.yml or unknowns.yml."
                yield self._at(saying.file, saying.location, f"There is no fact {fact_id}.", mend)
                continue
            problem = unsure(fact, about)
            if problem:
                mend = "Cite a part of it that is sure (ID#words-of-its-about), or word it as unknowns.yml does."
                yield self._at(saying.file, saying.location, f"{citation} {problem}.", mend)

    def _stale(self) -> Iterator[Mistake]:
        for fact_id, fact in self.kb.facts.items():
            if self.today - fact.checked > STALE_AFTER:
                what = f"{fact_id} was last checked on {fact.checked}."
                yield self._at("facts.yml", (fact_id, "checked"), what, "Read its source again and write the new date.")

    def _terms(self) -> Iterator[Mistake]:
        for term_id, term in self.kb.terms.items():
            if term.opens and term.opens not in {*self.kb.content_intents()}:
                what = f"The term '{term_id}' opens '{term.opens}', which is no problem of the taxonomy."
                yield self._at("glossary.yml", (term_id, "opens"), what, "Name a problem, or remove `opens:`.")

    def _intents(self) -> Iterator[Mistake]:
        content = set(self.kb.content_intents())
        for intent in sorted(content):
            if intent not in self.kb.trees and intent not in self.kb.titles:
                what = f"The intent '{intent}' has no tree."
                yield self._at("taxonomy.yml", ("groups",), what, f"Write trees/{intent}.yml, or give it a title.")
        for intent in sorted(set(self.kb.titles) & set(self.kb.trees)):
            what = f"'{intent}' has a tree, and a title here as well."
            yield self._at("taxonomy.yml", ("titles", intent), what, "Remove this one: a tree carries its own.")

    def _translated(self, text: Text) -> Iterator[Mistake]:
        for language in self.languages:
            if language == SOURCE_LANGUAGE or (language in self.kb.partly and not text.essential):
                continue
            found = lookup(text.context, text.french, language, self.folder / "locales")
            where = f"{text.context} ({text.part})"
            if found.language != language:
                mend = f"Run `declic kb translate {language}`, then fill it in locales/{language}/{text.domain}.po."
                yield self._at(text.file, text.location, f"No translation into {language} of {where}.", mend)
            elif blanks(found.text) != blanks(text.french):
                what = f"The {language} of {where} has other blanks than the French."
                yield self._at(text.file, text.location, what, "Write the same {…} in both.")

    def _fits(self, text: Text) -> Iterator[Mistake]:
        part = text.part.rpartition(".")[2]
        if part == "words" and text.part != "words":
            return  # typed by people, and sent by no channel
        for language in self.languages:
            written = lookup(text.context, text.french, language, self.folder / "locales").text
            length = len(words(written))
            spoken = text.part in SPOKEN_PARTS | {"words", "term.text", "letter.summary"}
            longest = longest_in(language, LONGEST_MESSAGE_WORDS)
            if (spoken or text.part.startswith("jump.say.")) and length > longest:
                what = f"{text.context} ({text.part}) is {length} words long in {language}."
                mend = f"Say it in {longest}, or make two steps of it."
                yield self._at(text.file, text.location, what, mend)
            for channel, limit in self.limits.items():
                allowed = {"label": limit.label, "detail": limit.detail}.get(part, limit.with_choices)
                if part == "title":
                    allowed = limit.detail
                if len(written) > allowed:
                    what = (
                        f"{text.context} ({text.part}) has {len(written)} characters in {language}; "
                        f"{channel} takes {allowed}."
                    )
                    yield self._at(text.file, text.location, what, "Shorten it.")
                    break
        if text.part == "ask":
            count = len(self.kb.steps[text.context].choices)
            narrow = min(self.limits, key=lambda channel: self.limits[channel].choices, default=None)
            if narrow and count > self.limits[narrow].choices:
                what = f"{text.context} has {count} choices; {narrow} takes {self.limits[narrow].choices}."
                yield self._at(text.file, text.location, what, "Split the question.")
