"""The intent: one logistic regression for each encoder, their log-probabilities added.

Each encoder's vectors are first centred on the mean of their language: the language is the largest nuisance direction
in a multilingual space, and removing it is worth more than any regularisation (measured, see
``docs/decisions/0003-understanding.md``).
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from bot.nlu.language import LANGUAGE

Array = NDArray[np.float32]


def _unit(vectors: Array) -> Array:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)


class Head:
    """The classifier of one encoder: means by language, weights and intercepts."""

    def __init__(self, means: dict[str, Array], weights: Array, intercepts: Array) -> None:
        self.means, self.weights, self.intercepts = means, weights, intercepts

    @classmethod
    def fit(cls, vectors: Array, languages: list[str], labels: NDArray[np.int64], strength: float) -> Head:
        """Fit on ``vectors`` of shape (n, dimensions); ``strength`` is the inverse of the regularisation."""
        means = {"": vectors.mean(axis=0)}
        for language in sorted(set(languages)):
            means[language] = vectors[np.array(languages) == language].mean(axis=0)
        centred = _unit(np.stack([v - means[language] for v, language in zip(vectors, languages, strict=True)]))
        model = LogisticRegression(C=strength, max_iter=400, class_weight="balanced")
        model.fit(centred, labels)
        return cls(means, model.coef_.astype(np.float32), model.intercept_.astype(np.float32))

    def log_probabilities(self, vectors: Array, languages: list[str]) -> Array:
        """Return log-probabilities of shape (n, intents)."""
        centred = _unit(
            np.stack([v - self.means.get(lang, self.means[""]) for v, lang in zip(vectors, languages, strict=True)])
        )
        logits = centred @ self.weights.T + self.intercepts
        logits -= logits.max(axis=1, keepdims=True)
        return np.asarray(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), dtype=np.float32)


class Fusion:
    """The heads together."""

    def __init__(self, intents: list[str], heads: dict[str, Head], temperature: float) -> None:
        self.intents, self.heads, self.temperature = intents, heads, temperature

    @classmethod
    def fit(
        cls,
        features: dict[str, Array],
        languages: list[str],
        intents: list[str],
        strength: float,
        temperature: float,
    ) -> Fusion:
        """Fit one head for each encoder of ``features``, ``{name: (n, dimensions)}``."""
        names = sorted(set(intents))
        labels = np.array([names.index(intent) for intent in intents])
        heads = {name: Head.fit(vectors, languages, labels, strength) for name, vectors in features.items()}
        return cls(names, heads, temperature)

    def probabilities(self, features: dict[str, Array], languages: list[str]) -> Array:
        """Return probabilities of shape (n, intents)."""
        total = sum(head.log_probabilities(features[name], languages) for name, head in self.heads.items())
        total = np.asarray(total) / (len(self.heads) * self.temperature)
        total -= total.max(axis=1, keepdims=True)
        powers = np.exp(total)
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent, RasaIntentClassifier):
    """Rasa's component around ``Fusion``."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: regularisation, temperature, and how many intents the ranking keeps."""
        return {"strength": 8.0, "temperature": 1.0, "ranking_length": 10}

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, fusion: Fusion | None = None
    ) -> None:
        self.config, self.storage, self.resource, self.fusion = config, storage, resource, fusion

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        """Return an untrained component."""
        cls.validate_config(config)
        return cls(config, model_storage, resource)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to refuse."""

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the embedded training messages."""
        messages = [message for message in training_data.intent_examples if message.get(TEXT)]
        features = _features(messages)
        languages = [message.get(LANGUAGE) or "" for message in messages]
        intents = [message.get(INTENT) for message in messages]
        self.fusion = Fusion.fit(features, languages, intents, self.config["strength"], self.config["temperature"])
        self.persist()
        return self.resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent and the ranking of each message."""
        assert self.fusion is not None
        if not messages:
            return messages
        languages = [_language(message) for message in messages]
        table = self.fusion.probabilities(_features(messages), languages)
        for message, row in zip(messages, table, strict=True):
            order = np.argsort(-row)[: self.config["ranking_length"]]
            ranking = [{"name": self.fusion.intents[i], "confidence": float(row[i])} for i in order]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def persist(self) -> None:
        """Write plain arrays and JSON: no pickle that could run code when it is read."""
        assert self.fusion is not None
        with self.storage.write_to(self.resource) as folder:
            arrays: dict[str, Array] = {}
            for name, head in self.fusion.heads.items():
                arrays[f"{name}|weights"], arrays[f"{name}|intercepts"] = head.weights, head.intercepts
                arrays.update({f"{name}|mean|{language}": mean for language, mean in head.means.items()})
            np.savez(folder / "heads.npz", **arrays)
            described = {"intents": self.fusion.intents, "temperature": self.fusion.temperature}
            (folder / "fusion.json").write_text(json.dumps(described), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """Read what ``persist`` wrote."""
        with model_storage.read_from(resource) as folder:
            described = json.loads((folder / "fusion.json").read_text(encoding="utf-8"))
            parts: dict[str, dict[str, Any]] = defaultdict(lambda: {"means": {}})
            with np.load(folder / "heads.npz", allow_pickle=False) as arrays:
                for key in arrays.files:
                    name, part, *language = key.split("|")
                    if language:
                        parts[name]["means"][language[0]] = arrays[key]
                    else:
                        parts[name][part] = arrays[key]
            heads = {name: Head(**found) for name, found in parts.items()}
            fusion = Fusion(described["intents"], heads, described["temperature"])
            return cls(config, model_storage, resource, fusion)


def _language(message: Message) -> str:
    """Return the language of a message, or else that of its conversation."""
    return message.get(LANGUAGE) or (message.get(METADATA) or {}).get("language") or ""


def _features(messages: list[Message]) -> dict[str, Array]:
    found: dict[str, list[Array]] = defaultdict(list)
    for message in messages:
        for feature in message.features:
            if feature.type == FEATURE_TYPE_SENTENCE and feature.origin.startswith("embedding."):
                found[feature.origin.removeprefix("embedding.")].append(feature.features.reshape(-1))
    return {name: np.stack(vectors).astype(np.float32) for name, vectors in found.items()}
