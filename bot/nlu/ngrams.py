"""The intent by character n-grams: what encoders miss in tired spelling, transliteration and mixed languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import SGDClassifier

#: n-grams of 2 to 5 characters inside words, in so many buckets (a power of two).
_SIZES, _BUCKETS = (2, 5), 2**18
#: Chosen on the validation sets: the regularisation, and how often the messages are gone through.
_ALPHA, _ROUNDS = 1e-6, 12
#: Below this no probability falls: one classifier never rules an intent out.
_LEAST = 1e-7


class Grams:
    """One logistic regression for each intent on tf-idf weighted, hashed n-grams.

    Args:
        weights: of shape (buckets, intents), in half precision.
        intercepts: of shape (intents,).
        idf: the inverse document frequencies of the buckets.
    """

    def __init__(self, weights: NDArray[np.float16], intercepts: NDArray[np.float32], idf: NDArray[np.float32]) -> None:
        self.weights, self.intercepts, self.idf = weights, intercepts, idf
        self._vectorizer = _vectorizer()

    @classmethod
    def fit(cls, texts: Sequence[str], labels: NDArray[np.int64], weights: NDArray[np.float64]) -> Grams:
        """Fit on ``texts`` and the number of the intent of each.

        ``weights``, of shape (intents,), says how much the messages of an intent count together.
        """
        counts = _vectorizer().transform(texts)
        tfidf = TfidfTransformer(sublinear_tf=True)
        weighed = tfidf.fit_transform(counts)
        sizes = np.bincount(labels)
        balanced = len(labels) / (len(sizes) * sizes) * weights
        model = SGDClassifier(
            loss="log",
            alpha=_ALPHA,
            max_iter=_ROUNDS,
            tol=None,
            class_weight=dict(enumerate(balanced)),
            random_state=0,
            n_jobs=-1,
        )
        model.fit(weighed, labels)
        # Two intents are told apart by one line: its contrary is the other's.
        coefficients, intercepts = model.coef_, model.intercept_
        if len(sizes) == 2:
            coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.hstack([-intercepts, intercepts])
        weights_ = np.ascontiguousarray(coefficients.T, dtype=np.float16)
        return cls(weights_, np.asarray(intercepts, np.float32), np.asarray(tfidf.idf_, np.float32))

    def log_probabilities(self, text: str) -> NDArray[np.float32]:
        """Return log-probabilities of shape (intents,), those of no known n-gram included."""
        row = self._vectorizer.transform([text])
        values = (1 + np.log(row.data)) * self.idf[row.indices]
        values /= max(float(np.linalg.norm(values)), 1e-9)
        logits = values.astype(np.float32) @ self.weights[row.indices].astype(np.float32) + self.intercepts
        alone = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        return np.asarray(np.log(np.maximum(alone / alone.sum(), _LEAST)), np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what ``read`` takes, by name."""
        return {"grams|weights": self.weights, "grams|intercepts": self.intercepts, "grams|idf": self.idf}

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]]) -> Grams:
        """Return the classifier that ``arrays`` gave."""
        return cls(*(arrays[f"grams|{part}"] for part in ("weights", "intercepts", "idf")))


def _vectorizer() -> HashingVectorizer:
    return HashingVectorizer(
        analyzer="char_wb", ngram_range=_SIZES, n_features=_BUCKETS, alternate_sign=False, norm=None
    )
