"""Words as an answer to the open step: a choice, a date, the outcome of advice, yes and no."""

from __future__ import annotations

import datetime as dt

from bot.dialogue import commands, reading
from bot.dialogue.events import Understanding
from bot.dialogue.turn import Turn
from knowledge_base.schema import CONTINUE, Means, Step

#: A message longer than this is no answer to a question that a date was awaited for.
_LONGEST_DATE_WORDS = 12
_LONGEST_UNREADABLE_WORDS = 6
#: The intents that mean yes, no … when a question is open.
_MEANING_OF_INTENT: dict[str, Means] = {"affirm": "affirm", "deny": "deny", "dont_know": "dont_know"}
#: "It is done" is a yes to a question, "nobody answers" a no.
_MEANING_OF_RESULT: dict[str, Means] = {"did": "affirm", "failed": "deny"}
_RESULT_OF_INTENT: dict[str, reading.Result] = {"worked": "worked", "not_worked": "failed", "deny": "failed"}


def named(turn: Turn, heard: Understanding) -> bool:
    """Tell whether the message holds one answer to the open step: words of a choice, a date, what came of advice."""
    if turn.step is None:
        return False
    step = turn.kb.steps[turn.step]
    if step.kind == "try":
        return reading.result(turn.kb, heard.text) is not None
    if step.kind != "ask":
        return False
    return bool(
        reading.by_entity(step, heard) or reading.by_words(turn.step, step.choices, heard.text, _language(turn, heard))
    )


def named_in_full(turn: Turn, heard: Understanding) -> bool:
    """Tell whether half of the message or more is an answer to the open question: no command is guessed into it."""
    step = _open_question(turn)
    if step is None or turn.step is None:
        return False
    if reading.by_entity(step, heard) and len(heard.text.split()) <= _LONGEST_DATE_WORDS:
        return True
    return reading.share_of_words(turn.step, step.choices, heard.text, _language(turn, heard)) >= 0.5


def answer(turn: Turn, heard: Understanding, spoken: str | None, sure_at: float) -> bool:
    """Read the message as an answer to the open step, if there is one; return whether it was.

    Args:
        turn: the turn in the making.
        heard: what was understood.
        spoken: the command or plain answer that the whole message is.
        sure_at: from which probability on the classifier is believed.
    """
    if turn.position is None:
        return False
    if turn.moved:
        # What was just said answered the open question while it was noted.
        return turn.present()
    step = turn.kb.steps[turn.position.step]
    by_intent = heard.intent if heard.confidence >= sure_at else ""
    read = {"try": _outcome, "tell": _go_on, "ask": _choice}.get(step.kind)
    if read and read(turn, step, heard, spoken, by_intent):
        return True
    if spoken == "go_on":
        return turn.present()
    bare = next((entity.value for entity in heard.entities if entity.name == "date"), None)
    if bare and len(heard.text.split()) <= _LONGEST_DATE_WORDS and not _tells_of_a_contact(heard):
        turn.ask_which_date(dt.date.fromisoformat(bare))
        return True
    if spoken == "dont_know" or by_intent == "dont_know":
        commands.do(turn, "explain", heard)
        return True
    return False


def _outcome(turn: Turn, step: Step, heard: Understanding, spoken: str | None, by_intent: str) -> bool:
    """Read what came of the advice."""
    told = reading.result(turn.kb, heard.text) or _RESULT_OF_INTENT.get(spoken or by_intent)
    if told == "cannot" and not step.cannot:
        told = "failed"
    if told == "did" and (by_intent == "worked" or not _ends_it(turn)):
        # "Sent" is all there is to do where what is sent leads on.
        told = "worked"
    if told and told != "did":
        return turn.answer(told)
    if told == "did" and turn.noted:
        # "I sent my request on 3 October" tells a date, not what came of the advice.
        return turn.present()
    if told == "did":
        turn.ask_whether_it_worked()
        return True
    if (spoken or by_intent) in ("affirm", "thank"):
        turn.say("say_if_it_worked")
        return turn.present()
    return False


def _ends_it(turn: Turn) -> bool:
    """Tell whether the advice of the open step, where it works, solves the problem."""
    assert turn.step is not None
    return turn.kb.steps[turn.kb.edges(turn.step)["worked"]].outcome == "solved"


def _go_on(turn: Turn, step: Step, heard: Understanding, spoken: str | None, by_intent: str) -> bool:
    """Read that the person has read, and wants to go on."""
    if (spoken or by_intent) in ("affirm", "go_on", "thank", "did", "worked"):
        return turn.answer(CONTINUE)
    return False


def _choice(turn: Turn, step: Step, heard: Understanding, spoken: str | None, by_intent: str) -> bool:
    """Read one of the choices of a question, or the date it asks for."""
    assert turn.position is not None
    said = reading.by_entity(step, heard)
    if said and step.asks_for_a_date and not turn.plausible(step.entity or "", said):
        return True
    meant = _MEANING_OF_INTENT.get(by_intent) or reading.first_word(turn.kb, heard.text, _language(turn, heard))
    value = (
        said
        or reading.by_meaning(step, _MEANING_OF_RESULT.get(spoken or "", spoken))
        or reading.by_words(turn.position.step, step.choices, heard.text, _language(turn, heard))
        or reading.by_meaning(step, meant)
    )
    if value:
        return turn.answer(value)
    if step.asks_for_a_date and not turn.noted and _looks_like_a_date(heard):
        turn.say("date_unreadable")
        return turn.present()
    return False


def _language(turn: Turn, heard: Understanding) -> str:
    return heard.language or turn.session.language


def _open_question(turn: Turn) -> Step | None:
    step = turn.kb.steps[turn.step] if turn.step else None
    return step if step and step.kind == "ask" else None


def _looks_like_a_date(heard: Understanding) -> bool:
    """Tell whether a day was meant and could not be read: digits, or a month without its day."""
    if any(entity.name == "month" for entity in heard.entities):
        return len(heard.text.split()) <= _LONGEST_DATE_WORDS
    return any(char.isdigit() for char in heard.text) and len(heard.text.split()) <= _LONGEST_UNREADABLE_WORDS


def _tells_of_a_contact(heard: Understanding) -> bool:
    """Tell whether the day is that of a call or a message, which needs no asking: "I called yesterday"."""
    return any(entity.name == "contact" for entity in heard.entities)
