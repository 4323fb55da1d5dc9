"""What the person asks of the assistant itself: back, again, explain, a person, their dates, erase …"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from babel import Locale

from bot.dialogue import climbing, ladder, messages, reading, walk
from bot.dialogue.events import Erase, GiveCalendar, HandOver, Say, Understanding
from bot.dialogue.session import Session
from bot.dialogue.turn import WHO_HELPS, Turn
from knowledge_base.deadlines import upcoming
from knowledge_base.words import Phrase, languages

#: What is answered by one sentence, after which the open step is said again.
_SIMPLE_LINES = frozenset({"capabilities", "bot_challenge", "greet", "help"})


def do(turn: Turn, name: str, heard: Understanding | None = None) -> None:
    """Do the command ``name``; ``heard`` is the message that asked for it, if it was typed."""
    if name in _SIMPLE_LINES:
        turn.say(name)
        turn.come_back()
    else:
        _COMMANDS[name](turn, heard)


def _back(turn: Turn, _: Understanding | None) -> None:
    earlier = walk.back(turn.kb, turn.session, turn.today) if turn.position else None
    left = turn.session.later[-1:] if turn.session.problem in turn.kb.taxonomy["safety"] else ()
    if earlier is None and left:
        # A danger took the place of what was being talked about.
        turn.open(left[0])
        return
    if earlier is None:
        if not climbing.come_down(turn):
            turn.say("nothing_before")
    else:
        turn.session = earlier
        turn.position = walk.replay(turn.kb, turn.session, turn.today)
        turn.before = turn.position.path
    turn.present()


def _restart(turn: Turn, _: Understanding | None) -> None:
    kept = turn.session
    turn.session = Session(
        language=kept.language, language_chosen=kept.language_chosen, turn=kept.turn, proposed=kept.proposed
    )
    turn.position = None
    turn.say("tell_me")


def _repeat(turn: Turn, _: Understanding | None) -> None:
    if not turn.present():
        turn.say("tell_me")


def _explain(turn: Turn, _: Understanding | None) -> None:
    step = turn.kb.steps[turn.step] if turn.step else None
    if turn.step and step and step.explain:
        turn.effects.append(Say((Phrase(turn.step, step.explain),), facts=step.facts))
    elif turn.step:
        turn.say("no_more_explanation")
    else:
        turn.say("capabilities")
    turn.present()


def _thank(turn: Turn, _: Understanding | None) -> None:
    turn.say("thank" if turn.position is None or turn.at_end else "say_if_it_worked")
    if not turn.at_end:
        turn.present()


def _human(turn: Turn, _: Understanding | None) -> None:
    turn.session = replace(turn.session, human=True)
    turn.effects.append(HandOver("asked"))
    turn.say("human")
    if turn.session.problem and not turn.at_end:
        turn.keep_for_later(turn.session.problem)
    turn.session = replace(turn.session, problem=WHO_HELPS, left=())
    turn.settle()
    turn.present()


def _dates(turn: Turn, _: Understanding | None) -> None:
    """Say the next deadlines, and what stops the clock."""
    due = upcoming(walk.dates(turn.session.said), turn.today)
    for deadline in due:
        turn.say(f"due_{deadline.kind}", day=deadline.on)
    if due:
        turn.say("what_stops", turn.button("command:calendar", "to_calendar"))
    else:
        turn.say("no_dates")
    turn.come_back()


def _calendar(turn: Turn, _: Understanding | None) -> None:
    """Give every date to come as a calendar file."""
    if upcoming(walk.dates(turn.session.said), turn.today):
        turn.effects.append(GiveCalendar())
        turn.say("calendar")
    else:
        turn.say("no_dates")
    turn.come_back()


def _steps(turn: Turn, _: Understanding | None) -> None:
    """Show the ladder: what was tried, where one stands, what that rung asks, and the ways to the others."""
    here = turn.kb.steps[turn.step].rung if turn.step else None
    *first, last = ladder.shown(turn.kb, turn.session, here, turn.today)
    resume = [turn.button("command:repeat", "resume")] if turn.position and not turn.at_end else []
    go = messages.word(turn.kb, "ladder_go")
    buttons = (*ladder.choices(turn.kb, here), *resume)
    turn.effects += [*first, replace(last, phrases=(*last.phrases, go), buttons=buttons)]


def _privacy(turn: Turn, _: Understanding | None) -> None:
    turn.say("privacy", turn.button("command:erase", "erase_everything"))


def _erase(turn: Turn, _: Understanding | None) -> None:
    yes = turn.button("command:erase_yes", "erase_yes")
    turn.say("erase_confirm", yes, turn.button("command:erase_no", "erase_no"))


def _erase_yes(turn: Turn, _: Understanding | None) -> None:
    turn.erased = True
    turn.session = Session(language=turn.session.language, language_chosen=turn.session.language_chosen)
    turn.position = None
    turn.effects = [Erase()]
    turn.say("erased")


def _erase_no(turn: Turn, _: Understanding | None) -> None:
    turn.say("not_erased")
    turn.present()


def _language(turn: Turn, heard: Understanding | None) -> None:
    named = _language_named(heard.text) if heard else None
    if named and turn.adopt_language(named):
        return
    turn.offer_languages("which_language")


def _language_named(text: str) -> str | None:
    bare = f" {reading.plain(text)} "
    for language in languages():
        names = {reading.plain(str(Locale(language).get_display_name(other))) for other in languages()}
        if any(f" {name} " in bare for name in names):
            return language
    return None


def _goodbye(turn: Turn, _: Understanding | None) -> None:
    turn.say("goodbye")


_COMMANDS: dict[str, Callable[[Turn, Understanding | None], None]] = {
    "back": _back,
    "restart": _restart,
    "repeat": _repeat,
    "explain": _explain,
    "thank": _thank,
    "goodbye": _goodbye,
    "human": _human,
    "dates": _dates,
    "calendar": _calendar,
    "steps": _steps,
    "privacy": _privacy,
    "language": _language,
    "erase": _erase,
    "erase_yes": _erase_yes,
    "erase_no": _erase_no,
}
#: Every command that a word or an intent may stand for.
NAMES = _SIMPLE_LINES | {*_COMMANDS}
