"""The numbers that tell where somebody lives: a postal code, the number of a département, a district of a town.

Most numbers of a message are something else: a date, a price, a file. "93" needs "le", "dans le", "du" or an office
before it. A number that could be a day of the month needs "département" or "préfecture"; or "dans le", which in Paris
means a district too, so that it gives both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge_base.cues import Cue, Token, cue_before
from knowledge_base.gazetteer import Department, Gazetteer

#: The towns with numbered districts ("Paris 18"), and how many.
_DISTRICTS = {"paris": 20, "marseille": 16, "lyon": 9}
_DISTRICT = re.compile(r"(\d{1,2})(er|i?eme|e|th|st|nd|rd)?")
_DISTRICT_WORD = re.compile(r"arr(?:on?dissements?|dt)?|ardt|district")
_LAST_DAY = 31
#: Within so many words of a code, "Cedex" tells that it is one of the post for offices.
_CEDEX_WITHIN = 6
#: After a number, what makes it a quantity, a date or an address.
_COUNTED = re.compile(
    r"euros?|eur|e|h|heures?|hours?|min(?:utes?)?|jours?|days?|semaines?|weeks?|mois|months?|ans?|annees?|years?"
    r"|fois|times|personnes|people|dossiers|pages?|documents?|pieces?|c?m|km|[mkg][bo]|dh|da|cfa|usd|pour|percent"
    r"|janvier|january|fevrier|february|mars|march|avril|april|mai|may|juin|june|juillet|july|aout|august"
    r"|septembre|september|octobre|october|novembre|november|decembre|december"
    r"|rue|avenue|av|boulevard|bl?v?d|place|allees?|chemin|route|impasse|quai|cours|bis|ter|street"
)
#: Before a number, what makes it a reference.
_NUMBERED = re.compile(
    r"au|sms|num(?:ero)?|n[or]?|dossier|ticket|ref(?:erence)?|reponse|etranger|agdref|erreur|error|file|number"
)
_PART_OF_MORE = re.compile(r"\d[\s.,/\-]?$|[€$]\s?$"), re.compile(r"[.,/\-]\d|\s?[€%$°]")


class Numbers:
    """The numbers of one message."""

    def __init__(self, known: Gazetteer, text: str, words: Sequence[Token]) -> None:
        """Take a message and its words."""
        self._known = known
        self._text = text
        self._words = words

    def departments(self, at: int, beside: Sequence[Department], alone: bool) -> tuple[Department, ...]:
        """Return where a number says that somebody may live, the likeliest first; nothing where it says something else.

        Args:
            at: which word of the message it is.
            beside: the départements of the place named just before it.
            alone: whether it is the whole answer to "where do you live?".
        """
        return self._by_postal_code(at) or self._by_code(at, beside, alone) or self._by_district(at)

    def is_district(self, at: int, town: str) -> bool:
        """Return whether a word is the number of a district of ``town``, given as ``gazetteer.key`` gives it."""
        found = _DISTRICT.fullmatch(self._words[at].plain)
        return found is not None and 1 <= int(found[1]) <= _DISTRICTS.get(town, 0) and not self._counts(at)

    def _counts(self, at: int) -> bool:
        """Return whether a number counts something, or is part of a longer one or of a date."""
        word = self._words[at]
        before, after = self._text[: word.start][-2:], self._text[word.end :][:2]
        if _PART_OF_MORE[0].search(before) or _PART_OF_MORE[1].match(after):
            return True
        return _COUNTED.fullmatch(self._plain(at + 1)) is not None

    def _plain(self, at: int) -> str:
        return self._words[at].plain if 0 <= at < len(self._words) else ""

    def _by_postal_code(self, at: int) -> tuple[Department, ...]:
        code = self._words[at].raw
        if len(code) != 5 or not code.isdigit() or self._counts(at) or _NUMBERED.fullmatch(self._plain(at - 1)):
            return ()
        return self._known.by_postal_code(code) or self._by_cedex(at)

    def _by_cedex(self, at: int) -> tuple[Department, ...]:
        """Return the département of a code that no commune has, of the post for offices: "93007 Bobigny Cedex"."""
        if not any(word.plain == "cedex" for word in self._words[at : at + _CEDEX_WITHIN]):
            return ()
        code = self._words[at].raw
        found = self._known.departments.get(code[:3]) or self._known.departments.get(code[:2])
        return (found,) if found else ()

    def _by_code(self, at: int, beside: Sequence[Department], alone: bool) -> tuple[Department, ...]:
        word = self._words[at]
        office = cue_before(self._words, at) is Cue.OFFICE
        department = self._known.departments.get(word.raw.upper().zfill(2) if office or alone else word.raw.upper())
        if department is None or self._counts(at):
            return ()
        if office or alone or department in beside:
            return (department,)
        before, sooner = self._plain(at - 1), self._plain(at - 2)
        goes_on = at + 1 < len(self._words) and self._words[at + 1].joined and self._words[at + 1].number  # "le 39 39"
        if word.fresh or goes_on:
            return ()
        if not word.raw.isdigit():
            return (department,) if before in ("le", "du", "la", "en", "in", "the") else ()
        named = before in ("le", "du") or (before == "the" and sooner in ("in", "from", "of"))
        if int(word.raw) > _LAST_DAY:
            return (department,) if named else ()
        if (sooner, before) in (("dans", "le"), ("in", "the")):
            return tuple(dict.fromkeys((department, *self._with_district(int(word.raw)))))
        return ()

    def _by_district(self, at: int) -> tuple[Department, ...]:
        """Return the towns that have such a district, where a message says "dans le 18e" or "18e arrondissement"."""
        found = _DISTRICT.fullmatch(self._words[at].plain)
        if found is None:
            return ()
        within = found[2] and (self._plain(at - 2), self._plain(at - 1)) == ("dans", "le")
        if within or _DISTRICT_WORD.fullmatch(self._plain(at + 1)):
            return self._with_district(int(found[1]))
        return ()

    def _with_district(self, number: int) -> tuple[Department, ...]:
        towns = [town for town, last in _DISTRICTS.items() if 1 <= number <= last]
        return tuple(commune.department for town in towns for commune in self._known.communes(town)[:1])
