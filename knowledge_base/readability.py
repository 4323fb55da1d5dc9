"""Words, sentences and reading ease of a text: Flesch (1948) for English, Kandel & Moles (1958) for French.

Both indices come from the length of sentences in words and of words in syllables, on a scale where 100 is very easy and
0 very hard; a text of very short sentences passes 100.

- Flesch, R. (1948), "A new readability yardstick", Journal of Applied Psychology 32, 221-233.
- Kandel, L. & Moles, A. (1958), "Application de l'indice de Flesch à la langue française", Cahiers Études de
  Radio-Télévision 19, 253-274.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge_base.syllables import SYLLABLES


@dataclass(frozen=True)
class Formula:
    """A reading-ease index: ``constant - sentence * words a sentence - word * syllables a word``."""

    name: str
    constant: float
    sentence: float
    word: float


#: The index of each language that has one here.
FORMULAS: Mapping[str, Formula] = {
    "fr": Formula("Kandel & Moles 1958", 207.0, 1.015, 73.6),
    "en": Formula("Flesch 1948", 206.835, 1.015, 84.6),
}

#: Languages that say the same in more, shorter words than French: what they write apart is one word there. Words of the
#: essentials' messages of fifteen words or more, over those of the French, measured on 2026-11-25.
WORDINESS: Mapping[str, float] = {"es": 1.09, "fa": 1.09, "ps": 1.18, "pt": 1.10}


def longest_in(language: str, words: int) -> int:
    """Return how many words of ``language`` may stand where French may have ``words``."""
    return int(words * WORDINESS.get(language, 1.0))


#: From here on a message is counted as easy enough for somebody who reads at B1.
#:
#: Flesch (1948) calls 60 to 70 "standard" and 70 to 80 "fairly easy". To read at B1 is to understand "straightforward
#: factual texts" well enough (Council of Europe, CEFR Companion Volume 2020, overall reading comprehension). Nobody has
#: calibrated either index on the CEFR; "standard" is ordinary prose for people who read their own language, so the line
#: is drawn one level below. It promises nothing to somebody who reads at A2.
#:
#: What an index cannot tell: whether the words are known (*greffe* is short and hard, *anniversaire* long and easy),
#: whether a term is explained, whether the order is clear, whether the text is true. It is made for passages of a
#: hundred words, so on one message it is rough. For French as a foreign language, François & Fairon (2012, EMNLP) beat
#: the formulas before theirs with 46 features of words, grammar and meaning. The index finds sentences to look at; only
#: readers tell what they understand.
EASY_FROM = 70.0

#: A full stop ends a sentence where a space or the end follows, save after one letter ("L. 521-3") or an abbreviation;
#: a page's address ends one where a capital follows.
_END = re.compile(r"(?<!\b[A-Za-z])(?<!\bart)(?<!\btél)[.!?…؟۔।]+(?:\s?[»”\")\]])*(?=\s|$)|https?://\S+(?=\s+[A-ZÀ-Ý])")
#: Pages, e-mails and dates in figures: what has a stop, a slash or an @ inside. What ends the sentence stays.
_ADDRESS = re.compile(r"\S*\w(?:[./@]|://)\S*\w/?")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def words(text: str) -> list[str]:
    """Return the words of ``text`` as a reader counts them: what stands between spaces and has a letter or a digit."""
    return [word for word in text.split() if any(char.isalnum() for char in word)]


def sentences(text: str) -> list[str]:
    """Return the sentences of ``text``; what follows a colon or a semicolon belongs to the same sentence."""
    parts = (part.strip() for part in _END.sub(lambda end: f"{end[0]}\n", text).split("\n"))
    return [part for part in parts if words(part)]


def ease(texts: Iterable[str], language: str) -> float | None:
    """Return the reading ease of ``texts`` taken together; addresses and figures are left out.

    Returns:
        The index of ``FORMULAS``, or ``None`` for a language that has none, and for texts without a word.
    """
    formula = FORMULAS.get(language)
    every = [sentence for text in texts for sentence in sentences(text)]
    spoken = [word for sentence in every for word in _WORD.findall(_ADDRESS.sub(" ", sentence))]
    if not formula or not spoken:
        return None
    syllables = sum(map(SYLLABLES[language], spoken))
    return formula.constant - formula.sentence * len(spoken) / len(every) - formula.word * syllables / len(spoken)
