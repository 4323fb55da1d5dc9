"""Questions that are answered on the way, before coming back to the same step."""

from __future__ import annotations

from bot.dialogue import messages, reading
from bot.dialogue.events import Understanding
from bot.dialogue.terms import term_in
from bot.dialogue.turn import Turn
from knowledge_base.places import places
from knowledge_base.words import Phrase

#: A question about a word is believed from here on; the word itself must stand in the message.
_TERM_AT = 0.30
_ASKED_AT = 0.50
#: Of places with the same name, so many are told.
_NAMESAKES = 3
#: How far from "what is" the word may stand: "qu'est-ce que je fais, mon récépissé est fini" asks for no word.
_ASKED_WORDS = 4
#: A message longer than this tells a story in which a word may be named without being asked.
_LONGEST_QUESTION_WORDS = 15
#: "What is an OQTF exactly": beyond that something is told as well.
_LONGEST_DEFINITION_WORDS = 7


def only_asks_a_word(turn: Turn, text: str) -> bool:
    """Tell whether the whole message asks what a word means: "c'est quoi une OQTF" is no danger."""
    if len(text.split()) > _LONGEST_DEFINITION_WORDS or term_in(turn.kb, text) is None:
        return False
    return term_in(turn.kb, _what_is_asked(turn, text)) is not None


def _what_is_asked(turn: Turn, text: str) -> str:
    """Return the few words before and after "what is" or "means", where the word that is asked about stands."""
    bare = f" {reading.plain(text)} "
    for start in turn.kb.commands["what_is"]:
        before, found, after = bare.partition(f" {reading.ours(start)} ")
        if found:
            return " ".join([*before.split()[-_ASKED_WORDS:], *after.split()[:_ASKED_WORDS]])
    return ""


def _near(turn: Turn, text: str) -> bool:
    """Tell the préfecture and the court of the places that ``text`` names; return whether it names any."""
    found = places().departments_in(text)[:_NAMESAKES]
    for place in found:
        named = f"{place.name} ({place.code})"
        turn.say("near", department=named, town=place.prefecture, site=place.site, court=place.court.name)
    return bool(found)


def answer(turn: Turn, heard: Understanding) -> bool:
    """Answer a digression and come back to the open step; return whether there was one."""
    kb = turn.kb
    asked = dict(heard.ranking)
    term = term_in(turn.kb, heard.text)
    asks_what = term_in(turn.kb, _what_is_asked(turn, heard.text)) is not None
    short = len(heard.text.split()) <= _LONGEST_QUESTION_WORDS
    means_a_word = asked.get("explain_term", 0) + asked.get("explain_more", 0) >= _TERM_AT
    means_a_word = means_a_word or turn.stands_in("explain_term")
    if short and term and (asks_what or means_a_word):
        turn.explain(term)
        return True
    busy = turn.position is not None and not turn.at_end
    if busy and heard.intent == "explain_term" and heard.confidence >= _ASKED_AT:
        turn.say("unknown_term")
        return turn.come_back()
    if heard.intent == "ask_association" and heard.confidence >= _TERM_AT and _near(turn, heard.text):
        if busy:
            return turn.come_back()
        turn.open("ask_association")
        return True
    if busy and heard.intent == "ask_evidence" and heard.confidence >= _ASKED_AT:
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
