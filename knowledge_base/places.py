"""Where somebody lives, found in what they write: the communes and the départements that a message names.

People type without accents or capitals, and hundreds of communes are called like a word, so a name needs evidence:

- beside its postal code, any name is believed;
- a town of 10,000 inhabitants, by its name alone, unless it follows "rue de", "gare de" or "centre de rétention de";
- a village called by three words or more, by its name alone; by two, after any preposition;
- a village called by one word, after "j'habite à", "mairie de" and their kin, or with a capital after any preposition;
- a name that is also an ordinary word (``words`` in ``places.yml``), after "j'habite à" or "mairie de", and with a
  capital where it is a village; or with a capital after "à";
- a name that means another place (``elsewhere``), after "mairie de" only.

A name that several communes bear gives all of them, the most populous first, unless another place close by tells which
is meant ("Saint-Denis, 93"). "The tribunal administratif of Melun" gives all the départements it judges.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge_base.cues import ARTICLES, Cue, Token, cue_before, tokens
from knowledge_base.gazetteer import Commune, Court, Department, Gazetteer, key, parts, parts_under
from knowledge_base.place_numbers import Numbers

__all__ = ["Commune", "Court", "Department", "Mention", "Places", "places"]

#: A town of this size is known by its name alone.
WELL_KNOWN = 10_000
_CONTRACTED = {"au": "le", "du": "le", "aux": "les", "des": "les"}
_DEFINITE = ARTICLES | set(_CONTRACTED)
#: "Vitry sur Marne": a river, not the département.
_BEFORE_A_RIVER = frozenset({"sur", "sous", "lez"})
#: From this length on, a word that begins with "st" may be a saint: "stdenis", never "stay".
_GLUED = 6
#: How many words apart a place may tell which of its namesakes another one is.
_CLOSE_BY = 6
#: What may stand beside a place in an answer to "where do you live?".
_FILLER = re.compile(
    r"je?|suis|habit(?:e|ons)|vis|dans|l[ea]?s?|une?|a|aux?|en|d[eu]?s?|sur|c|est|ce|bonjour|oui|merci|svp|euh|ben"
    r"|i|live|in|at|the|from|it|is|its|my|am|near|hello|hi|yes|please|ville|commune|code|postal|departement|pref(?:ecture)?"
)


@dataclass(frozen=True)
class Mention:
    """A place in a message.

    Attributes:
        words: the words of the message that name it.
        start: where they begin.
        end: where they end.
        departments: where it may be, the likeliest first; never empty.
        communes: which communes it may be, the most populous first; none where a number or a département is named.
    """

    words: str
    start: int
    end: int
    departments: tuple[Department, ...]
    communes: tuple[Commune, ...] = ()


@dataclass(frozen=True)
class _Found:
    """A place, and the tokens that name it: from ``first`` up to ``after``, which is not one of them."""

    first: int
    after: int
    departments: tuple[Department, ...]
    communes: tuple[Commune, ...] = ()


class Places(Gazetteer):
    """The départements and communes of France, and how to find them in a message."""

    def find(self, text: str, *, asked: bool = False) -> list[Mention]:
        """Return the places that ``text`` names, in order.

        Args:
            text: what the person wrote.
            asked: whether they were asked where they live: then a name or a number that stands alone is believed.
        """
        words = tokens(text)
        found = list(_Reading(self, text, words, asked).places())
        return [_mention(text, words, one) for one in _narrowed(found)]

    def departments_in(self, text: str, *, asked: bool = False) -> tuple[Department, ...]:
        """Return the départements that ``find`` finds, each once, in the order of the message."""
        return tuple(dict.fromkeys(one for mention in self.find(text, asked=asked) for one in mention.departments))


@functools.cache
def places() -> Places:
    """Return the places that ship with the product, loaded once."""
    return Places.load()


class _Reading:
    """Goes through a message once, from left to right, and takes the longest name at each word."""

    def __init__(self, known: Places, text: str, words: Sequence[Token], asked: bool) -> None:
        self.known = known
        self.words = words
        self.asked = asked
        self.numbers = Numbers(known, text, words)
        #: The words that say something besides "I live in".
        self.telling = [at for at, word in enumerate(words) if not (word.number or _FILLER.fullmatch(word.plain))]
        self.before: _Found | None = None

    def places(self) -> Iterator[_Found]:
        at = 0
        while at < len(self.words):
            found = self._number(at) if self.words[at].number else self._name_or_next(at)
            if found:
                self.before = found
                yield found
            at = found.after if found else at + 1

    def _number(self, at: int) -> _Found | None:
        beside = self.before.departments if self.before and self.before.after == at else ()
        departments = self.numbers.departments(at, beside, self._alone(at, at + 1))
        return _Found(at, at + 1, departments) if departments else None

    def _name_or_next(self, at: int) -> _Found | None:
        """Return the name at a word, unless that word is the article of a longer name, or of a département."""
        found = self._name(at)
        if found and self.words[at].plain in ARTICLES and found.after > at + 1:
            other = self._name(at + 1)
            if other and (other.after, not other.communes) > (found.after, not found.communes):
                return other
        return found

    def _name(self, at: int) -> _Found | None:
        commune, department = self._commune(at), self._department(at)
        if commune is None or department is None:
            return commune or department
        if commune.after != department.after:
            return max(commune, department, key=lambda found: found.after)
        if self._defined(at) or self.words[at].plain in ARTICLES:  # "dans la Vienne", "à La Réunion"
            return department
        if cue_before(self.words, at) is Cue.OFFICE:  # "préfecture de Vienne": of the Vienne, or in Vienne?
            both = tuple(dict.fromkeys((*department.departments, *commune.departments)))
            return replace(commune, departments=both)
        return commune

    def _spans(self, at: int) -> list[tuple[int, str, set[int]]]:
        """Return what a name that begins at a word may be: where it ends, its letters, and where they are cut."""
        contracted = _CONTRACTED.get(self.words[at - 1].plain, "") if at and not self.words[at].fresh else ""
        return [span for article in filter(None, (contracted, " ")) for span in self._grown(at, article.strip())]

    def _grown(self, at: int, letters: str) -> Iterator[tuple[int, str, set[int]]]:
        cuts: set[int] = set()
        for after in range(at + 1, len(self.words) + 1):
            word = self.words[after - 1]
            if word.number or (after > at + 1 and not word.joined):
                return
            if letters:
                cuts.add(len(letters))
            plain = word.plain
            if plain.startswith("st") and len(plain) >= _GLUED and not self.known.begins(letters + plain):
                plain = "saint" + plain[2:]  # "stdenis"
            letters += plain
            if not self.known.begins(letters):
                return
            yield after, letters, set(cuts)

    def _commune(self, at: int) -> _Found | None:
        for after, letters, cuts in sorted(self._spans(at), key=lambda span: -span[0]):
            communes = tuple(
                commune
                for commune in self.known.communes(letters)
                if cuts <= _cuts(named := parts_under(commune.name, letters))
                and (letters == key(commune.name) or not (self._ordinary(named) or self.known.called(letters)))
            )
            if not communes or not self._believed(at, after, letters, communes):
                continue
            departments = tuple(dict.fromkeys(commune.department for commune in communes))
            if cue_before(self.words, at) is Cue.COURT and self.known.judged_at(letters):
                return _Found(at, after, tuple(self.known.judged_at(letters)))
            district = (
                after < len(self.words) and not self.words[after].fresh and self.numbers.is_district(after, letters)
            )
            return _Found(at, after + district, departments, communes)
        return None

    def _ordinary(self, named: Sequence[str]) -> bool:
        """Return whether a name, given by its words, is an ordinary word, with or without an article."""
        return _bare(named) in self.known.ordinary

    def _believed(self, at: int, after: int, letters: str, communes: Sequence[Commune]) -> bool:
        cue = cue_before(self.words, at)
        if cue is Cue.ADDRESS:
            return False
        if self._numbered(at, after, communes) or self._alone(at, after):
            return True
        told = cue in (Cue.HOME, Cue.OFFICE, Cue.COURT)
        capital = any(word.capital for word in self.words[at:after] if word.plain not in ARTICLES)
        well_known = communes[0].population >= WELL_KNOWN
        named = parts_under(communes[0].name, letters)
        if _bare(named) in self.known.elsewhere:
            return cue is Cue.OFFICE
        if self._ordinary(named):
            return (told and (well_known or capital)) or (cue is Cue.AT and capital)
        if well_known:
            return True
        if not _bare(named):
            return len(named) > 2 or cue is not Cue.NONE
        return told or (capital and cue is not Cue.NONE)

    def _numbered(self, at: int, after: int, communes: Sequence[Commune]) -> bool:
        """Return whether the postal code or, in brackets, the code of one of ``communes`` stands beside its name."""
        homes = {commune.department for commune in communes}
        neighbours = [self.words[at - 1]] if at else []
        if after < len(self.words):
            neighbours.append(self.words[after])
            if self.words[after].bracketed and self.words[after].raw.upper() in {home.code for home in homes}:
                return True
        return any(homes & set(self.known.by_postal_code(word.raw)) for word in neighbours)

    def _alone(self, at: int, after: int) -> bool:
        """Return whether somebody who was asked says nothing else."""
        return self.asked and (not self.telling or (at <= self.telling[0] and self.telling[-1] < after))

    def _department(self, at: int) -> _Found | None:
        for after, letters, cuts in sorted(self._spans(at), key=lambda span: -span[0]):
            called = [(name, one) for name, one in self.known.called(letters) if cuts <= _cuts(parts(name))]
            if called and self._meant(at, after, parts(called[0][0])):
                return _Found(at, after, tuple(one for _, one in called))
        return None

    def _meant(self, at: int, after: int, named: Sequence[str]) -> bool:
        """Return whether the name of a département is one, and not a river, a quality or a direction."""
        cue = cue_before(self.words, at)
        if cue is Cue.ADDRESS or (at and self.words[at - 1].plain in _BEFORE_A_RIVER):
            return False
        if not self._ordinary(named):
            return True
        capital = any(word.capital for word in self.words[at:after] if word.plain not in ARTICLES)
        follows = self.before is not None and at - self.before.after <= 2
        goes_on = after < len(self.words) and self.words[after].plain in ("de", "du", "des", "d", "of")
        return (
            cue is Cue.OFFICE
            or (cue is Cue.AT and capital)
            or (follows and (cue is Cue.OF or capital))  # "Saint-Denis, La Réunion"
            or (cue is Cue.HOME and not goes_on)  # "je vis dans le nord de Paris"
            or self._alone(at, after)
        )

    def _defined(self, at: int) -> bool:
        return at > 0 and not self.words[at].fresh and self.words[at - 1].plain in _DEFINITE | {"en"}


def _mention(text: str, words: Sequence[Token], found: _Found) -> Mention:
    start, end = words[found.first].start, words[found.after - 1].end
    return Mention(text[start:end], start, end, found.departments, found.communes)


def _bare(named: Sequence[str]) -> str:
    """Return the one word of a name, without its article, or nothing where it has several."""
    words = named[1:] if len(named) > 1 and named[0] in ARTICLES else named
    return words[0] if len(words) == 1 else ""


def _cuts(named: Sequence[str]) -> set[int]:
    """Return where the letters of a name are cut into words."""
    return {sum(map(len, named[:count])) for count in range(1, len(named))}


def _narrowed(found: Sequence[_Found]) -> Iterator[_Found]:
    """Yield each place with those of its namesakes that another place close by allows."""
    for at, one in enumerate(found):
        near = {
            other.departments[0]
            for other in found[max(0, at - _CLOSE_BY) : at + _CLOSE_BY + 1]
            if len(other.departments) == 1 and max(one.first - other.after, other.first - one.after) <= _CLOSE_BY
        }
        kept = tuple(department for department in one.departments if department in near)
        if len(one.departments) > 1 and kept:
            communes = tuple(commune for commune in one.communes if commune.department in near)
            yield replace(one, departments=kept, communes=communes)
        else:
            yield one
