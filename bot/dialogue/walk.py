"""The replay: where the answers given so far lead in today's trees.

*Go back*, *change an answer*, *resume after three weeks*, *tap an old button* and *meet a new version of the tree*
are all one operation: change the answers, replay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.dialogue.session import Answer, Session, Walk
from knowledge_base.deadlines import CLOCKS, Dates
from knowledge_base.loader import KnowledgeBase
from knowledge_base.schema import CONTINUE, DATE_ENTITIES, OTHER, Step


@dataclass(frozen=True)
class Position:
    """Where a walk stands.

    Attributes:
        path: full ids of the steps passed, the current one last.
        lost: answers in the walk that no step of today's trees accepts any more.
    """

    path: tuple[str, ...]
    lost: tuple[str, ...] = ()

    @property
    def step(self) -> str:
        """Full id of the current step."""
        return self.path[-1]


def dates(said: Mapping[str, str]) -> Dates:
    """Return the dates and kind of permit in what the person has told, by entity."""
    days = {entity: dt.date.fromisoformat(said[entity]) for entity in DATE_ENTITIES if said.get(entity)}
    return Dates(**days, permit_kind=said.get("permit_kind"))  # type: ignore[arg-type]


def accepts(step: Step, value: str) -> bool:
    """Tell whether ``value`` is an answer to ``step``."""
    if value in step.choices:
        return True
    if step.asks_for_a_date and step.then:
        try:
            dt.date.fromisoformat(value)
        except ValueError:
            return False
        return True
    return value in dict(step.edges())


def follow(kb: KnowledgeBase, said: Mapping[str, str], step_id: str, value: str, today: dt.date) -> str | None:
    """Return the step that answering ``value`` at ``step_id`` leads to, or ``None`` if it is not an answer there.

    ``said`` is what is known by then: a clock reads its dates there.
    """
    step = kb.steps[step_id]
    if not accepts(step, value) and not (step.kind in ("tell", "escalate") and value == CONTINUE):
        return None
    edges = kb.edges(step_id)
    if value in edges:
        return edges[value]
    if step.clock and isinstance(step.then, dict):
        outcome = CLOCKS[step.clock][0](dates(said), today)
        return kb.target(step_id, step.then[outcome])
    return edges.get("said")


def start(kb: KnowledgeBase, problem: str) -> str | None:
    """Return the full id of the step where ``problem`` begins, or ``None`` if it is no longer in the trees.

    A problem is an intent, or the full id of a step when somebody goes straight to a place of the ladder.
    """
    if "/" in problem:
        return problem if problem in kb.steps else None
    tree = kb.tree_of(problem)
    return kb.trees[tree].first if tree else None


def replay(kb: KnowledgeBase, session: Session, today: dt.date) -> Position:
    """Return where the answers of the present problem lead.

    An ``escalate`` step is passed without an answer. A step met twice stops the walk, so that a loop asks again.

    Raises:
        ValueError: no problem is open, or the open one is not in today's trees.
    """
    if session.problem is None:
        raise ValueError("no problem is open: there is nothing to replay")
    first = start(kb, session.problem)
    if first is None:
        raise ValueError(f"no tree begins with {session.problem!r}")
    path = [first]
    walk = session.walk
    said = _said_beforehand(kb, session)
    while True:
        here = path[-1]
        answer = walk.get(here)
        value = CONTINUE if kb.steps[here].kind == "escalate" else answer.value if answer else None
        if value is None or here in path[:-1]:
            break
        said.update(_made_known(kb, here, value))
        target = follow(kb, said, here, value, today)
        if target is None:
            break
        path.append(target)
    lost = tuple(
        step for step, answer in walk.items() if step not in kb.steps or not _holds(kb.steps[step], answer.value)
    )
    return Position(tuple(path), lost)


def _said_beforehand(kb: KnowledgeBase, session: Session) -> dict[str, str]:
    """Return what is known without the answers of the present walk.

    A clock is read with what was known when its step was passed: the kind of card, told at the court's door, must not
    send the walk back to the telephone.
    """
    told = [known for step, given in session.walk.items() if step in kb.steps and not given.heard
            for known in _made_known(kb, step, given.value).items()]  # fmt: skip
    return {entity: value for entity, value in session.said.items() if (entity, value) not in told}


def _made_known(kb: KnowledgeBase, step_id: str, value: str) -> dict[str, str]:
    """Return what answering ``value`` at a step tells about the person, by entity."""
    step = kb.steps[step_id]
    choice = step.choices.get(value)
    if not step.entity or (choice and (choice.means == "dont_know" or value == OTHER or step.asks_for_a_date)):
        return {}
    return {step.entity: value}


def _holds(step: Step, value: str) -> bool:
    return accepts(step, value) or (step.kind in ("tell", "escalate") and value == CONTINUE)


def settle(kb: KnowledgeBase, session: Session, today: dt.date) -> tuple[Session, Position]:
    """Answer every question to which the person has already said the answer; return where that leads."""
    position = replay(kb, session, today)
    session = _recalled(kb, session, position)
    while True:
        here = position.step
        step = kb.steps[here]
        value = _as_choice(step, session.said.get(step.entity or ""))
        if step.kind != "ask" or value is None or here in session.walk or not accepts(step, value):
            return session, position
        session = session.with_walk({**session.walk, here: Answer(value, heard=True)})
        position = replay(kb, session, today)


def _recalled(kb: KnowledgeBase, session: Session, position: Position) -> Session:
    """Return the session in which what the answers on the way tell is known, though another problem forgot it."""
    told: dict[str, str] = {}
    for step_id in position.path[:-1]:
        if step_id in session.walk:
            told |= _made_known(kb, step_id, session.walk[step_id].value)
    return session.with_said(**{entity: value for entity, value in told.items() if entity not in session.said})


def _unheard(kb: KnowledgeBase, session: Session, entity: str | None) -> Session:
    """Return the session whose other problems hear an entity anew, since what was heard of it counts no longer."""
    walks = {
        problem: walk
        if problem == session.problem
        else {
            step: given for step, given in walk.items() if not (given.heard and entity and _entity(kb, step) == entity)
        }
        for problem, walk in session.walks.items()
    }
    return replace(session, walks=walks)


def _entity(kb: KnowledgeBase, step_id: str) -> str | None:
    return kb.steps[step_id].entity if step_id in kb.steps else None


def _as_choice(step: Step, said: str | None) -> str | None:
    """Return the answer that what was said is to a step: itself, or ``other`` where the step names only some values."""
    return OTHER if said and said not in step.choices and OTHER in step.choices else said


def answer(kb: KnowledgeBase, session: Session, step_id: str, value: str) -> Session:
    """Return the session with ``value`` as the answer to ``step_id``; later answers that still hold are kept."""
    entity = kb.steps[step_id].entity
    session = _unheard(kb, session.with_walk({**session.walk, step_id: Answer(value)}), entity)
    known = _made_known(kb, step_id, value)
    if known:
        return session.with_said(**known)
    # Not knowing is an answer here, and nothing to remember elsewhere.
    return replace(session, said={key: kept for key, kept in session.said.items() if key != entity})


def told(kb: KnowledgeBase, session: Session, news: Mapping[str, str]) -> Session:
    """Return the session with ``news`` about the person, by entity; answers that said otherwise say so no longer."""

    def renewed(answers: Walk) -> Walk:
        kept: dict[str, Answer] = {}
        for step_id, given in answers.items():
            step = kb.steps.get(step_id)
            value = news.get(step.entity or "") if step else None
            if step is None or value is None:
                kept[step_id] = given
            elif accepts(step, value):
                kept[step_id] = Answer(value, heard=True)
        return kept

    walks = {problem: renewed(answers) for problem, answers in session.walks.items()}
    return replace(session, walks=walks).with_said(**news)


def back(kb: KnowledgeBase, session: Session, today: dt.date) -> Session | None:
    """Return the session without its last answer, or ``None`` at the first question.

    What was only heard is passed over where an earlier answer of the walk had told it.
    """
    path = replay(kb, session, today).path
    for at in reversed(range(len(path) - 1)):
        step_id = path[at]
        given, entity = session.walk.get(step_id), kb.steps[step_id].entity
        alike = {step: answer for step, answer in session.walk.items() if entity and _entity(kb, step) == entity}
        before = [alike[step].value for step in path[:at] if step in alike]
        if given is None or (given.heard and before):
            continue
        # Heard from this answer, and to be heard anew from the next one.
        gone = {step_id, *(step for step in alike if alike[step].heard and step not in path[:at])}
        walk = {step: answer for step, answer in session.walk.items() if step not in gone}
        said = {key: value for key, value in session.said.items() if key != entity}
        known = _made_known(kb, step_id, before[-1]) if before else {}
        return _unheard(kb, replace(session.with_walk(walk), said={**said, **known}), entity)
    return None
