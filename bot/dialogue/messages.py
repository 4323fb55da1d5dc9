"""Builds what is said: a step, its choices, and the sentences of the assistant itself."""

from __future__ import annotations

from typing import Any

from bot.dialogue.events import Button, Effect, Escalate, Say
from bot.dialogue.session import Session
from bot.dialogue.walk import Position, dates
from knowledge_base.deadlines import placeholders
from knowledge_base.loader import KnowledgeBase
from knowledge_base.schema import CONTINUE, Step
from knowledge_base.words import Phrase

#: Sent where a choice leads back to what the person may always ask for.
COMMAND, PROBLEM, SWITCH, LANGUAGE = "command", "problem", "switch", "language"
DATE, TERM, OUTCOME = "date", "term", "outcome"

#: The entity that is there when somebody writes for another person.
SPEAKS_FOR = "speaks_for"


def word(kb: KnowledgeBase, word_id: str, **values: Any) -> Phrase:
    """Return a sentence of the assistant itself."""
    return Phrase(f"words/{word_id}", kb.words[word_id].text, values)


def line(kb: KnowledgeBase, word_id: str, *buttons: Button, facts: tuple[str, ...] = (), **values: Any) -> Say:
    """Return a message of one sentence of the assistant itself."""
    return Say((word(kb, word_id, **values),), buttons, (*kb.words[word_id].facts, *facts))


def button(kb: KnowledgeBase, choice_id: str, word_id: str) -> Button:
    """Return a choice labelled with a sentence of the assistant itself."""
    return Button(choice_id, word(kb, word_id))


def title_button(kb: KnowledgeBase, kind: str, intent: str) -> Button:
    """Return a choice that opens a problem, labelled with its short title."""
    context, title, label = kb.title(intent)
    return Button(f"{kind}:{intent}", Phrase(context, label), Phrase(context, title))


def title(kb: KnowledgeBase, intent: str) -> Phrase:
    """Return the title of a problem, as a sentence that the person would recognise."""
    context, sentence, _ = kb.title(intent)
    return Phrase(context, sentence)


def present(
    kb: KnowledgeBase,
    session: Session,
    position: Position,
    passed: tuple[str, ...] = (),
    told: Say | None = None,
    also: tuple[Button, ...] = (),
) -> list[Effect]:
    """Return the messages of the current step.

    Args:
        kb: the knowledge base.
        session: what is remembered.
        position: where the walk stands.
        passed: the steps passed on the way there; those that escalate are said first.
        told: what is news of its rung: said with the step, or before it if it states something.
        also: choices offered after those of the step.
    """
    effects: list[Effect] = []
    for step_id in passed:
        if kb.steps[step_id].kind == "escalate":
            effects.append(Say((_text(kb, session, step_id),), facts=kb.steps[step_id].facts))
    here = position.step
    step = kb.steps[here]
    buttons = (*_buttons(kb, session, here, step), *also)
    about = (word(kb, "about_them"),) if step.kind == "ask" and SPEAKS_FOR in session.said else ()
    entered = told.phrases if told and not told.facts else ()
    if told and told.facts:
        effects.append(told)
    parts = [Say((*entered, *about, _text(kb, session, here)), facts=step.facts)]
    if step.copy_:
        letter = kb.letters[step.copy_]
        summary = Phrase(f"letters/{step.copy_}", letter.summary)
        intro = word(kb, "script_intro" if letter.way == "say" else "letter_intro")
        parts.append(Say((intro, summary), facts=letter.facts, letter=step.copy_))
    if step.proof:
        parts.append(Say((Phrase(here, step.proof),), facts=step.facts))
    last = parts.pop()
    effects += [*parts, Say(last.phrases, buttons, last.facts, last.letter)]
    if step.rung:
        effects.append(Escalate(step.rung))
    return effects


def _text(kb: KnowledgeBase, session: Session, step_id: str) -> Phrase:
    return Phrase(step_id, kb.steps[step_id].text, placeholders(dates(session.said)))


def _buttons(kb: KnowledgeBase, session: Session, here: str, step: Step) -> tuple[Button, ...]:
    if step.kind == "ask":
        return tuple(
            Button(f"{here}:{key}", Phrase(here, choice.label), Phrase(here, choice.detail) if choice.detail else None)
            for key, choice in step.choices.items()
        )
    if step.kind == "try":
        answers = ["worked", "failed", *(["cannot"] if step.cannot else [])]
        return tuple(button(kb, f"{here}:{answer}", answer) for answer in answers)
    if step.kind == "tell":
        return (button(kb, f"{here}:{CONTINUE}", CONTINUE),)
    return (
        *(title_button(kb, PROBLEM, problem) for problem in session.later if problem in kb.content_intents()),
        button(kb, f"{COMMAND}:restart", "another_problem"),
    )
