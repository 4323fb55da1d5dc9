"""Where a person stands on the ladder: the rungs tried, what the present one asks, what passes over it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.dialogue.events import Button, Say
from bot.dialogue.messages import word
from bot.dialogue.session import Session
from bot.dialogue.walk import dates
from knowledge_base.deadlines import CLOCKS, placeholders
from knowledge_base.loader import KnowledgeBase
from knowledge_base.rungs import Jump, RungId
from knowledge_base.words import Phrase

#: The id of a choice that goes straight to a rung begins with this.
RUNG = "rung"
#: What of a ``try`` step tells that it was tried; who cannot has not.
_TRIED = ("worked", "failed")


@dataclass(frozen=True)
class Tried:
    """What the answers tell of the rungs already tried.

    Attributes:
        sure: the rungs that were.
        either: of the rungs in each entry, one at least was.
    """

    sure: frozenset[RungId]
    either: tuple[frozenset[RungId], ...]

    def meets(self, need: tuple[RungId, ...]) -> bool:
        """Tell whether one at least of ``need`` was tried."""
        return not self.sure.isdisjoint(need) or any(entry <= set(need) for entry in self.either)


def tried(kb: KnowledgeBase, session: Session) -> Tried:
    """Return the rungs that the answers of every walk tell of: a text sent or said, or "I have done it"."""
    letters = {letter: rung_id for rung_id, rung in kb.rungs.items() for letter in rung.letters}
    entries: list[frozenset[RungId]] = []
    given = ((step_id, answer.value) for walk in session.walks.values() for step_id, answer in walk.items())
    for step, value in ((kb.steps[step_id], value) for step_id, value in given if step_id in kb.steps):
        if value in step.choices:
            entries += map(frozenset, step.choices[value].tried)
        rung_id = step.rung or letters.get(step.copy_ or "")
        if step.kind == "try" and value in _TRIED and rung_id:
            entries.append(frozenset({rung_id}))
    sure = frozenset[RungId]().union(*(entry for entry in entries if len(entry) == 1))
    return Tried(sure, tuple(entry for entry in entries if sure.isdisjoint(entry)))


def skipped(kb: KnowledgeBase, session: Session, rung_id: RungId) -> Say | None:
    """Return what it costs to go to a rung without what it needs, or ``None`` if all of that was tried."""
    rung, done = kb.rungs[rung_id], tried(kb, session)
    if not rung.skipped or all(done.meets(need) for need in rung.needs):
        return None
    return Say((Phrase(f"ladder/rungs/{rung_id}", rung.skipped),), facts=rung.facts)


@dataclass(frozen=True)
class Ahead:
    """A date that passes over the rung one stands on: the jump, and the outcome of its clock today."""

    name: str
    outcome: str
    jump: Jump

    @property
    def key(self) -> str:
        """By what it is remembered that it was said."""
        return f"jump:{self.name}:{self.outcome}"

    @property
    def button(self) -> Button:
        """The choice that goes there."""
        return Button(f"{RUNG}:{self.jump.go}", Phrase(f"ladder/jumps/{self.name}", self.jump.label))

    def sentence(self, session: Session) -> Phrase:
        """Return what is said of it."""
        return Phrase(f"ladder/jumps/{self.name}", self.jump.say[self.outcome], placeholders(dates(session.said)))


def ahead(kb: KnowledgeBase, session: Session, rung_id: RungId | None, today: dt.date) -> Ahead | None:
    """Return the most pressing of the dates that pass over a rung, if there is one."""
    done = tried(kb, session).sure
    for name in kb.rungs[rung_id].jump_when if rung_id else ():
        found = _holds(kb, session, name, today)
        if found and found.jump.unless not in done:
            return found
    return None


def said_at(kb: KnowledgeBase, session: Session, step_id: str, today: dt.date) -> Iterator[Ahead]:
    """Yield the dates of which a step of the ladder itself says that they pass over the lower rungs."""
    for name, jump in kb.jumps.items():
        found = _holds(kb, session, name, today) if step_id in [f"ladder/{at}" for at in jump.at] else None
        if found:
            yield found


def _holds(kb: KnowledgeBase, session: Session, name: str, today: dt.date) -> Ahead | None:
    jump = kb.jumps[name]
    outcome = CLOCKS[jump.clock][0](dates(session.said), today)
    return Ahead(name, outcome, jump) if outcome in jump.say else None


def news(kb: KnowledgeBase, session: Session, step_id: str, today: dt.date) -> tuple[Session, Say, tuple[Button, ...]]:
    """Return what is to be said of the rung of a step: nothing that was said before.

    Returns:
        The session in which it has been said; where one stands and what passes over it; the choice to go there.
    """
    rung_id = kb.steps[step_id].rung
    told = Say((position(kb, rung_id),) if rung_id and rung_id != session.rung else ())
    found = ahead(kb, session, rung_id, today)
    heard = [one.key for one in said_at(kb, session, step_id, today)]
    if found and found.key not in session.warned:
        told = replace(told, phrases=(*told.phrases, found.sentence(session)), facts=found.jump.facts)
        heard.append(found.key)
    warned = tuple(dict.fromkeys((*session.warned, *heard)))
    return replace(session, rung=rung_id or session.rung, warned=warned), told, (found.button,) if found else ()


def position(kb: KnowledgeBase, rung_id: RungId) -> Phrase:
    """Return the sentence that tells which rung of how many one stands on."""
    number = str([*kb.rungs].index(rung_id) + 1)
    return word(kb, "rung_position", number=number, count=str(len(kb.rungs)), label=_label(kb, rung_id))


def choices(kb: KnowledgeBase, here: RungId | None) -> tuple[Button, ...]:
    """Return the choices that go straight to the other rungs."""
    return tuple(Button(f"{RUNG}:{rung_id}", _label(kb, rung_id)) for rung_id in kb.rungs if rung_id != here)


def shown(kb: KnowledgeBase, session: Session, here: RungId | None, today: dt.date) -> Iterator[Say]:
    """Yield the ladder as messages: its rungs, then of the present one what it asks, and what passes over it.

    Where a date passes over it today, that is said instead of all that may come.
    """
    done = tried(kb, session)
    lines = [word(kb, "ladder")]
    for number, rung_id in enumerate(kb.rungs, 1):
        state = _state(done, rung_id, here)
        lines.append(word(kb, f"ladder_{state}", number=str(number), label=_label(kb, rung_id)))
    yield Say(tuple(lines), line_by_line=True)
    if here is None:
        return
    rung, context = kb.rungs[here], f"ladder/rungs/{here}"
    before = Phrase(context, rung.before) if rung.before else word(kb, "nothing_before_rung")
    clock = Phrase(context, rung.clock) if rung.clock else word(kb, "rung_stops_nothing")
    asks = (position(kb, here), before, Phrase(context, rung.wait), clock)
    facts = rung.facts if rung.clock else (*rung.facts, *kb.words["rung_stops_nothing"].facts)
    yield Say(asks, facts=facts, line_by_line=True)
    now = ahead(kb, session, here, today)
    jumps = [(name, kb.jumps[name]) for name in rung.jump_when]
    if now:
        yield Say((now.sentence(session),), facts=now.jump.facts, line_by_line=True)
    elif jumps:
        when = (Phrase(f"ladder/jumps/{name}", jump.when) for name, jump in jumps)
        facts = tuple(dict.fromkeys(fact for _, jump in jumps for fact in jump.facts))
        yield Say((word(kb, "jump_ahead"), *when), facts=facts, line_by_line=True)


def _state(done: Tried, rung_id: RungId, here: RungId | None) -> str:
    if rung_id == here:
        return "here"
    if rung_id in done.sure:
        return "tried"
    return "perhaps" if any(rung_id in entry for entry in done.either) else "ahead"


def _label(kb: KnowledgeBase, rung_id: RungId) -> Phrase:
    return Phrase(f"ladder/rungs/{rung_id}", kb.rungs[rung_id].label)
