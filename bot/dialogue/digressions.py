"""Questions that are answered on the way, before coming back to the same step."""

from __future__ import annotations

from bot.dialogue import messages, reading
from bot.dialogue.events import Say, Understanding
from bot.dialogue.moves import Turn
from knowledge_base.words import Phrase

#: A question about a word is believed from here on; the word itself must stand in the message.
_TERM_AT = 0.30
_ASKED_AT = 0.50
#: A message longer than this tells a story in which a word may be named without being asked.
_LONGEST_QUESTION_WORDS = 15


def term_in(turn: Turn, text: str) -> str | None:
    """Return the id of the glossary's term that stands in ``text``, the longest if there are several."""
    bare = f" {reading.plain(text)} "
    found = {
        term_id: max(
            (
                len(word)
                for spoken in reading.in_every_language(f"glossary/{term_id}", term.words)
                for word in map(reading.plain, spoken.split(","))
                if f" {word} " in bare
            ),
            default=0,
        )
        for term_id, term in turn.kb.terms.items()
    }
    best = max(found, key=lambda term_id: found[term_id], default=None)
    return best if best and found[best] else None


def answer(turn: Turn, heard: Understanding) -> bool:
    """Answer a digression and come back to the open step; return whether there was one."""
    kb = turn.kb
    bare = f" {reading.plain(heard.text)} "
    asks_what = any(f" {reading.plain(start)} " in bare for start in kb.commands["what_is"])
    asked = dict(heard.ranking)
    term = term_in(turn, heard.text)
    short = len(heard.text.split()) <= _LONGEST_QUESTION_WORDS
    means_a_word = asked.get("explain_term", 0) + asked.get("explain_more", 0) >= _TERM_AT
    if short and term and (asks_what or means_a_word):
        entry = kb.terms[term]
        turn.effects.append(Say((Phrase(f"glossary/{term}", entry.text),), facts=entry.facts))
        return turn.come_back()
    if heard.intent == "explain_term" and heard.confidence >= _ASKED_AT:
        turn.say("unknown_term")
        return turn.come_back()
    busy = turn.position is not None and not turn.at_end
    if heard.intent == "ask_evidence" and heard.confidence >= _ASKED_AT:
        step = turn.position and kb.steps[turn.position.step]
        if step and step.proof and turn.position:
            proof = Phrase(turn.position.step, step.proof)
            turn.effects.append(messages.line(kb, "proof_here", facts=step.facts, proof=proof))
        else:
            turn.say("proof_general")
        return turn.come_back()
    if busy and heard.intent == "ask_phone_support" and heard.confidence >= _ASKED_AT:
        turn.say("number")
        return turn.come_back()
    return False
