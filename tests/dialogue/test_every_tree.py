"""What holds at every step of every tree of the product, in every language, on every way a person can go.

The trees are known by their files when the tests are collected, so that a broken one fails and is not left out.
"""

from __future__ import annotations

import copy
import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from bot.dialogue import Decision, Entity, Heard, Session, Tapped, Understanding, decide
from bot.dialogue.events import Event, Say, Started
from bot.dialogue.messages import present
from bot.dialogue.render import render
from bot.dialogue.turn import Turn
from bot.dialogue.walk import Position, dates, replay
from knowledge_base.deadlines import CLOCKS, placeholders
from knowledge_base.loader import HERE, KnowledgeBase
from knowledge_base.measure import LONGEST
from knowledge_base.readability import words
from knowledge_base.rungs import RUNGS
from knowledge_base.schema import CONTINUE, DATE_ENTITIES, Step
from knowledge_base.words import Phrase, blanks, languages, lookup, say
from tests.dialogue.conftest import TODAY

TREES = sorted(path.stem for path in (HERE / "trees").glob("*.yml"))
LANGUAGES = languages()
_BLANK = re.compile(r"\{\w+\}")
#: Days that give every outcome of every clock.
DAYS = tuple(TODAY + dt.timedelta(days) for days in range(-900, 901, 5))
PROOF = Heard(Understanding("quelle preuve", intent="ask_evidence", confidence=1.0))
#: What the classifier may have heard: yes, no, a command, a word, a danger, nothing at all.
TEXTS = (
    *("oui", "non", "je ne sais pas", "no idea", "ok merci", "ça marche", "toujours pareil", "cannot", "suivant"),
    *("retour", "restart", "répète", "explain", "aide", "humain", "effacer", "langue", "que gardez-vous", "menu"),
    *("1", "2.", "9", "c'est quoi une API", "what is OQTF", "mon titre finit bientôt et rien ne bouge depuis mars"),
    *("28/11/2026", "le 31/31/2026", "zglorb", "", "🙏", "<b>{day}</b> %s {0}", "شكرا", "x" * 4001),
)


# ----------------------------------------------------------------------------------------------- what must always hold


@pytest.fixture(scope="module", autouse=True)
def _the_knowledge_base_never_changes(kb: KnowledgeBase) -> Iterator[None]:
    before = copy.deepcopy((kb.trees, kb.steps, kb.words, kb.letters, kb.terms, kb.titles))
    yield
    assert before == (kb.trees, kb.steps, kb.words, kb.letters, kb.terms, kb.titles)


def check(kb: KnowledgeBase, before: Session, event: Event) -> Decision:
    """Take one turn, and check everything that must hold after any turn."""
    kept = before.dumps()
    decision = decide(kb, before, event, TODAY)
    assert before.dumps() == kept, "the session that came in has changed"
    assert decide(kb, Session.loads(kept), event, TODAY) == decision, "the same turn gives something else"
    after = decision.session
    assert Session.loads(after.dumps()) == after
    assert Turn(kb, after, TODAY).step == decision.step, "the replay stands at another step than the one presented"
    assert not _says(decision, "steps_changed"), "the trees have not changed"
    check_said(kb, decision, after.language)
    check_way_on(kb, decision)
    return decision


def check_said(kb: KnowledgeBase, decision: Decision, language: str) -> None:
    """Check that every message of the turn can be sent: blanks filled, short, labels that differ."""
    said = [effect for effect in decision.effects if isinstance(effect, Say)]
    assert said, "nothing is said"
    # A notice that something is not translated yet may come before.
    messages = render(kb, decision.effects, language)[-len(said) :]
    for effect, message in zip(said, messages, strict=True):
        assert message.text.strip(), f"an empty message at {decision.step}"
        assert not _BLANK.search(message.text), f"an unfilled blank at {decision.step}: {message.text}"
        if not effect.letter:
            length = len(words(message.text))
            assert length <= LONGEST, f"{length} words in {language} at {decision.step}: {message.text}"
        labels = [choice["label"].casefold() for choice in message.choices]
        assert len(labels) == len(set(labels)), f"two like labels in {language}: {labels}"


