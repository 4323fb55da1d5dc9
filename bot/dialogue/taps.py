"""What a choice does: an answer, new or old, or a move of the conversation."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable

from bot.dialogue import climbing, commands, messages, reading, walk
from bot.dialogue.ladder import RUNG
from bot.dialogue.turn import Turn

#: The commands that a choice may stand for.
_TAPPED = commands.NAMES - {"greet", "goodbye", "thank", "capabilities", "bot_challenge"}


def choice_named(turn: Turn, text: str) -> str | None:
    """Return the shown choice whose label is the whole message, or for which a bare yes or no stands."""
    if turn.position is not None:
        key = reading.exact(turn.position.step, turn.kb.steps[turn.position.step].choices, text)
        if key:
            return f"{turn.position.step}:{key}"
    spoken = reading.command(turn.kb, text)
    for choice_id in turn.session.offered:
        kind, _, name = choice_id.partition(":")
        if spoken and spoken == _yes_or_no(kind, name):
            return choice_id
        if reading.plain(text) in _labels(turn, kind, name):
            return choice_id
    return None


def _labels(turn: Turn, kind: str, name: str) -> set[str]:
    """Return the labels of a shown choice in every language; none if it is gone from the trees."""
    if kind == RUNG:
        return _labels_of_rung(turn, name)
    if kind == messages.PROBLEM and name in {*turn.kb.content_intents()}:
        context, *sentences = turn.kb.title(name)
    elif word_id := _word_of(kind, name):
        context, sentences = f"words/{word_id}", [turn.kb.words[word_id].text]
    else:
        return set()
    return {reading.ours(written) for french in sentences for written in reading.in_every_language(context, french)}


def _labels_of_rung(turn: Turn, name: str) -> set[str]:
    labels = [(f"ladder/rungs/{rung_id}", rung.label) for rung_id, rung in turn.kb.rungs.items() if rung_id == name]
    labels += [(f"ladder/jumps/{jump_id}", jump.label) for jump_id, jump in turn.kb.jumps.items() if jump.go == name]
    return {reading.ours(written) for at, french in labels for written in reading.in_every_language(at, french)}


def tap(turn: Turn, choice: str) -> None:
    """Do what a choice says: an answer, old or new, or a move."""
    if "\x00" in choice or len(choice) > 200:
        choice = ""
    kind, _, name = choice.rpartition(":")
    if not kind and turn.position is not None:
        # A bare key means a choice of the open step.
        kind = turn.position.step
    if "/" in kind:
        _tap_answer(turn, kind, name)
        return
    move = _MOVES.get(kind)
    if move is None or not move(turn, name):
        turn.say("unknown_choice")
        turn.present()


def _tap_answer(turn: Turn, step_id: str, value: str) -> None:
    if step_id not in turn.kb.steps:
        turn.say("unknown_choice")
    elif turn.position is None or step_id not in turn.position.path:
        turn.say("old_choice" if turn.position else "nothing_open")
    elif walk.follow(turn.kb, turn.session.said, step_id, value, turn.today) is None:
        turn.say("unknown_choice")
    elif value not in turn.kb.edges(step_id) and not turn.plausible(turn.kb.steps[step_id].entity or "", value):
        return
    else:
        given = turn.session.walk.get(step_id)
        if given and given.value == value and step_id != turn.position.step:
            turn.say("already_noted")
        else:
            if given and step_id != turn.position.step:
                turn.say("changed")
            turn.session = walk.answer(turn.kb, turn.session, step_id, value)
            turn.settle()
    turn.present()


def _tap_command(turn: Turn, name: str) -> bool:
    if name not in _TAPPED:
        return False
    commands.do(turn, name)
    return True


def _tap_problem(turn: Turn, name: str) -> bool:
    if name == "other":
        turn.say("tell_me")
        return True
    if name not in {*turn.kb.content_intents()}:
        return False
    turn.open(name)
    return True


def _tap_rung(turn: Turn, name: str) -> bool:
    for rung_id in turn.kb.rungs:
        if rung_id == name:
            climbing.climb(turn, rung_id)
            return True
    return False


def _tap_switch(turn: Turn, name: str) -> bool:
    if name == "stay":
        return turn.present()
    if name == "restart":
        commands.do(turn, name)
        return True
    if name not in {*turn.kb.content_intents()}:
        return False
    if turn.session.problem:
        turn.keep_for_later(turn.session.problem)
    return _tap_problem(turn, name)


def _tap_date(entity: str, turn: Turn, value: str) -> bool:
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        return False
    if turn.plausible(entity, value):
        turn.say(f"noted_{entity}", day=day)
        turn.session = walk.told(turn.kb, turn.session, {entity: value})
        turn.settle()
        turn.present()
    return True


def _tap_term(turn: Turn, name: str) -> bool:
    if name not in turn.kb.terms:
        return False
    turn.explain(name)
    return True


def _tap_outcome(turn: Turn, name: str) -> bool:
    if turn.step is None or turn.kb.steps[turn.step].kind != "try" or name not in ("worked", "failed"):
        return False
    return turn.answer(name)


def _tap_other_date(turn: Turn, _: str) -> bool:
    return turn.present()


_MOVES: dict[str, Callable[[Turn, str], bool]] = {
    messages.COMMAND: _tap_command,
    messages.PROBLEM: _tap_problem,
    RUNG: _tap_rung,
    messages.SWITCH: _tap_switch,
    messages.LANGUAGE: Turn.adopt_language,
    f"{messages.DATE}:expires_on": functools.partial(_tap_date, "expires_on"),
    f"{messages.DATE}:filed_on": functools.partial(_tap_date, "filed_on"),
    messages.DATE: _tap_other_date,
    messages.TERM: _tap_term,
    messages.OUTCOME: _tap_outcome,
}


def _yes_or_no(kind: str, name: str) -> str | None:
    """Return which of yes and no a shown choice stands for, where it is one of the two."""
    if kind == messages.SWITCH:
        return "deny" if name == "stay" else "affirm"
    if kind == messages.OUTCOME:
        return {"worked": "affirm", "failed": "deny"}.get(name)
    if kind == messages.COMMAND:
        return {"erase": "affirm", "erase_yes": "affirm", "erase_no": "deny"}.get(name)
    return None


def _word_of(kind: str, name: str) -> str | None:
    """Return the id of the sentence that labels a choice of the assistant itself."""
    if kind == messages.SWITCH:
        return {"stay": "switch_no", "restart": "restart_yes"}.get(name, "switch_yes")
    if kind == messages.LANGUAGE:
        return f"language_{name}"
    if kind == messages.DATE:
        return f"date_{name.partition(':')[0]}"
    if (kind, name) == (messages.PROBLEM, "other"):
        return "other_problem"
    named = {
        "human": "talk_to_human",
        "restart": "another_problem",
        "repeat": "resume",
        "erase": "erase_everything",
        "calendar": "to_calendar",
    }
    return named.get(name, name if name in ("erase_yes", "erase_no") else None) if kind == messages.COMMAND else None
