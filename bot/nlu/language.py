"""The language of a message, from its character n-grams.

No detector at hand knows the languages that people mix here, so a small classifier is trained on our own messages.
It is deliberately shy: short or unknown text gives no language rather than a wrong one.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

LANGUAGE = "language"
_SPACE = re.compile(r"[\W\d_]+")
_SMOOTHING = 0.5
#: The mark of a whole word among the n-grams.
_WORD = "word:"
#: Below these shares of known words and of known n-grams, a message is in some language that is none of ours.
_FAMILIAR_WORDS, _FAMILIAR_PARTS = 0.45, 0.5


def grams(text: str) -> Counter[str]:
    """Return the counts of the 1- to 4-grams of the words of ``text``, word ends marked."""
    counts: Counter[str] = Counter()
    for word in _SPACE.sub(" ", text.casefold()).split():
        padded = f" {word} "
        for size in (1, 2, 3, 4):
            counts.update(padded[i : i + size] for i in range(len(padded) - size + 1))
        counts[f"{_WORD}{word}"] += 2
    return counts


class Detector:
    """Naive Bayes over character n-grams (Cavnar and Trenkle 1994 for the features)."""

    def __init__(self, weights: dict[str, dict[str, float]], default: dict[str, float]) -> None:
        self.weights, self.default = weights, default

    @classmethod
    def fit(cls, texts: list[tuple[str, str]]) -> Detector:
        """Fit on ``(text, language)`` pairs."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for text, language in texts:
            counts[language].update(grams(text))
        # What one person wrote once proves nothing of a language; a whole word counts twice.
        seen = Counter(
            {gram: n // 2 if gram.startswith(_WORD) else n for gram, n in sum(counts.values(), Counter()).items()}
        )
        vocabulary = {gram for gram, n in seen.items() if n > 1}
        weights: dict[str, dict[str, float]] = {}
        default: dict[str, float] = {}
        for language, counter in sorted(counts.items()):
            total = sum(n for gram, n in counter.items() if gram in vocabulary) + _SMOOTHING * len(vocabulary)
            default[language] = math.log(_SMOOTHING / total) if total else 0.0
            weights[language] = {
                gram: round(math.log((counter[gram] + _SMOOTHING) / total), 4)
                for gram in sorted(vocabulary)
                if counter[gram]
            }
        return cls(weights, default)

    def detect(self, text: str, margin: float = 4.0) -> str | None:
        """Return the language, or ``None`` if the best is not ``margin`` nats ahead of the next."""
        counts = grams(text)
        if not counts or not self.weights:
            return None
        known = [gram for gram in counts if any(gram in table for table in self.weights.values())]
        scores = {
            language: sum(counts[gram] * table.get(gram, self.default[language]) for gram in known)
            for language, table in self.weights.items()
        }
        ranked = sorted(scores, key=lambda language: -scores[language])
        if len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] < margin:
            return None
        return ranked[0] if self._familiar(ranked[0], counts) else None

    def _familiar(self, language: str, counts: Counter[str]) -> bool:
        """Tell whether enough of the words, and of what they are made of, were ever written in ``language``."""
        table = self.weights[language]
        words = [gram for gram in counts if gram.startswith(_WORD)]
        parts = {gram: n for gram, n in counts.items() if len(gram) > 2 and not gram.startswith(_WORD)}
        shared = sum(n for gram, n in parts.items() if gram in table)
        return sum(gram in table for gram in words) >= _FAMILIAR_WORDS * len(words) and shared >= _FAMILIAR_PARTS * sum(
            parts.values()
        )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageDetector(GraphComponent):
    """Sets ``language`` on every message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: how far ahead, in nats, the best language must be."""
        return {"margin": 4.0}

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, detector: Detector | None = None
    ) -> None:
        self.config, self.storage, self.resource, self.detector = config, storage, resource, detector

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageDetector:
        """Return an untrained component."""
        cls.validate_config(config)
        return cls(config, model_storage, resource)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to refuse."""

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the messages whose metadata tell their language."""
        texts = [
            (message.get(TEXT), language)
            for message in training_data.training_examples
            if message.get(TEXT) and (language := declared_language(message))
        ]
        self.detector = Detector.fit(texts)
        with self.storage.write_to(self.resource) as folder:
            described = {"weights": self.detector.weights, "default": self.detector.default}
            (folder / "language.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
        return self.resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the declared language of each training message."""
        for message in training_data.training_examples:
            message.set(LANGUAGE, declared_language(message))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Detect the language of each message."""
        assert self.detector is not None
        for message in messages:
            detected = self.detector.detect(message.get(TEXT) or "", self.config["margin"])
            message.set(LANGUAGE, detected, add_to_output=True)
        return messages

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LanguageDetector:
        """Read what ``train`` wrote."""
        with model_storage.read_from(resource) as folder:
            described = json.loads((folder / "language.json").read_text(encoding="utf-8"))
            return cls(config, model_storage, resource, Detector(**described))


def declared_language(message: Message) -> str | None:
    """Return the language that the training data declare for a message."""
    metadata = message.get(METADATA) or {}
    return (metadata.get("intent") or {}).get("language")
