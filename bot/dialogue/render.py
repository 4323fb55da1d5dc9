"""From what is to be said or written to the words themselves, in the language of the conversation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bot.dialogue.events import Effect, Rendered, Say
from bot.dialogue.messages import TERM, word
from bot.dialogue.session import Session
from bot.dialogue.terms import terms_used
from bot.dialogue.walk import dates
from knowledge_base.calendar_file import Entry, calendar_file
from knowledge_base.deadlines import to_come
from knowledge_base.loader import KnowledgeBase
from knowledge_base.timing import Deadline
from knowledge_base.words import FALLBACKS, Phrase, Translation, say


def render(kb: KnowledgeBase, effects: Iterable[Effect], language: str) -> list[Rendered]:
    """Return the messages of ``effects`` in ``language``.

    A sentence without translation is said in English, then French, and the last message of the turn says so.
    """
    rendered: list[Rendered] = []
    missing = False
    for effect in effects:
        if not isinstance(effect, Say):
            continue
        spoken = effect.language or language
        sentences = [say(phrase, spoken) for phrase in effect.phrases]
        missing = missing or _fell_back(sentences, spoken)
        text = ("\n" if effect.line_by_line else "\n\n").join(sentence.text for sentence in sentences)
        if effect.letter:
            letter = kb.letters[effect.letter]
            text = f"{text}\n\n{letter.subject}\n\n{letter.body.strip()}"
        choices = []
        for button in effect.buttons:
            choice = {"id": button.id, "label": say(button.label, spoken).text}
            if button.detail:
                choice["detail"] = say(button.detail, spoken).text
            choices.append(choice)
        rendered.append(Rendered(text, tuple(choices), tuple(dict.fromkeys(effect.facts)), _terms(kb, effect, spoken)))
    if missing:
        notice = say(Phrase("words/fallback_notice", kb.words["fallback_notice"].text), language).text
        rendered.insert(0, Rendered(notice))
    return rendered


def _terms(kb: KnowledgeBase, effect: Say, language: str) -> tuple[dict[str, str], ...]:
    """Return the words to offer under a message of a step; the assistant's own sentences use none that need it."""
    used = terms_used(kb, "\n".join(phrase.french for phrase in effect.phrases if phrase.context in kb.steps))
    return tuple(
        {"id": f"{TERM}:{term_id}", "label": say(Phrase(f"glossary/{term_id}", kb.terms[term_id].title), language).text}
        for term_id in used
    )


def render_calendar(kb: KnowledgeBase, session: Session, secret: str, now: dt.datetime) -> bytes | None:
    """Return every date to come of the session as a calendar file in its language; ``None`` when there is none.

    Args:
        kb: the knowledge base.
        session: what is remembered of the conversation.
        secret: what is the conversation's alone, such as its random id; only a hash of it is written.
        now: the present instant in Paris, with its time zone.
    """
    due = to_come(dates(session.said), now.date())
    if not due:
        return None
    entries = [Entry(deadline, _read_in_calendar(kb, deadline, session.language, now.date())) for deadline in due]
    title = say(word(kb, "calendar_title"), session.language).text
    return calendar_file(entries, title, session.language, secret, now)


def _read_in_calendar(kb: KnowledgeBase, deadline: Deadline, language: str, today: dt.date) -> str:
    phrases = [word(kb, f"due_{deadline.kind}", day=deadline.on)]
    if deadline.act_by != deadline.on:
        phrases.append(word(kb, "calendar_act_by", day=deadline.act_by))
    told = word(kb, "calendar_source", article=deadline.article) if deadline.article else word(kb, "calendar_told")
    phrases += [told, word(kb, "calendar_made", day=today)]
    return "\n\n".join(say(phrase, language).text for phrase in phrases)


def _fell_back(sentences: list[Translation], language: str) -> bool:
    return language not in FALLBACKS and any(sentence.language != language for sentence in sentences)
