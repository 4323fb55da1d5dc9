"""The language of a message, and the letters it is written in, from its character n-grams.

No detector at hand knows Pashto beside Arabizi and transliterated Russian as people type them here, so a small
classifier is trained on our own messages, one class for each *variety*: a language in its own script, or in Latin
letters (``ar``, ``ar-Latn``; the tags are BCP 47's). It is deliberately shy: a short message, or one in some other
language, gives none rather than a wrong one.
"""

from __future__ import annotations

import functools
import random
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

#: The attribute that holds the language of a message, and the one that holds its variety.
LANGUAGE, VARIETY = "language", "variety"
#: What a variety in Latin letters of a language with letters of its own ends with.
_LATIN = "-Latn"
#: The languages that others written in the same letters are taken for.
_MISTAKEN = frozenset({"en", "es", "fr", "pt", "tr"})
_OWN_LETTERS = frozenset({"ar", "bn", "fa", "ps", "ru", "uk", "zh"})
_NO_LETTER = re.compile(r"[\W\d_]+")
_SMOOTHING = 0.5
#: The mark of a whole word among the n-grams.
_WORD = "word:"
#: Below these shares of known words and of known n-grams, a message is in some language that is none of ours; nobody
#: spells another script's words in Latin letters twice alike.
_FAMILIAR_WORDS, _FAMILIAR_PARTS = 0.3, 0.5
_FAMILIAR_WORDS_IN_LATIN, _FAMILIAR_PARTS_IN_LATIN = 0.15, 0.4
#: Where a detector of a hundred languages is this sure of one that is none of ours, and the message has so many words.
_ELSEWHERE, _ENOUGH_WORDS = 0.9999, 4
#: A language is known by the beginning of a message, and from so many messages of each variety.
_LONGEST, _ENOUGH_MESSAGES = 300, 1500
#: No language puts spaces between these letters: each is its own word.
_WORDLESS = re.compile(r"([\u3040-\u30ff\u3400-\u9fff])")


def variety(text: str, language: str) -> str:
    """Return the variety of a text of a known language: ``ru`` in Cyrillic, ``ru-Latn`` mostly in Latin letters."""
    if language not in _OWN_LETTERS:
        return language
    letters = [unicodedata.name(char, "").startswith("LATIN") for char in text if char.isalpha()]
    return f"{language}{_LATIN}" if letters and sum(letters) > len(letters) / 2 else language


def language_of(found: str) -> str:
    """Return the language of a variety."""
    return found.removesuffix(_LATIN)


def grams(text: str) -> Counter[str]:
    """Return the counts of the 1- to 4-grams of the words of ``text``, word ends marked."""
    counts: Counter[str] = Counter()
    for word in _NO_LETTER.sub(" ", _WORDLESS.sub(r" \1 ", text[:_LONGEST].casefold())).split():
        padded = f" {word} "
        for size in (1, 2, 3, 4):
            counts.update(padded[i : i + size] for i in range(len(padded) - size + 1))
        counts[f"{_WORD}{word}"] += 2
    return counts


@functools.cache
def _of_a_hundred() -> LanguageIdentifier:
    return LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)


def _hashed(words: Iterable[str]) -> NDArray[np.uint32]:
    return np.fromiter((zlib.crc32(word.encode("utf-8", "ignore")) for word in words), np.uint32)


