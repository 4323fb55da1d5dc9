"""The words of danger: they count whatever the classifier makes of the rest of the message.

A classifier learns how people told of a danger; this list holds what nobody says of anything else. Where one of its
phrases stands, the danger gets at least ``FLOOR``, and the other intents share the rest.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entities import bare

_WORDS = Path(__file__).with_name("danger.yml")
_UNLESS = "unless"
#: Who asks what a word of danger means is not in it.
_ASKS_A_WORD, _SURELY = "explain_term", 0.5
#: A whole word before the danger, not the end of one: "mon voisin menace …" denies nothing.
_DENIED = re.compile(
    r"(?:(?<!\w)(?:pas|jamais|sans|ni|aucune?|not|no|never|without|\w+n t|nunca|sin|nao|sem|не|нет|без|немає)"
    r"(?:\s+(?:eu|recu|d|de|un|une|l|an|a|any|got|get|had|have|received?|recibi|tengo|uma?|tenho|recebi|получал|получала|отримував|отримувала))*"
    r"\s+|没有|没收到|不是)$"
)
#: "O.Q.T.F." is one word.
_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")
#: The vowel signs of Bengali are part of their word.
_NOT_WORD = re.compile("[^\\w*\u0980-\u09ff]+")
#: No spaces are written between the words of these letters.
_WORDLESS = re.compile("[\u3400-\u9fff]")


def _plain(text: str) -> str:
    return _NOT_WORD.sub(" ", _INITIALS.sub("", bare(text))).strip()


@functools.cache
def _patterns() -> dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    """Return, by danger, what tells of it and what tells that it is not one."""

    def any_of(phrases: list[str]) -> re.Pattern[str]:
        def way(phrase: str) -> str:
            said = re.escape(_plain(phrase)).replace(r"\*", r"\w*")
            return said if _WORDLESS.search(phrase) else rf"(?<!\w){said}(?!\w)"

        return re.compile("|".join(sorted(map(way, phrases), key=len, reverse=True)))

    found = {}
    for danger, spoken in yaml.safe_load(_WORDS.read_text(encoding="utf-8")).items():
        unless = spoken.pop(_UNLESS, None)
        found[danger] = any_of([each for phrases in spoken.values() for each in phrases]), unless and any_of(unless)
    return found


def dangers(text: str) -> tuple[str, ...]:
    """Return the dangers whose words stand in ``text``, not denied, in any language."""
    plain = _plain(text)
    return tuple(
        danger
        for danger, (words, unless) in _patterns().items()
        if not (unless and unless.search(plain))
        and any(not _DENIED.search(plain[: match.start()]) for match in words.finditer(plain))
    )


def raised(ranking: dict[str, float], danger: str, floor: float) -> dict[str, float]:
    """Return the probabilities with that of ``danger`` at least ``floor``; the others keep their proportions."""
    was = ranking.get(danger, 0.0)
    if was >= floor:
        return ranking
    share = (1 - floor) / (1 - was)
    return {intent: floor if intent == danger else p * share for intent, p in {**ranking, danger: was}.items()}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DangerFinder(GraphComponent, RasaIntentClassifier):
    """Rasa's component around ``dangers``; it stands after the classifier."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: ``floor``, the least probability of a danger whose words stand in the message."""
        return {"floor": 0.5}

    def __init__(self, config: dict[str, Any]) -> None:
        self.floor: float = config["floor"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DangerFinder:
        """Return the component with its words compiled."""
        cls.validate_config(config)
        _patterns()
        return cls(config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to refuse."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Raise the dangers whose words stand in each message."""
        for message in messages:
            ranked = message.get("intent_ranking") or []
            found = {each["name"]: each["confidence"] for each in ranked}
            asks = found.get(_ASKS_A_WORD, 0.0) >= _SURELY
            for danger in () if asks else dangers(message.get(TEXT) or ""):
                found = raised(found, danger, self.floor)
            order = sorted(found, key=lambda intent: -found[intent])
            ranking = [{"name": intent, "confidence": found[intent]} for intent in order]
            if ranking:
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set("intent_ranking", ranking, add_to_output=True)
        return messages


__all__ = ["DangerFinder", "dangers", "raised"]