def check_way_on(kb: KnowledgeBase, decision: Decision) -> None:
    """Check that there is something to tap, or a question to answer in words."""
    step = decision.step and kb.steps[decision.step]
    if not step or step.kind == "end" or _says(decision, "goodbye") or _says(decision, "tell_me"):
        return
    last = [effect for effect in decision.effects if isinstance(effect, Say)][-1]
    assert last.buttons or step.asks_for_a_date, f"nothing to tap and nothing to answer at {decision.step}"


def _says(decision: Decision, word: str) -> bool:
    said = [phrase.context for effect in decision.effects if isinstance(effect, Say) for phrase in effect.phrases]
    return f"words/{word}" in said


def check_back(kb: KnowledgeBase, decision: Decision) -> None:
    """Check that *back* leads to the step before: what it passes over was not answered there, only said or passed."""
    path = replay(kb, decision.session, TODAY).path
    back = check(kb, decision.session, Tapped("command:back"))
    if back.session.problem != decision.session.problem:
        if decision.session.problem in kb.taxonomy["safety"]:
            # A danger took the place of what was being talked about.
            assert back.session.problem == decision.session.later[-1]
        else:
            # A rung was gone straight to.
            assert (*back.session.left, back.session.problem) == decision.session.left
            left = decision.session.walks.get(back.session.problem or "", {})
            assert left.items() <= back.session.walk.items(), "answers were lost on the way"
        return
    earlier = replay(kb, back.session, TODAY).path
    assert earlier == path[: len(earlier)], f"back from {path[-1]} leads to {earlier[-1]}, that was not on the way"
    for step_id in path[len(earlier) : -1]:
        given = decision.session.walk.get(step_id)
        assert given is None or given.heard, f"back from {path[-1]} passes over {step_id}"
    assert len(earlier) < len(path) or _says(back, "nothing_before")


def check_jump(kb: KnowledgeBase, decision: Decision, choice: Tapped) -> None:
    """Check that one may go straight to a rung, and come back."""
    here = check(kb, decision.session, choice)
    assert here.session.left[-1] == decision.session.problem
    for _ in range(5):
        here = check(kb, here.session, Tapped("command:back"))
        if here.session.problem == decision.session.problem:
            return
    raise AssertionError(f"there is no way back from {choice.choice}")


# ------------------------------------------------------------------------------------------------------- every step


def _standing_at(kb: KnowledgeBase, step_id: str) -> Session:
    """Return a session that stands at a step, with every date that it, its clock or the next steps may need."""
    here = kb.steps[step_id]
    texts = [french for near in (step_id, *kb.edges(step_id).values()) for _, french in kb.steps[near].texts()]
    needed = here.clock or any(blanks(french) for french in texts)
    said = {entity: "2026-12-24" if entity == "expires_on" else "2026-10-24" for entity in DATE_ENTITIES if needed}
    said.pop(here.entity or "", None)
    return Session(problem=step_id, said=said, turn=1)


@pytest.mark.parametrize("tree", TREES)
def test_every_step_is_presented_in_every_language(kb: KnowledgeBase, tree: str) -> None:
    asked = (
        *(Tapped(f"command:{name}") for name in ("repeat", "explain", "human", "privacy", "erase", "steps")),
        PROOF,
    )
    for name, step in kb.trees[tree].steps.items():
        here = f"{tree}/{name}"
        session = _standing_at(kb, here)
        turns = [check(kb, session, event) for event in asked]
        # Nobody stands at an escalation: it is said on the way to its rung.
        on_the_way = step.kind == "escalate"
        assert turns[0].step == (kb.edges(here)[CONTINUE] if on_the_way else here)
        position = Position((here, turns[0].step) if on_the_way else (here,))
        sentence = Phrase(here, step.text, placeholders(dates(session.said)))
        for language in LANGUAGES:
            for turn in turns:
                check_said(kb, turn, language)
            shown = render(kb, present(kb, session, position, position.path[:-1]), language)
            assert say(sentence, language).text in "\n".join(message.text for message in shown)


