"""Rasa's component around ``Fusion``: trains it, asks it, keeps it."""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.embedding import clean, known_vectors, vector
from bot.nlu.fusion import GRAMS, Array, Fusion, Head, Mixing, Sample
from bot.nlu.language import VARIETY
from bot.nlu.ngrams import Grams

#: The attribute that holds, by classifier that was asked, the likeliest intent by it alone and its probability.
SPOKE = "spoke"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent, RasaIntentClassifier):
    """Sets the intent of a message, the ranking, and what each classifier said alone."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings.

        ``strength`` is the inverse of the regularisation; ``temperature``, ``sure_at``, ``grams``,
        ``grams_silent`` and ``grams_elsewhere`` are those of ``Mixing``; ``ranking_length`` is how many intents the
        ranking keeps; ``weights`` says, by intent, how much its messages count together, 1 where it names none.
        """
        return {
            "strength": 20.0,
            "temperature": 0.5,
            "sure_at": 0.85,
            "grams": 0.5,
            "grams_silent": 0.7,
            "grams_elsewhere": 0.35,
            "ranking_length": 10,
            "weights": {},
        }

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
        texts = [(clean(message.get(TEXT)), message.get(INTENT)) for message in messages]
        self.fusion = Fusion.fit(samples, self.config["strength"], _mixing(self.config), self.config["weights"], texts)
        self.persist()
        return self.resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent and the ranking of each message."""
        assert self.fusion is not None
        for message in messages:
            text = clean(message.get(TEXT) or "")
            row, spoke = self.fusion.read(functools.partial(vector, message), _variety(message), text)
            order = np.argsort(-row)[: self.config["ranking_length"]]
            ranking = [{"name": self.fusion.intents[i], "confidence": float(row[i])} for i in order]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            alone = {name: (self.fusion.intents[int(p.argmax())], float(p.max())) for name, p in spoke.items()}
            message.set(SPOKE, alone, add_to_output=True)
        return messages

    def persist(self) -> None:
        """Write plain arrays and JSON: no pickle that could run code when it is read."""
        assert self.fusion is not None
        with self.storage.write_to(self.resource) as folder:
            arrays: dict[str, Array] = {}
            for name, head in self.fusion.heads.items():
                arrays[f"{name}|weights"], arrays[f"{name}|intercepts"] = head.weights, head.intercepts
                arrays.update({f"{name}|mean|{variety}": mean for variety, mean in head.means.items()})
            if self.fusion.grams is not None:
                arrays.update(self.fusion.grams.arrays())
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
                    name, part, *variety = key.split("|")
                    if variety:
                        parts[name]["means"][variety[0]] = arrays[key]
                    elif name != GRAMS:
                        parts[name][part] = arrays[key]
                grams = Grams.read(arrays) if f"{GRAMS}|weights" in arrays.files else None
            heads = {name: Head(**parts[name]) for name in described["heads"]}
            fusion = Fusion(described["intents"], heads, grams, _mixing(config))
            return cls(config, model_storage, resource, fusion)


def _mixing(config: dict[str, Any]) -> Mixing:
    return Mixing(
        **{name: config[name] for name in ("temperature", "sure_at", "grams", "grams_silent", "grams_elsewhere")}
    )


def _variety(message: Message) -> str:
    """Return the variety of a message, or else the language of its conversation."""
    return message.get(VARIETY) or (message.get(METADATA) or {}).get("language") or ""
