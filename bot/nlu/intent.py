"""The intent: one logistic regression for each encoder, their log-probabilities averaged.

Each encoder's vectors are first centred on the mean of their variety: the language is the largest nuisance direction
in a multilingual space, and removing it is worth more than any regularisation (measured, see
``docs/decisions/0003-understanding.md``).
"""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from bot.nlu.embedding import SPEAKS, known_vectors, vector
from bot.nlu.language import VARIETY

Array = NDArray[np.float32]

#: The attribute that holds, by encoder that was asked, the likeliest intent by it alone and its probability.
SPOKE = "spoke"


def _unit(vectors: Array) -> Array:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)


class Head:
    """The classifier of one encoder: means by language, weights and intercepts."""

    def __init__(self, means: dict[str, Array], weights: Array, intercepts: Array) -> None:
        self.means, self.weights, self.intercepts = means, weights, intercepts

    @classmethod
    def fit(
        cls,
        vectors: Array,
        varieties: list[str],
        labels: NDArray[np.int64],
        strength: float,
        weights: NDArray[np.float64] | float = 1.0,
    ) -> Head:
        """Fit on ``vectors`` of shape (n, dimensions).

        ``strength`` is the inverse of the regularisation; ``weights``, of shape (intents,), says how much the messages
        of an intent count together.
        """
        means = {"": vectors.mean(axis=0)}
        for name in sorted(set(varieties)):
            means[name] = vectors[np.array(varieties) == name].mean(axis=0)
        centred = _unit(np.stack([v - means[name] for v, name in zip(vectors, varieties, strict=True)]))
        # After a hundred steps nothing changes on the validation set, and the training takes half as long.
        counts = np.bincount(labels)
        balanced = len(labels) / (len(counts) * counts) * weights
        model = LogisticRegression(C=strength, max_iter=100, class_weight=dict(enumerate(balanced)))
        model.fit(centred, labels)
        return cls(means, model.coef_.astype(np.float32), model.intercept_.astype(np.float32))

    def log_probabilities(self, vectors: Array, varieties: list[str]) -> Array:
        """Return log-probabilities of shape (n, intents)."""
        centred = _unit(
            np.stack([v - self.means.get(name, self.means[""]) for v, name in zip(vectors, varieties, strict=True)])
        )
        logits = centred @ self.weights.T + self.intercepts
        logits -= logits.max(axis=1, keepdims=True)
        return np.asarray(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), dtype=np.float32)


@dataclass(frozen=True)
class Sample:
    """What an encoder's head learns from: vectors of shape (n, dimensions), and the variety and intent of each."""

    vectors: Array
    varieties: list[str]
    intents: list[str]


class Fusion:
    """The heads together, the cheapest encoder's first.

    Where the first head alone is sure, the others are not asked, nor their encoders run: measured on the validation
    set this changes no result and saves nine tenths of the time of two messages in three.
    """

    def __init__(self, intents: list[str], heads: dict[str, Head], temperature: float, sure_at: float) -> None:
        self.intents, self.heads, self.temperature, self.sure_at = intents, heads, temperature, sure_at

    @classmethod
    def fit(
        cls,
        samples: dict[str, Sample],
        strength: float,
        temperature: float = 1.0,
        sure_at: float = 1.0,
        weights: dict[str, float] | None = None,
    ) -> Fusion:
        """Fit one head for each encoder of ``samples``, the cheapest first, each on its own messages.

        ``weights`` says how much the messages of an intent count together, 1 where it does not name it.

        Raises:
            ValueError: an encoder has no message of an intent that another has.
        """
        names = sorted({intent for sample in samples.values() for intent in sample.intents})
        heads = {}
        for encoder, sample in samples.items():
            if set(sample.intents) != {*names}:
                raise ValueError(f"{encoder} has no message of {', '.join(sorted({*names} - {*sample.intents}))}.")
            labels = np.array([names.index(intent) for intent in sample.intents])
            counting = np.array([(weights or {}).get(intent, 1.0) for intent in names])
            heads[encoder] = Head.fit(sample.vectors, sample.varieties, labels, strength, counting)
        return cls(names, heads, temperature, sure_at)

    def probabilities(self, encode: Callable[[str], Array], variety: str) -> Array:
        """Return the probabilities of one message, of shape (intents,).

        Args:
            encode: gives the message's vector by an encoder's name; called only for the encoders that are needed.
            variety: the message's language and letters, or "" when unknown.
        """
        return self.read(encode, variety)[0]

    def read(self, encode: Callable[[str], Array], variety: str) -> tuple[Array, dict[str, Array]]:
        """Return the probabilities of one message, and those that each encoder that was asked gives alone."""
        spoke: dict[str, Array] = {}
        found = np.zeros(len(self.intents), np.float32)
        for name in self._that_know(variety):
            spoke[name] = self.heads[name].log_probabilities(encode(name).reshape(1, -1), [variety])[0]
            found = _softmax(np.mean([*spoke.values()], axis=0) / self.temperature)
            if found.max() >= self.sure_at:
                break
        return found, {name: np.exp(logs) for name, logs in spoke.items()}

    def _that_know(self, variety: str) -> list[str]:
        """Return the encoders that were made for a variety, all where that is not known or none was."""
        known = [name for name in self.heads if not variety or name not in SPEAKS or variety in SPEAKS[name]]
        return known or [*self.heads]


