"""From what is to be said to the words themselves, in the language of the conversation."""

from __future__ import annotations

from collections.abc import Iterable

from bot.dialogue.events import Effect, Rendered, Say
from bot.dialogue.messages import TERM
from bot.dialogue.terms import terms_used
from knowledge_base.loader import KnowledgeBase
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
        text = "\n\n".join(sentence.text for sentence in sentences)
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


def _fell_back(sentences: list[Translation], language: str) -> bool:
    return language not in FALLBACKS and any(sentence.language != language for sentence in sentences)
