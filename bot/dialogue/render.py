"""From what is to be said to the words themselves, in the language of the conversation."""

from __future__ import annotations

from collections.abc import Iterable

from bot.dialogue.events import Effect, Rendered, Say
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
        rendered.append(Rendered(text, tuple(choices), tuple(dict.fromkeys(effect.facts))))
    if missing:
        notice = say(Phrase("words/fallback_notice", kb.words["fallback_notice"].text), language).text
        rendered.insert(0, Rendered(notice))
    return rendered


def _fell_back(sentences: list[Translation], language: str) -> bool:
    return language not in FALLBACKS and any(sentence.language != language for sentence in sentences)
