"""The words of a message, and what stands before one of them that makes it a place: "à", "préfecture de", "j'habite".

Hundreds of communes are called like a word (Nice, Tours, Ligné, Die, Us, Y), and people type without accents or
capitals: a name alone proves nothing. ``Cue`` is one half of the evidence; ``knowledge_base.places`` tells how much is
enough.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

#: Letters, with the accents that some keyboards write as characters of their own; or a number: 93, 2A, 18e.
_TOKEN = re.compile(
    r"(?:[^\W\d_][\u0300-\u036f]*)+|\d+(?:(?:er|i?[eè]me|e|th|st|nd|rd|[ab])(?![^\W\d_]))?", re.IGNORECASE
)
#: Between the words of one name: spaces, hyphens, apostrophes, and the bar of "s/Seine".
_INSIDE = re.compile(r"[\s'’‘`´\-‐‑–_/]*")
#: A sentence, a clause or a line ends here.
_STOP = re.compile(r"[.,;!?()\[\]\n…«»\"]")
_SPELLED_OUT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})

ARTICLES = frozenset({"la", "le", "l", "les", "the"})
_OF = frozenset({"de", "d", "du", "des", "of", "from"})
_AT = frozenset({"a", "au", "aux", "in", "at", "near", "vers", "dans"})
_ON = frozenset({"en", "sur", "to"})
_BEING = frozenset({"suis", "sommes", "est", "etais", "am", "im", "is", "were", "are"})
_OFFICE = re.compile(
    r"(?:sous)?pref(?:ecture?s?|s)?|mairies?|communes?|villes?|town|city|village|dep(?:artements?|artment|t)?|dpt|ile|island"
)
_COURT = re.compile(r"tribuna(?:l|ux)|administratif|court")
_HOME = re.compile(
    r"j?habit(?:e[srz]?|ent|ons|ais|ait|ants?)|vi(?:[st]|v[es]|vons|vent|vre|vais|vait)|resid\w+|loge[esr]*|heberge[es]*"
    r"|domicilie?[es]*|installe[es]*|demenage[res]*|emmenage[res]*|adresse|address|live[sd]?|living|based|moved|staying"
)
#: "rue de Rennes", "gare de Lyon" and "université Paris 8" are not in Rennes, Lyon or Paris; and somebody who is held
#: in a centre de rétention does not live there, and may have another court (fact H6).
_ADDRESS = re.compile(
    r"rue|avenue|av|boulevard|bl?v?d|place|porte|quai|route|chemin|allees?|square|impasse|faubourg|gare|metro|station"
    r"|pont|tour|street|a[ei]r[eo]?port|cra|retention|prison"
)
_SCHOOL = re.compile(r"univ(?:ersit[ey])?|fac(?:ulte)?")


class Cue(enum.Enum):
    """What stands before a word."""

    NONE = enum.auto()
    OF = enum.auto()  #: "de", "from", "sur": it may be a place, or anything else
    AT = enum.auto()  #: "à", "in": it is likely a place
    HOME = enum.auto()  #: "j'habite à", "I live in", "je suis à"
    OFFICE = enum.auto()  #: "préfecture de", "mairie de", "département du"
    COURT = enum.auto()  #: "tribunal administratif de"
    ADDRESS = enum.auto()  #: "rue de", "gare de": it is not where the person lives


@dataclass(frozen=True)
class Token:
    """A word or a number of a message.

    Attributes:
        raw: as it is written.
        plain: in lower case, without accents; "st" and "ste" are spelled out.
        start: where it begins in the message.
        end: where it ends.
        joined: whether a name may go on from the word before to this one.
        fresh: whether a sentence, clause or line begins here.
        bracketed: whether it follows an opening bracket.
    """

    raw: str
    plain: str
    start: int
    end: int
    joined: bool
    fresh: bool
    bracketed: bool

    @property
    def capital(self) -> bool:
        """Whether it is written as a name: with a capital that is not one of many."""
        return self.raw[0].isupper() and not (len(self.raw) > 1 and self.raw.isupper())

    @property
    def number(self) -> bool:
        """Whether it is a number, "18e" and "2A" included."""
        return self.raw[0].isdigit()


def folded(text: str) -> str:
    """Return ``text`` in lower case, without accents or ligatures; punctuation stays."""
    lower = text.lower()
    if lower.isascii():
        return lower
    letters = unicodedata.normalize("NFD", lower.translate(_LIGATURES))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def tokens(text: str) -> list[Token]:
    """Return the words and numbers of a message, in order."""
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        gap = text[end : match.start()]
        plain = folded(match[0])
        before = found[-1].plain if found else ""
        saint = gap.strip() == "." and before in _SPELLED_OUT.values()  # "St. Denis"
        stopped = _STOP.search(gap) is not None and not saint
        bar = text[match.end() : match.end() + 1] == "/"
        found.append(
            Token(
                raw=match[0],
                plain="sur" if plain == "s" and bar else _SPELLED_OUT.get(plain, plain),
                start=match.start(),
                end=match.end(),
                joined=bool(found) and not stopped and (saint or _INSIDE.fullmatch(gap) is not None),
                fresh=not found or stopped,
                bracketed=gap.endswith("("),
            )
        )
        end = match.end()
    return found


def cue_before(words: Sequence[Token], place: int) -> Cue:
    """Return what the words before ``words[place]`` say of it, within its clause."""
    connectors: list[Token] = []
    named = words[place].capital or words[place].number
    at = place
    while at > 0 and not words[at].fresh and len(connectors) < 4:
        at -= 1
        word = words[at]
        if word.plain not in _AT | _OF | _ON | ARTICLES:
            return _cue(word, connectors, named)
        connectors.insert(0, word)
    return _cue(None, connectors, named)


def _cue(word: Token | None, connectors: Sequence[Token], named: bool) -> Cue:
    links = {link.plain for link in connectors} - ARTICLES
    accented = any(link.raw in ("à", "À") for link in connectors)
    cue = Cue.OF if links else Cue.NONE
    if accented or links & (_AT - {"a"}):  # without its accent, "a" may be a verb
        cue = Cue.AT
    if word is None:
        return cue
    if (_ADDRESS.fullmatch(word.plain) and links <= _OF) or (_SCHOOL.fullmatch(word.plain) and not connectors):
        return Cue.ADDRESS
    if links <= _OF or (accented and links <= _OF | _AT):
        sure = bool(links) or named
        if _OFFICE.fullmatch(word.plain):
            return Cue.OFFICE if sure else Cue.AT
        if _COURT.fullmatch(word.plain) or word.raw == "TA":
            return Cue.COURT if sure else Cue.AT
    if _HOME.fullmatch(word.plain):
        return Cue.HOME if links or named else Cue.AT
    if word.plain in _BEING and links and links <= _AT | {"sur"}:
        return Cue.HOME
    return cue
