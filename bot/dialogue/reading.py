"""Reads words as an answer to the question that is open."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Literal

from bot.dialogue.events import Understanding
from knowledge_base.loader import KnowledgeBase
from knowledge_base.schema import OTHER, Choice, Means, Step
from knowledge_base.words import languages, lookup

#: Marks that are part of a word, unlike accents: the vowel signs of Bengali.
_SIGNS = "\u0980-\u09ff"
_NOT_WORD = re.compile(rf"[^\w+@{_SIGNS}]+")
_SIGN = re.compile(f"[{_SIGNS}]")
#: Written without spaces between words: a phrase is looked for anywhere.
_WORDLESS = re.compile("[\u3400-\u9fff]")
_QUESTION_MARKS = ("?", "؟", "？")
#: What may be told of advice just followed.
Result = Literal["worked", "failed", "cannot", "did"]
RESULTS: tuple[Result, ...] = ("worked", "failed", "cannot", "did")
#: Just before it: the contrary.
_NEGATION = re.compile(
    r"(?:^| )(?:pas|jamais|rien|not|never|n t|cannot|can t|isn t|hasn t)(?: (?:encore|yet|ete|been|du tout))*$"
)
#: Words for yes and no that mostly are something else: "no me llega", "no celular" (in the), "si ma carte" (if).
_PARTICLES = {"es": frozenset({"no", "si"}), "fr": frozenset({"si"}), "pt": frozenset({"nao", "no"})}
#: In so few words, or before a pause, it is an answer all the same.
_LONGEST_PLAIN_NO, _PAUSE = 3, re.compile(r"\s*\w+\s*[,.;:!…]")
#: A typed answer longer than this is a story: words of a choice in it prove nothing.
_LONGEST_ANSWER_WORDS = 12


def plain(text: str) -> str:
    """Return ``text`` lower-cased, without accents, with punctuation made single spaces; a lone ``?`` stays."""
    if text.strip() in _QUESTION_MARKS:
        return "?"
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char) or _SIGN.match(char))
    return _NOT_WORD.sub(" ", bare.replace("'", " ").replace("’", " ")).strip()


#: The same for the phrases of the knowledge base, which are met at each message; what people write is not kept.
ours = functools.lru_cache(maxsize=None)(plain)


def _ways(phrase: str) -> tuple[str, str]:
    """Return a phrase of ours as it is, and as it is typed without its apostrophes."""
    return ours(phrase), ours(phrase.replace("'", ""))


def command(kb: KnowledgeBase, text: str) -> str | None:
    """Return the command that the whole message is, if it is one."""
    bare = plain(text.lstrip("/"))
    for name, spoken in kb.commands.items():
        if any(bare in _ways(word) for word in spoken):
            return name
    return None


def result(kb: KnowledgeBase, text: str) -> Result | None:
    """Return what a short message tells of the advice just followed: the longest such phrase in it.

    "Did" is that it was done, without a word on what came of it; "not solved" is the contrary of "solved".
    """
    bare = f" {plain(text)} "
    if len(bare.split()) > _LONGEST_ANSWER_WORDS or text.rstrip().endswith(_QUESTION_MARKS):
        return None
    found: tuple[int, Result] | None = None
    for meaning in RESULTS:
        for phrase in chain.from_iterable(map(_ways, kb.commands[meaning])):
            before, there, _ = bare.partition(f" {phrase} ")
            if there and len(phrase) > (found[0] if found else 0):
                denied = meaning in ("worked", "did") and _NEGATION.search(before)
                found = len(phrase), "failed" if denied else meaning
    return found[1] if found else None


def particles(text: str, language: str | None) -> frozenset[str]:
    """Return the words of ``text`` that look like an answer, and only make a verb of it negative."""
    if len(text.split()) <= _LONGEST_PLAIN_NO or _PAUSE.match(text):
        return frozenset()
    return _PARTICLES.get(language or "", frozenset())


def first_word(kb: KnowledgeBase, text: str, language: str | None = None) -> Means | None:
    """Return what a leading yes or no means, as in "oui je l'ai envoyé"; in a question it means nothing."""
    if text.rstrip().endswith(_QUESTION_MARKS):
        return None
    bare, no_answer = f"{plain(text)} ", particles(text, language)
    for meaning in ("dont_know", "affirm", "deny"):
        if any(bare.startswith(f"{ours(word)} ") for word in kb.commands[meaning] if ours(word) not in no_answer):
            return meaning
    return None


def number(text: str, offered: tuple[str, ...]) -> str | None:
    """Return the offered choice whose number is the whole message, as in "2" or "2."."""
    match = re.fullmatch(r"\s*(\d{1,2})\s*[.)]?\s*", text)
    if match and 1 <= int(match[1]) <= len(offered):
        return offered[int(match[1]) - 1]
    return None


def by_entity(step: Step, understanding: Understanding) -> str | None:
    """Return the answer that an entity of the message gives to the step that asks for it."""
    for entity in understanding.entities:
        if entity.name == step.entity and (entity.value in step.choices or step.asks_for_a_date):
            return entity.value
        if entity.name == step.entity and OTHER in step.choices:
            return OTHER
        if entity.name == "date" and step.asks_for_a_date:
            return entity.value
    return None


def by_meaning(step: Step, meaning: str | None) -> str | None:
    """Return the one choice that means yes, no or don't know, if there is exactly one."""
    keys = [key for key, choice in step.choices.items() if choice.means == meaning and meaning]
    return keys[0] if len(keys) == 1 else None