class Detector:
    """Naive Bayes over character n-grams (Cavnar and Trenkle 1994 for the features).

    Args:
        varieties: the classes.
        known: the CRC-32 of every n-gram of the vocabulary, ascending.
        weights: log-probabilities of shape (n-grams, varieties).
        seen: of the same shape, whether the n-gram was met in the variety.
    """

    def __init__(
        self,
        varieties: Sequence[str],
        known: NDArray[np.uint32],
        weights: NDArray[np.float32],
        seen: NDArray[np.bool_],
    ) -> None:
        self.varieties, self.known, self.weights, self.seen = list(varieties), known, weights, seen

    @classmethod
    def fit(cls, texts: Iterable[tuple[str, str]]) -> Detector:
        """Fit on ``(text, language)`` pairs: at most 1,500 of each variety, drawn always alike."""
        told: dict[str, list[str]] = defaultdict(list)
        for text, language in texts:
            told[variety(text, language)].append(text)
        counts: dict[str, Counter[str]] = {}
        for name, messages in sorted(told.items()):
            drawn = random.Random(0).sample(messages, min(len(messages), _ENOUGH_MESSAGES))  # noqa: S311 (no secret)
            counts[name] = sum_of(map(grams, drawn))
        # What one person wrote once proves nothing of a language; a whole word counts twice.
        total = sum_of(counts.values())
        vocabulary = [gram for gram, n in total.items() if (n // 2 if gram.startswith(_WORD) else n) > 1]
        table = np.array([[counter[gram] for counter in counts.values()] for gram in vocabulary], np.float32)
        table = table.reshape(len(vocabulary), len(counts))
        hashes, first = np.unique(_hashed(vocabulary), return_index=True)
        table = table[first]
        weights = np.log((table + _SMOOTHING) / (table.sum(axis=0) + _SMOOTHING * max(len(table), 1)))
        return cls(list(counts), hashes, np.asarray(weights, np.float32), table > 0)

    def detect(self, text: str, margin: float = 4.0) -> str | None:
        """Return the variety, or ``None`` if the best language is not ``margin`` nats ahead of the next."""
        counts = grams(text)
        if sum(map(str.isalpha, text)) < 2 or not counts or not len(self.known):
            return None
        names, times = list(counts), np.fromiter(counts.values(), np.float32)
        hashes = _hashed(names)
        at = np.minimum(np.searchsorted(self.known, hashes), len(self.known) - 1)
        met = self.known[at] == hashes
        if not met.any():
            return None
        scores = times[met] @ self.weights[at[met]]
        order = np.argsort(-scores)
        best = str(self.varieties[order[0]])
        others = [scores[i] for i in order if language_of(self.varieties[i]) != language_of(best)]
        if others and scores[order[0]] - others[0] < margin:
            return None
        foreign = best in _MISTAKEN or (best.endswith(_LATIN) and not text.isascii())
        if not self._familiar(int(order[0]), names, times, at, met) or (foreign and self._elsewhere(text)):
            return None
        return best

    def _elsewhere(self, text: str) -> bool:
        """Tell whether a message is in a language that is none of ours, and only looks like one: Italian, Dutch …"""
        if len(text.split()) < _ENOUGH_WORDS:
            return False
        language, probability = _of_a_hundred().classify(text[:_LONGEST])
        return float(probability) >= _ELSEWHERE and str(language) not in {*map(language_of, self.varieties)}

    def _familiar(
        self,
        found: int,
        names: list[str],
        times: NDArray[np.float32],
        at: NDArray[np.intp],
        met: NDArray[np.bool_],
    ) -> bool:
        """Tell whether enough of the words, and of what they are made of, were ever written in the variety."""
        latin = self.varieties[found].endswith(_LATIN)
        least_words = _FAMILIAR_WORDS_IN_LATIN if latin else _FAMILIAR_WORDS
        least_parts = _FAMILIAR_PARTS_IN_LATIN if latin else _FAMILIAR_PARTS
        in_it = met & self.seen[at, found]
        words = np.array([name.startswith(_WORD) for name in names])
        parts = ~words & np.array([len(name) > 2 for name in names])
        return bool(
            in_it[words].sum() >= least_words * words.sum()
            and times[in_it & parts].sum() >= least_parts * times[parts].sum()
        )


def sum_of(counters: Iterable[Counter[str]]) -> Counter[str]:
    """Return the sum of counters."""
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageDetector(GraphComponent):
    """Sets ``language`` and ``variety`` on every message."""

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
        self.detector = Detector.fit(
            (message.get(TEXT), language)
            for message in training_data.training_examples
            if message.get(TEXT) and (language := declared_language(message))
        )
        with self.storage.write_to(self.resource) as folder:
            np.savez(
                folder / "language.npz",
                varieties=np.array(self.detector.varieties),
                known=self.detector.known,
                weights=self.detector.weights,
                seen=self.detector.seen,
            )
        return self.resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the declared language of each training message, and its variety."""
        for message in training_data.training_examples:
            language = declared_language(message)
            message.set(LANGUAGE, language)
            message.set(VARIETY, variety(message.get(TEXT) or "", language) if language else None)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Detect the language of each message."""
        assert self.detector is not None
        for message in messages:
            found = self.detector.detect(message.get(TEXT) or "", self.config["margin"])
            message.set(LANGUAGE, language_of(found) if found else None, add_to_output=True)
            message.set(VARIETY, found, add_to_output=True)
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
        """Read what ``train`` wrote; the other detector loads with it, not at the first message."""
        _of_a_hundred()
        with (
            model_storage.read_from(resource) as folder,
            np.load(folder / "language.npz", allow_pickle=False) as stored,
        ):
            parts = [stored[name] for name in ("known", "weights", "seen")]
            return cls(config, model_storage, resource, Detector(stored["varieties"].tolist(), *parts))


def declared_language(message: Message) -> str | None:
    """Return the language that the training data declare for a message."""
    metadata = message.get(METADATA) or {}
    return (metadata.get("intent") or {}).get("language")