@pytest.mark.parametrize("tree", TREES)
def test_every_edge_of_every_step_is_followed(kb: KnowledgeBase, tree: str) -> None:
    for name, step in kb.trees[tree].steps.items():
        step_id = f"{tree}/{name}"
        session = _standing_at(kb, step_id)
        for answer, target in kb.edges(step_id).items():
            if step.kind == "escalate":
                after = check(kb, session, Tapped("command:repeat"))
            elif answer in step.choices or step.kind in ("try", "tell"):
                after = check(kb, session, Tapped(f"{step_id}:{answer}"))
            else:
                after = _answer_with_a_date(kb, step_id, answer, session.said)
            assert after is None or replay(kb, after.session, TODAY).path[1] == target, (step_id, answer)


def _answer_with_a_date(kb: KnowledgeBase, step_id: str, edge: str, known: Mapping[str, str]) -> Decision | None:
    """Answer the date that makes the clock of a step take ``edge`` (``clock:outcome``), or any date (``said``).

    A clock that reads only the date asked for always knows: no date makes it ``unknown``, and ``None`` is returned.
    """
    step, outcome = kb.steps[step_id], edge.partition(":")[2]
    clock = CLOCKS[step.clock][0] if step.clock else lambda *_: ""
    for said, day in ((said, day) for said in (known, {}) for day in _days_for(step)):
        told = {**said, step.entity or "": day.isoformat()}
        if clock(dates(told), TODAY) == outcome:
            here = Session(problem=step_id, said=said, turn=1)
            return check(kb, here, Heard(Understanding("ce jour-là", entities=(Entity("date", day.isoformat()),))))
    assert outcome == "unknown", f"no date leads from {step_id} by {edge}"
    return None


def _days_for(step: Step) -> list[dt.date]:
    """Return the days that may be an answer to a step: only a paper's end may lie ahead."""
    return [day for day in DAYS if day <= TODAY or step.entity == "expires_on"]


@pytest.mark.parametrize("tree", TREES)
def test_every_label_is_an_answer_in_every_language(kb: KnowledgeBase, tree: str) -> None:
    for name, step in kb.trees[tree].steps.items():
        for key, choice in step.choices.items():
            for language in LANGUAGES:
                typed = lookup(f"{tree}/{name}", choice.label, language).text
                heard = Heard(Understanding(f"{typed} !", intent="oqtf", confidence=1.0))
                after = decide(kb, _standing_at(kb, f"{tree}/{name}"), heard, TODAY)
                assert after.way == "answer"
                assert after.session.walk[f"{tree}/{name}"].value == key, (tree, name, typed)


# ---------------------------------------------------------------------------------------------------------- every way


@pytest.mark.parametrize("tree", TREES)
def test_every_way_through_a_tree_can_be_walked_and_walked_back(kb: KnowledgeBase, tree: str) -> None:
    """Walk every choice, and a date for each outcome of a clock, from the start until a tree that has its own test."""
    starts = [f"ladder/{rung.step}" for rung in kb.rungs.values()] if tree == "ladder" else [_start(kb, tree)]
    opened = [Session(problem=start, turn=1) for start in starts]
    seen: set[tuple[str | None, tuple[str, ...], frozenset[str]]] = set()
    while opened:
        session = opened.pop()
        step_id, known = Turn(kb, session, TODAY).step, session.said
        standing = (step_id, tuple(clock(dates(known), TODAY) for clock, _ in CLOCKS.values()), frozenset(known))
        if standing in seen:
            continue
        seen.add(standing)
        decision = check(kb, session, Tapped("command:repeat"))
        check_back(kb, decision)
        path = replay(kb, decision.session, TODAY).path
        for event in _answers(kb, decision) if path[-1].startswith(f"{tree}/") else ():
            if isinstance(event, Tapped) and event.choice.startswith("rung:"):
                check_jump(kb, decision, event)
                continue
            answered = check(kb, decision.session, event)
            onward = replay(kb, answered.session, TODAY).path
            assert onward[: len(path)] == path, f"an answer at {path[-1]} sends back to {onward[-1]}"
            for language in LANGUAGES:
                check_said(kb, answered, language)
            opened.append(answered.session)


def _answers(kb: KnowledgeBase, decision: Decision) -> Iterator[Event]:
    """Yield every choice of the open step, and a date for each outcome of its clock."""
    assert decision.step
    step = kb.steps[decision.step]
    if step.kind != "end":
        yield from (Tapped(choice) for choice in decision.session.offered)
    if step.asks_for_a_date and step.entity:
        clock = CLOCKS[step.clock or "silence"][0]
        told = {day: dates({**decision.session.said, step.entity: day.isoformat()}) for day in _days_for(step)}
        for day in {clock(told[day], TODAY): day for day in told}.values():
            yield Heard(Understanding("ce jour-là", entities=(Entity("date", day.isoformat()),)))