def exact(step_id: str, choices: Mapping[str, Choice], text: str) -> str | None:
    """Return the choice whose label, in any language, is the whole message."""
    bare = plain(text)
    for key, choice in choices.items():
        if bare in {ours(label) for label in in_every_language(step_id, choice.label)}:
            return key
    return None


def by_words(step_id: str, choices: Mapping[str, Choice], text: str, language: str | None = None) -> str | None:
    """Return the one choice some of whose words stand in a short message: the one with the longest such phrase.

    A denial beside the words of another choice, as in "no refusal, but an OQTF", is no answer: it would hide the other.
    """
    bare = f" {plain(text)} "
    if len(bare.split()) > _LONGEST_ANSWER_WORDS:
        return None
    no_answer = particles(text, language)
    said = {key: _longest_phrase(step_id, choice, bare, no_answer) for key, choice in choices.items()}
    best = max(map(len, said.values()), default=0)
    winners = [key for key, phrase in said.items() if len(phrase) == best]
    if not best or len(winners) > 1:
        return None
    rest = bare.replace(f" {said[winners[0]]} ", " · ")
    others = (choice for key, choice in choices.items() if key != winners[0])
    hidden = any(_longest_phrase(step_id, choice, rest, no_answer) for choice in others)
    return None if hidden and choices[winners[0]].means == "deny" else winners[0]


def share_of_words(step_id: str, choices: Mapping[str, Choice], text: str, language: str | None = None) -> float:
    """Return how much of a message is the words of the choice it names, 0 when it names none or more than one."""
    chosen = by_words(step_id, choices, text, language)
    if chosen is None:
        return 0.0
    bare = plain(text)
    return len(_longest_phrase(step_id, choices[chosen], f" {bare} ", particles(text, language))) / len(bare)


def _longest_phrase(step_id: str, choice: Choice, bare: str, no_answer: frozenset[str]) -> str:
    """Return the longest phrase of a choice that stands in ``bare`` and is an answer there, "" when none does."""
    phrases = [*in_every_language(step_id, choice.label)]
    if choice.words:
        for words in in_every_language(step_id, choice.words):
            phrases += words.split(",")
    plain_phrases = {ours(phrase) for phrase in phrases} - no_answer
    return max((phrase for phrase in plain_phrases if stands_in(phrase, bare)), key=len, default="")


def stands_in(phrase: str, bare: str) -> bool:
    """Tell whether a plain phrase stands, word for word, in a plain text that has a space at each end."""
    return phrase in bare if _WORDLESS.search(phrase) else bool(phrase) and f" {phrase} " in bare


def in_every_language(context: str, french: str) -> Iterable[str]:
    """Return a sentence of the knowledge base in every language it exists in."""
    return {lookup(context, french, language).text for language in languages()}
