"""One decision: from the session and the event to the new session and what is said.

Words are read in this order, and which way was taken is returned with the decision: safety, a command, an answer to
the open question, a digression, a new problem, unclear. A tap has its own way.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from bot.dialogue import answers, commands, digressions, messages, reading, taps
from bot.dialogue.events import (
    Effect,
    Event,
    HandOver,
    Heard,
    Remind,
    Started,
    Tapped,
    Understanding,
    Way,
)
from bot.dialogue.outcome import (
    ALSO_AT,
    COMMAND_AT,
    COMMAND_STRONG_AT,
    LIKELY_AT,
    SAFETY_ASK_AT,
    SAFETY_OPEN_AT,
    SAFETY_STRONG_AT,
    SURE_AT,
)
from bot.dialogue.session import Session
from bot.dialogue.terms import term_in
from bot.dialogue.turn import Turn
from bot.dialogue.walk import dates
from knowledge_base.deadlines import ALERT_SOON_DAYS, upcoming
from knowledge_base.loader import KnowledgeBase
from knowledge_base.timing import WATCHED
from knowledge_base.words import languages

#: Of two problems in one message the one that a date presses is treated first.
URGENT = ("permit_expiring", "refused", "documents_requested", "file_closed")
#: A message longer than this tells a story: no command hides in it.
LONGEST_COMMAND_WORDS = 12
#: A message longer than this, in characters, is answered by asking for the most urgent part of it.
LONGEST_MESSAGE = 4000

_COMMAND_OF_INTENT = {
    "go_back": "back",
    "restart": "restart",
    "repeat": "repeat",
    "ask_human": "human",
    "explain_more": "explain",
    "change_language": "language",
    "ask_privacy": "privacy",
    "ask_capabilities": "capabilities",
    "bot_challenge": "bot_challenge",
    "greet": "greet",
    "goodbye": "goodbye",
    "thank": "thank",
}
_SHORT_ONLY = frozenset({"back", "restart", "repeat", "explain", "greet", "goodbye", "thank"})
#: "Yes, until Friday" is an answer to an open question, and no farewell.
_POLITE = frozenset({"greet", "goodbye", "thank"})
#: These only answer advice just given.
_OF_ADVICE = frozenset({"worked", "not_worked"})
_PLAIN_ANSWERS = frozenset({"affirm", "deny", "dont_know", "go_on", "what_is", *reading.RESULTS})


@dataclass(frozen=True)
class Decision:
    """The outcome of a turn.

    Attributes:
        session: what to remember.
        effects: what to say and do, in order.
        way: which way the event was read.
        step: full id of the step that is now open, or none.
    """

    session: Session
    effects: tuple[Effect, ...]
    way: Way
    step: str | None


def decide(kb: KnowledgeBase, session: Session, event: Event, today: dt.date) -> Decision:
    """Return what to remember and what to say after ``event``. Pure.

    Args:
        kb: the knowledge base.
        session: what is remembered of the conversation so far.
        event: what the person did.
        today: the day in Paris, against which every date is read.
    """
    turn = Turn(kb, replace(session, turn=session.turn + 1), today)
    turn.meet_todays_trees()
    if isinstance(event, Tapped):
        way: Way = "tap"
        turn.session = replace(turn.session, unclear=0)
        taps.tap(turn, event.choice)
    elif isinstance(event, Started):
        way = "start"
        turn.welcome()
    else:
        way = _hear(turn, event.understanding)
    _warn(turn)
    return Decision(turn.remembered(), tuple(turn.effects), way, turn.step)


def _hear(turn: Turn, heard: Understanding) -> Way:
    if not reading.plain(heard.text):
        turn.say("empty")
        turn.present()
        return "unclear"
    first = turn.session.turn == 1
    if turn.position is None:
        heard = heard.without(_OF_ADVICE)
    _mind_language(turn, heard)
    tapped = reading.number(heard.text, turn.session.offered) or taps.choice_named(turn, heard.text)
    if tapped:
        turn.session = replace(turn.session, unclear=0)
        taps.tap(turn, tapped)
        return "answer"
    spoken = reading.command(turn.kb, heard.text)
    # A bare yes or "back" carries no danger, whatever the classifier reads into it.
    way: Way | None = None
    if spoken is None and not digressions.only_asks_a_word(turn, heard.text) and _safety(turn, heard):
        way = "safety"
    elif len(heard.text) > LONGEST_MESSAGE:
        turn.say("too_long")
        turn.present()
        return "unclear"
    else:
        turn.note(heard)
        if _spoken_command(turn, heard, spoken) or _guessed_command(turn, heard, spoken):
            way = "command"
        elif answers.answer(turn, heard, spoken, sure_at=COMMAND_AT):
            way = "answer"
        elif digressions.answer(turn, heard):
            way = "digression"
        elif _maybe_danger(turn, heard):
            way = "safety"
        elif _problem(turn, heard):
            way = "problem"
    if way:
        turn.session = replace(turn.session, unclear=0)
    else:
        way = "unclear"
        _unclear(turn, heard)
    if first and way != "safety":
        turn.begin_with(messages.line(turn.kb, "notice"))
    return way


def _mind_language(turn: Turn, heard: Understanding) -> None:
    """Adopt the language of the first words; once a problem is open propose a change, never impose it."""
    session, detected = turn.session, heard.language
    if detected is None or detected not in languages() or session.language_chosen or detected == session.language:
        return
    if session.problem is None and not session.walks:
        turn.session = replace(session, language=detected)
    elif detected != session.proposed and len(heard.text.split()) >= 3:
        turn.session = replace(session, proposed=detected)
        turn.propose_language(detected)


def _dangers(turn: Turn, heard: Understanding) -> list[tuple[str, float]]:
    """Return the dangers that the message may tell of, the likeliest first."""
    return [(intent, p) for intent, p in heard.ranking if intent in turn.kb.taxonomy["safety"]]


def _likely_problems(turn: Turn, heard: Understanding) -> list[str]:
    """Return the problems other than dangers that the message may tell of, the likeliest first."""
    problems = {*turn.kb.content_intents()} - {*turn.kb.taxonomy["safety"]}
    return [intent for intent, p in heard.ranking if intent in problems and p >= LIKELY_AT]


def _weak_danger(turn: Turn, heard: Understanding) -> str | None:
    """Return the danger to ask about, if there is a sign of one that is not being talked about already."""
    candidates = _dangers(turn, heard)
    if sum(p for _, p in candidates) < SAFETY_ASK_AT or turn.stands_in(candidates[0][0]):
        return None
    return candidates[0][0]


def _maybe_danger(turn: Turn, heard: Understanding) -> bool:
    """Ask whether a danger is meant, where a weak sign of one stands in what answers nothing."""
    danger = _weak_danger(turn, heard)
    if danger is None:
        return False
    turn.clarify((danger, *_likely_problems(turn, heard)[:2]))
    return True


def _safety(turn: Turn, heard: Understanding) -> bool:
    candidates = _dangers(turn, heard)
    total = sum(p for _, p in candidates)
    if total < SAFETY_STRONG_AT and answers.named(turn, heard):
        return False
    if total < SAFETY_OPEN_AT or turn.session.problem == candidates[0][0]:
        return False
    intent = candidates[0][0]
    if not turn.at_end and turn.session.problem:
        turn.keep_for_later(turn.session.problem)
    else:
        # "My card ends on Friday and I want to die": the card comes after.
        for other in _likely_problems(turn, heard)[:1]:
            turn.keep_for_later(other)
    turn.note(heard, quietly=True)
    turn.open(intent)
    if intent == "distress":
        turn.effects.append(HandOver("safety"))
    return True


def _spoken_command(turn: Turn, heard: Understanding, spoken: str | None) -> bool:
    """Do a command that is the whole message."""
    if not spoken or spoken in _PLAIN_ANSWERS:
        return False
    commands.do(turn, spoken, heard)
    return True


def _guessed_command(turn: Turn, heard: Understanding, spoken: str | None) -> bool:
    """Do a command that the classifier is sure of."""
    name = _COMMAND_OF_INTENT.get(heard.intent)
    if spoken or name is None or heard.confidence < COMMAND_AT or turn.moved or answers.named_in_full(turn, heard):
        return False
    if heard.confidence < COMMAND_STRONG_AT and answers.named(turn, heard):
        # "I want to send the renewal" sounds like "again": the words of a choice count more than a guess.
        return False
    if name in _POLITE and _weak_danger(turn, heard):
        # "Thank you for everything, you were kind" may be no farewell to a program.
        return False
    if name in _SHORT_ONLY and len(heard.text.split()) > LONGEST_COMMAND_WORDS:
        return False
    if name in _POLITE and turn.position and reading.first_word(turn.kb, heard.text):
        return False
    if name == "explain" and term_in(turn.kb, heard.text):
        return False
    if name == "restart" and turn.position and not turn.at_end:
        # "Its a renewal" sounds like it: nothing is thrown away on a guess.
        turn.confirm_restart()
        return True
    commands.do(turn, name, heard)
    return True


def _problem(turn: Turn, heard: Understanding) -> bool:
    kb = turn.kb
    content = {*kb.content_intents()}
    if heard.intent == "out_of_scope" and heard.confidence >= COMMAND_AT:
        turn.say("out_of_scope")
        return turn.present() or True
    if heard.intent == "inform" and turn.noted:
        if turn.position is None:
            turn.say("tell_me")
        return turn.present() or True
    likely = [(intent, p) for intent, p in heard.ranking if intent in content and p >= LIKELY_AT]
    if not likely:
        return False
    intent, confidence = likely[0]
    busy = turn.position is not None and not turn.at_end
    if busy and turn.stands_in(intent):
        if not turn.noted:
            turn.say("understood", title=messages.title(kb, intent))
        return turn.present()
    if heard.intent == intent and confidence >= SURE_AT:
        if busy:
            turn.propose_switch(intent)
            return True
        named = [intent, *(other for other, p in likely[1:2] if p >= ALSO_AT)]
        first, *later = sorted(named, key=lambda each: URGENT.index(each) if each in URGENT else len(URGENT))
        for other in later:
            turn.keep_for_later(other, aloud=True)
        turn.open(first)
        return True
    if busy:
        return False
    turn.clarify(tuple(intent for intent, _ in likely[:3]))
    return True


def _unclear(turn: Turn, heard: Understanding) -> None:
    count = turn.session.unclear + 1
    turn.session = replace(turn.session, unclear=count)
    if count >= 2:
        turn.offer_a_person()
    elif turn.position is None or turn.at_end:
        turn.say("unclear")
    else:
        turn.say("unclear_choice")
        turn.present()


def _warn(turn: Turn) -> None:
    """Say a near date of the clock once, as soon as it is known, before the step."""
    if turn.erased:
        return
    kb = turn.kb
    for deadline in upcoming(dates(turn.session.said), turn.today):
        key = f"{deadline.kind}:{deadline.on}"
        near = (deadline.on - turn.today).days <= ALERT_SOON_DAYS
        if deadline.kind not in WATCHED or key in turn.session.warned or not near:
            continue
        turn.session = replace(turn.session, warned=(*turn.session.warned, key))
        said = messages.line(kb, f"due_{deadline.kind}", facts=deadline.facts, day=deadline.on)
        warning = replace(said, phrases=(messages.word(kb, "watch"), *said.phrases))
        turn.say_before_the_step(warning)
        turn.effects.append(Remind(deadline.kind, deadline.on))


__all__ = ["Decision", "Heard", "Started", "Tapped", "decide"]