def _softmax(logits: Array) -> Array:
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum(), dtype=np.float32)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent, RasaIntentClassifier):
    """Rasa's component around ``Fusion``."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings.

        ``strength`` is the inverse of the regularisation; ``temperature`` sharpens the probabilities below 1;
        ``sure_at`` is the probability from which the first encoder is enough; ``ranking_length`` is how many intents
        the ranking keeps; ``weights`` says, by intent, how much its messages count together, 1 where it names none.
        """
        return {"strength": 20.0, "temperature": 0.7, "sure_at": 0.85, "ranking_length": 10, "weights": {}}

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
        known = [(message, known_vectors(message)) for message in messages]
        # The encoders in their order, as the message that has them all tells it.
        encoders = max((list(vectors) for _, vectors in known), key=len)
        samples = {
            name: Sample(
                np.stack([vectors[name] for _, vectors in known if name in vectors]),
                [message.get(VARIETY) or "" for message, vectors in known if name in vectors],
                [message.get(INTENT) for message, vectors in known if name in vectors],
            )
            for name in encoders
        }
        self.fusion = Fusion.fit(samples, weights=self.config["weights"], **self._settings())
        self.persist()
        return self.resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent and the ranking of each message."""
        assert self.fusion is not None
        for message in messages:
            row, spoke = self.fusion.read(functools.partial(vector, message), _variety(message))
            order = np.argsort(-row)[: self.config["ranking_length"]]
            ranking = [{"name": self.fusion.intents[i], "confidence": float(row[i])} for i in order]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            alone = {name: (self.fusion.intents[int(p.argmax())], float(p.max())) for name, p in spoke.items()}
            message.set(SPOKE, alone, add_to_output=True)
        return messages

    def _settings(self) -> dict[str, float]:
        return {name: self.config[name] for name in ("strength", "temperature", "sure_at")}

    def persist(self) -> None:
        """Write plain arrays and JSON: no pickle that could run code when it is read."""
        assert self.fusion is not None
        with self.storage.write_to(self.resource) as folder:
            arrays: dict[str, Array] = {}
            for name, head in self.fusion.heads.items():
                arrays[f"{name}|weights"], arrays[f"{name}|intercepts"] = head.weights, head.intercepts
                arrays.update({f"{name}|mean|{language}": mean for language, mean in head.means.items()})
            np.savez(folder / "heads.npz", **arrays)
            described = {"intents": self.fusion.intents, "heads": list(self.fusion.heads)}
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
            heads = {name: Head(**parts[name]) for name in described["heads"]}
            fusion = Fusion(described["intents"], heads, config["temperature"], config["sure_at"])
            return cls(config, model_storage, resource, fusion)


def _variety(message: Message) -> str:
    """Return the variety of a message, or else the language of its conversation."""
    return message.get(VARIETY) or (message.get(METADATA) or {}).get("language") or ""
