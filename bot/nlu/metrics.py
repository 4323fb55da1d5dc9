"""How well messages are understood: figures on labelled messages. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Bins of equal width for the calibration error, as in Guo et al. 2017.
BINS = 15


@dataclass(frozen=True)
class Read:
    """A labelled message and what was made of it.

    Attributes:
        text: the message.
        language: the language it is written in, as its file declares it.
        intent: what it means, as its file declares it.
        ranking: intents and probabilities, the likeliest first.
        detected: the language that was detected.
        also: the other problems that are in it.
    """

    text: str
    language: str
    intent: str
    ranking: tuple[tuple[str, float], ...]
    detected: str | None = None
    also: tuple[str, ...] = ()

    @property
    def found(self) -> str:
        """The likeliest intent, "" where there is none."""
        return self.ranking[0][0] if self.ranking else ""

    @property
    def confidence(self) -> float:
        """The probability of the likeliest intent."""
        return self.ranking[0][1] if self.ranking else 0.0

    def within(self, count: int) -> bool:
        """Tell whether the intent, or one of the others in the message, is among the ``count`` likeliest."""
        return bool({self.intent, *self.also} & {intent for intent, _ in self.ranking[:count]})


def share(truths: Iterable[bool]) -> float:
    """Return the share of truths, 0 of none."""
    told = list(truths)
    return sum(told) / len(told) if told else 0.0


def accuracy(reads: Sequence[Read], within: int = 1) -> float:
    """Return the share of messages whose intent is among the ``within`` likeliest."""
    return share(read.within(within) for read in reads)


@dataclass(frozen=True)
class Bin:
    """The messages whose confidence lies in one part of 0 to 1.

    Attributes:
        count: how many they are.
        confidence: their mean confidence.
        accuracy: the share of them that was right.
    """

    count: int
    confidence: float
    accuracy: float


def calibration(reads: Sequence[Read], bins: int = BINS) -> list[Bin]:
    """Return the bins of equal width that hold a message, the least confident first."""
    held: dict[int, list[Read]] = {}
    for read in reads:
        held.setdefault(min(int(read.confidence * bins), bins - 1), []).append(read)
    return [
        Bin(len(within), sum(read.confidence for read in within) / len(within), accuracy(within))
        for _, within in sorted(held.items())
    ]


def calibration_error(reads: Sequence[Read], bins: int = BINS) -> float:
    """Return the expected calibration error: how far confidence and accuracy lie apart on average (Guo et al. 2017)."""
    apart = sum(each.count * abs(each.confidence - each.accuracy) for each in calibration(reads, bins))
    return apart / len(reads) if reads else 0.0


def confusions(reads: Iterable[Read]) -> Counter[tuple[str, str]]:
    """Return how often each intent was taken for each: ``(meant, found)``, right ones included."""
    return Counter((read.intent, read.found) for read in reads)


def mistaken(reads: Iterable[Read]) -> list[tuple[tuple[str, str], int]]:
    """Return the wrong pairs ``(meant, found)``, the commonest first."""
    wrong = Counter({pair: n for pair, n in confusions(reads).items() if pair[0] != pair[1]})
    return wrong.most_common()
