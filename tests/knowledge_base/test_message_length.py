"""The bars of length, on every message of the product as a person sees it, in every language, letters apart."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.dialogue import Session, Tapped, decide, ladder
from bot.dialogue.events import Effect, Say
from bot.dialogue.messages import SPEAKS_FOR, line, present
from bot.dialogue.render import render
from bot.dialogue.walk import Position
from knowledge_base.deadlines import PLACEHOLDERS
from knowledge_base.loader import KnowledgeBase
from knowledge_base.measure import LONGEST, MEDIAN_BELOW, too_long
from knowledge_base.readability import words
from knowledge_base.schema import CONTINUE, DATE_ENTITIES
from knowledge_base.words import Phrase, blanks, languages
from tests.conftest import TODAY

#: Every date is known, and somebody else is spoken for: what may be said beside a step is said.
KNOWN = {**dict.fromkeys(DATE_ENTITIES, "2026-10-24"), "expires_on": "2026-12-24", SPEAKS_FOR: "other"}
AT_EVERY_STEP = (Tapped("command:repeat"), Tapped("command:explain"))
ONCE = tuple(Tapped(f"command:{name}") for name in ("dates", "human", "privacy", "erase", "help", "language"))


def effects(kb: KnowledgeBase) -> Iterator[Effect]:
    """Yield what may be said: every step and what is asked at it, every term, every sentence of the assistant."""
    for number, (step_id, step) in enumerate(kb.steps.items()):
        session = Session(problem=step_id, said={k: v for k, v in KNOWN.items() if k != step.entity}, turn=1)
        for event in (*AT_EVERY_STEP, *(() if number else ONCE)):
            yield from decide(kb, session, event, TODAY).effects
        if step.proof:
            yield line(kb, "proof_here", proof=Phrase(step_id, step.proof))
        if step.kind == "escalate":
            rung = kb.edges(step_id)[CONTINUE]
            yield from present(kb, session, Position((step_id, rung)), (step_id,))
    for term_id, term in kb.terms.items():
        yield Say((Phrase(f"glossary/{term_id}", term.text),))
    for rung_id in kb.rungs:
        yield from ladder.shown(kb, Session(), rung_id, TODAY)
        if cost := ladder.skipped(kb, Session(), rung_id):
            yield cost
    for jump_id, jump in kb.jumps.items():
        every_date = dict.fromkeys(PLACEHOLDERS, TODAY)
        yield from (Say((Phrase(f"ladder/jumps/{jump_id}", text, every_date),)) for text in jump.say.values())
    for word_id, word in kb.words.items():
        if word.text.endswith((".", "?", "!", ":")):
            yield line(kb, word_id, **{blank: TODAY if blank == "day" else blank for blank in blanks(word.text)})


@pytest.fixture(scope="module")
def said(kb: KnowledgeBase) -> list[Say]:
    return [replace(effect, letter=None) for effect in effects(kb) if isinstance(effect, Say)]


@pytest.mark.parametrize("language", languages())
def test_messages_are_short_in_every_language(kb: KnowledgeBase, said: list[Say], language: str) -> None:
    messages = {message.text for message in render(kb, said, language)}
    assert len(messages) > len(kb.steps), "the messages of the product are not all there"
    assert too_long(messages) == []


# ---------------------------------------------------------------- the bars can be broken
def message(length: int, name: str = "mot") -> str:
    return " ".join([name] * length)


def test_a_message_of_more_than_ninety_words_is_told() -> None:
    assert too_long([message(10), message(11), message(LONGEST)]) == []
    assert too_long([message(10), message(11), message(LONGEST + 1)]) == [f"91 words, at most 90: {message(91)}"]


def test_messages_of_which_half_have_forty_five_words_or_more_are_told() -> None:
    short, long = [message(MEDIAN_BELOW - 1, name) for name in "ab"], [message(MEDIAN_BELOW, name) for name in "ab"]
    assert too_long([*short, long[0]]) == []
    assert too_long([short[0], *long]) == ["half of the messages have 45 words or more; it must be fewer than 45"]


def test_no_message_at_all_is_not_too_long() -> None:
    assert too_long([]) == []


def test_a_text_to_copy_is_left_out_and_what_introduces_it_is_not(kb: KnowledgeBase, said: list[Say]) -> None:
    every = "\n".join(one.text for one in render(kb, said, "fr"))
    for letter in kb.letters.values():
        assert letter.summary in every
        assert letter.body.strip() not in every


def test_the_longest_texts_of_the_knowledge_base_are_among_the_messages(kb: KnowledgeBase, said: list[Say]) -> None:
    every = "\n".join(one.text for one in render(kb, said, "fr"))
    spoken = [text for step in kb.steps.values() for part, text in step.texts() if part in ("explain", "proof")]
    assert statistics.median(len(words(text)) for text in spoken) > 10
    assert [text for text in spoken if text not in every] == []