# ------------------------------------------------------------------------------------------------------- random walks

_days = st.sampled_from(DAYS) | st.dates()
_entities = st.one_of(
    st.builds(Entity, st.sampled_from((*DATE_ENTITIES, "date")), _days.map(dt.date.isoformat)),
    st.builds(Entity, st.just("phone_origin"), st.sampled_from(("french", "foreign", "virtual"))),
    st.builds(Entity, st.just("permit_kind"), st.sampled_from(("student", "talent", "resident"))),
)


@st.composite
def _events(draw: st.DrawFn) -> tuple[str, Any]:
    """Draw a move: mostly a choice of those shown, else words, an old button, a command, a rung, or nonsense."""
    kind = draw(st.sampled_from(("shown", "shown", "shown", "words", "words", "old", "command", "rung", "nonsense")))
    if kind == "shown":
        return kind, draw(st.integers(0, 11))
    if kind == "old":
        return kind, draw(st.integers(0, 10_000))
    if kind == "command":
        names = ("back", "back", "repeat", "explain", "human", "restart", "help", "erase", "erase_no", "erase_yes")
        names = (*names, "steps", "steps")
        return kind, draw(st.sampled_from(names))
    if kind == "rung":
        return kind, draw(st.sampled_from(RUNGS))
    if kind == "nonsense":
        return kind, draw(st.text(max_size=8))
    intent = draw(st.integers(0, 10_000))
    sure = draw(st.sampled_from((0.05, 0.1, 0.2, 0.4, 0.6, 0.95)))
    entities = tuple(draw(st.lists(_entities, max_size=2)))
    language = draw(st.sampled_from((None, *LANGUAGES)))
    return kind, (draw(st.sampled_from(TEXTS)), language, intent, sure, entities)


def _event(kb: KnowledgeBase, session: Session, drawn: tuple[str, Any]) -> Event:
    kind, value = drawn
    if kind == "shown":
        offered = session.offered
        return Tapped(offered[value % len(offered)]) if offered else Started()
    if kind == "old":
        every = [f"{step}:{answer}" for step in kb.steps for answer in kb.edges(step)]
        return Tapped(every[value % len(every)])
    if kind == "command":
        return Tapped(f"command:{value}")
    if kind == "rung":
        return Tapped(f"rung:{value}")
    if kind == "nonsense":
        return Tapped(value)
    text, language, number, sure, entities = value
    intents = [intent for group in kb.taxonomy.values() for intent in group]
    first, second = intents[number % len(intents)], intents[(number + 7) % len(intents)]
    ranking = ((first, sure), (second, (1 - sure) / 2))
    return Heard(Understanding(text, language, first, sure, ranking, entities))


#: About as many walks in all, however many trees there are.
_WALKS = math.ceil(120 / len(TREES))


@pytest.mark.parametrize("tree", TREES)
def test_forty_random_moves_never_lose_the_way(kb: KnowledgeBase, tree: str) -> None:
    """Every message is said in every language; the answers are read in one of them."""

    # A turn is a pure function: the one that fails is printed and can be run alone, so no walk is made smaller.
    @settings(
        max_examples=_WALKS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.sampled_from(LANGUAGES), st.lists(_events(), min_size=40, max_size=40))
    def walk(language: str, moves: list[tuple[str, Any]]) -> None:
        session = check(kb, Session(language=language, problem=_start(kb, tree), turn=1), Started()).session
        for move in moves:
            event = _event(kb, session, move)
            note(f"Session.loads({session.dumps()!r}), {event}")
            decision = check(kb, session, event)
            for each in LANGUAGES:
                check_said(kb, decision, each)
            if decision.step and (session.problem, session.walk) != (decision.session.problem, decision.session.walk):
                check_back(kb, decision)
            session = decision.session

    walk()


def _start(kb: KnowledgeBase, tree: str) -> str:
    return tree if kb.tree_of(tree) else kb.trees[tree].first
