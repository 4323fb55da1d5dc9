"""What the data of the ladder must say together: rungs that lead up, texts and proof on each, dates that are known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from knowledge_base.deadlines import CLOCKS
from knowledge_base.graph import read_by
from knowledge_base.loader import KnowledgeBase
from knowledge_base.readability import longest_in, words
from knowledge_base.rungs import RUNGS, RungId
from knowledge_base.source import Location
from knowledge_base.words import blanks, lookup

#: What a rung asks and what may jump over it are a message each, with a few words of the assistant's own around them.
LONGEST_RUNG_WORDS = 42

_NO_BLANK = "Dates stand in `say:` of a jump only."

#: Where, what is wrong, how to mend it.
Wrong = tuple[Location, str, str]


def mistakes(kb: KnowledgeBase, languages: tuple[str, ...], locales: Path) -> Iterator[Wrong]:
    """Yield what is wrong in the rungs and jumps of ``trees/ladder.yml``, whose steps all exist."""
    for rung_id in kb.rungs:
        yield from _order(kb, rung_id)
        yield from _texts_and_proof(kb, rung_id)
        for language in languages:
            yield from _length(kb, rung_id, language, locales)
    for jump_id in kb.jumps:
        yield from _jump(kb, jump_id)
    yield from _blanks(kb)
    yield from _tried(kb)


def _order(kb: KnowledgeBase, rung_id: RungId) -> Iterator[Wrong]:
    rung, here = kb.rungs[rung_id], ("rungs", rung_id)
    for need in {one for group in rung.needs for one in group}:
        if RUNGS.index(need) >= RUNGS.index(rung_id):
            what = f"The rung '{rung_id}' needs '{need}', which is not below it."
            yield here, what, "Name what comes before."
    for name in rung.jump_when:
        jump = kb.jumps.get(name)
        if jump is None:
            yield here, f"The rung '{rung_id}' names no jump of the ladder: '{name}'.", "Add it under `jumps:`."
        elif RUNGS.index(jump.go) <= RUNGS.index(rung_id):
            what = f"The jump '{name}' of the rung '{rung_id}' goes to '{jump.go}', which is not above it."
            yield here, what, "Take it out of `jump_when`, or lead it up."


def _texts_and_proof(kb: KnowledgeBase, rung_id: RungId) -> Iterator[Wrong]:
    rung, here = kb.rungs[rung_id], ("rungs", rung_id)
    below = RUNGS[: RUNGS.index(rung_id)]
    others = {letter: other for other in below if other in kb.rungs for letter in kb.rungs[other].letters}
    for letter in rung.letters:
        if letter not in kb.letters:
            yield here, f"There is no letter '{letter}'.", "Write letters/ID.yml first."
        if letter in others:
            what = f"The letter '{letter}' belongs to two rungs: '{others[letter]}' and '{rung_id}'."
            yield here, what, "Keep it on one: it tells which of them was tried."
    for name, step in kb.trees["ladder"].steps.items():
        if step.rung != rung_id:
            continue
        at = ("steps", name)
        if step.copy_ and step.copy_ not in rung.letters:
            what = f"ladder/{name} gives the letter '{step.copy_}', which is not among those of the rung '{rung_id}'."
            yield at, what, "Add it to `letters:` of the rung."
        if step.kind == "try" and not step.proof:
            yield at, f"ladder/{name} does not say what proof to keep.", "Add `proof:`: the judge will ask for it."


def _blanks(kb: KnowledgeBase) -> Iterator[Wrong]:
    for rung_id, rung in kb.rungs.items():
        for part, french in rung.texts():
            if blanks(french):
                yield ("rungs", rung_id), f"`{part}` of the rung '{rung_id}' has a blank that nothing fills.", _NO_BLANK
    for jump_id, jump in kb.jumps.items():
        for part, french in jump.texts():
            if blanks(french) and not part.startswith("say."):
                yield ("jumps", jump_id), f"`{part}` of the jump '{jump_id}' has a blank that nothing fills.", _NO_BLANK


def _length(kb: KnowledgeBase, rung_id: RungId, language: str, locales: Path) -> Iterator[Wrong]:
    rung = kb.rungs[rung_id]
    asked = [(f"ladder/rungs/{rung_id}", text) for text in (rung.before, rung.wait, rung.clock) if text]
    ahead = [(f"ladder/jumps/{name}", kb.jumps[name].when) for name in rung.jump_when if name in kb.jumps]
    for about, sentences in (("asks", asked), ("is jumped over by", ahead)):
        length = sum(len(words(lookup(context, text, language, locales).text)) for context, text in sentences)
        if length > longest_in(language, LONGEST_RUNG_WORDS):
            what = f"What the rung '{rung_id}' {about} is {length} words long in {language}."
            yield ("rungs", rung_id), what, f"Say it in {LONGEST_RUNG_WORDS}: it is one message."


def _jump(kb: KnowledgeBase, jump_id: str) -> Iterator[Wrong]:
    jump, here = kb.jumps[jump_id], ("jumps", jump_id)
    if jump.clock not in CLOCKS:
        yield here, f"There is no clock '{jump.clock}'.", f"Use one of: {', '.join(CLOCKS)}."
        return
    outcomes = [outcome for outcome in CLOCKS[jump.clock][1] if outcome != "unknown"]
    for outcome, text in jump.say.items():
        if outcome not in outcomes:
            what = f"'{outcome}' of the jump '{jump_id}' is no outcome of the clock '{jump.clock}'."
            yield here, what, f"Use some of: {', '.join(outcomes)}."
        elif unread := sorted(blanks(text) - read_by(jump.clock)):
            what = f"The jump '{jump_id}' says {{{unread[0]}}}, which the clock '{jump.clock}' has not read."
            yield here, what, "Leave it out, or read another clock."
    for name in jump.at:
        if name not in kb.trees["ladder"].steps:
            yield here, f"The jump '{jump_id}' is said at {name}, which is not a step of the ladder.", "Correct `at:`."
    if not any(jump_id in rung.jump_when for rung in kb.rungs.values()):
        yield here, f"No rung is jumped over by '{jump_id}'.", "Name it in `jump_when` of a rung, or remove it."


def _tried(kb: KnowledgeBase) -> Iterator[Wrong]:
    """Only the walk of the ladder itself is asked what was tried before it."""
    for name, step in kb.trees["ladder"].steps.items():
        for key, choice in step.choices.items():
            told = [RUNGS.index(rung_id) for entry in choice.tried for rung_id in entry]
            if step.rung and max(told, default=-1) >= RUNGS.index(step.rung):
                what = f"'{key}' of ladder/{name} tells of a rung that is not below '{step.rung}'."
                yield ("steps", name, "choices", key), what, "Name in `tried:` what was done before."
