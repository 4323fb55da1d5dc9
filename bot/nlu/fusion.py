"""The intent: a logistic regression for each encoder and one on character n-grams, their log-probabilities averaged.

Each encoder's vectors are first centred on the mean of their variety: the language is the largest nuisance direction
in a multilingual space, and removing it is worth more than any regularisation (measured, see
``docs/decisions/0003-understanding.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.nlu.embedding import SPEAKS
from bot.nlu.ngrams import Grams

Array = NDArray[np.float32]

#: How the n-grams are named among those that spoke.
GRAMS = "grams"


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
        means = {name: vectors[np.array(varieties) == name].mean(axis=0) for name in sorted(set(varieties))}
        # An unknown variety is as far from one as from another, however much was written in each.
        means[""] = np.mean([*means.values()], axis=0)
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


@dataclass(frozen=True)
class Mixing:
    """How the classifiers are put together.

    Attributes:
        temperature: sharpens the probabilities below 1.
        sure_at: where the cheap classifiers together give this, the dear encoders are not asked.
        grams: the share of the n-grams in the average; the encoders share the rest.
        grams_silent: the same in varieties where the cheapest encoder is silent.
        grams_elsewhere: the same where the variety is not known: no n-gram was learnt from it.
    """

    temperature: float = 1.0
    sure_at: float = 1.0
    grams: float = 0.5
    grams_silent: float = 0.7
    grams_elsewhere: float = 0.35


class Fusion:
    """The classifiers together, the cheapest encoder's first.

    Where the n-grams and the first encoder are sure, the other encoders are not asked, nor run. An encoder is silent in
    varieties that it was not made for; where the variety is not known, only those speak that were made for nearly all.
    """

    def __init__(self, intents: list[str], heads: dict[str, Head], grams: Grams | None, mixing: Mixing) -> None:
        self.intents, self.heads, self.grams, self.mixing = intents, heads, grams, mixing

    @classmethod
    def fit(
        cls,
        samples: dict[str, Sample],
        strength: float,
        mixing: Mixing,
        weights: dict[str, float] | None = None,
        texts: Sequence[tuple[str, str]] = (),
    ) -> Fusion:
        """Fit one head for each encoder of ``samples``, the cheapest first, each on its own messages.

        Args:
            samples: what each encoder learns from.
            strength: the inverse of the regularisation of the heads.
            mixing: how they are put together.
            weights: how much the messages of an intent count together, 1 where it is not named.
            texts: messages with their intents, for the n-grams; without any there are none.

        Raises:
            ValueError: an encoder, or the n-grams, have no message of an intent that another has.
        """
        names = sorted({intent for sample in samples.values() for intent in sample.intents})
        counting = np.array([(weights or {}).get(intent, 1.0) for intent in names])

        def labels(what: str, intents: Sequence[str]) -> NDArray[np.int64]:
            if {*intents} != {*names}:
                missing = sorted({*names} ^ {*intents})
                raise ValueError(f"{what} has no message of {', '.join(missing)}.")
            return np.array([names.index(intent) for intent in intents])

        numbers = {encoder: labels(encoder, sample.intents) for encoder, sample in samples.items()}
        with ThreadPoolExecutor() as threads:  # each leaves the interpreter's lock while it computes
            heads = {
                encoder: threads.submit(
                    Head.fit, sample.vectors, sample.varieties, numbers[encoder], strength, counting
                )
                for encoder, sample in samples.items()
            }
            words = None
            if texts:
                meant = labels("the list of texts", [intent for _, intent in texts])
                words = threads.submit(Grams.fit, [text for text, _ in texts], meant, counting)
            fitted = {encoder: head.result() for encoder, head in heads.items()}
            return cls(names, fitted, words.result() if words else None, mixing)

    def probabilities(self, encode: Callable[[str], Array], variety: str, text: str = "") -> Array:
        """Return the probabilities of one message, of shape (intents,).

        Args:
            encode: gives the message's vector by an encoder's name; called only for the encoders that are needed.
            variety: the message's language and letters, or "" when unknown.
            text: its words, for the n-grams.
        """
        return self.read(encode, variety, text)[0]

    def read(self, encode: Callable[[str], Array], variety: str, text: str = "") -> tuple[Array, dict[str, Array]]:
        """Return the probabilities of one message, and those that each classifier that was asked gives alone."""
        spoke: dict[str, Array] = {}
        if self.grams is not None:
            spoke[GRAMS] = self.grams.log_probabilities(text)
        speakers, cheapest = self._that_know(variety), next(iter(self.heads))
        found = self._mixed(spoke, variety)
        for name in speakers:
            # The cheapest is always asked; and where the variety is not known, the n-grams know nothing by themselves.
            asked = name == cheapest or not spoke or (not variety and name == speakers[0])
            if not asked and found.max() >= self.mixing.sure_at:
                break
            spoke[name] = self.heads[name].log_probabilities(encode(name).reshape(1, -1), [variety])[0]
            found = self._mixed(spoke, variety)
        return found, {name: np.exp(logs) for name, logs in spoke.items()}

    def _mixed(self, spoke: dict[str, Array], variety: str) -> Array:
        encoders = [logs for name, logs in spoke.items() if name != GRAMS]
        grams = spoke.get(GRAMS)
        if not encoders:
            logs = np.zeros(len(self.intents), np.float32) if grams is None else grams
        elif grams is None:
            logs = np.mean(encoders, axis=0)
        else:
            share = self._share_of_grams(variety)
            logs = (1 - share) * np.mean(encoders, axis=0) + share * grams
        return _softmax(logs / self.mixing.temperature)

    def _share_of_grams(self, variety: str) -> float:
        if not variety:
            return self.mixing.grams_elsewhere
        silent = next(iter(self.heads)) not in self._that_know(variety)
        return self.mixing.grams_silent if silent else self.mixing.grams

    def _that_know(self, variety: str) -> list[str]:
        """Return the encoders that were made for a variety; all of them where none was."""
        known = [name for name in self.heads if name not in SPEAKS or variety in SPEAKS[name]]
        return known or [*self.heads]


def _softmax(logits: Array) -> Array:
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum(), dtype=np.float32)
