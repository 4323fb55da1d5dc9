"""Dates and durations as people write them, in French and English.

A date near words of ending is ``expires_on``, near words of sending a request ``filed_on``, of a refusal
``refused_on``. Days of the week and dates without a year are resolved by that role: what ends lies ahead unless it "has
ended", what was sent lies behind.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import dateparser
from dateutil.relativedelta import relativedelta

if TYPE_CHECKING:
    from bot.nlu.entities import Found

Direction = Literal["future", "past"]

_MONTHS = (
    "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|janv|fevr?|avr|juil|sept|oct|nov|dec"
    "|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep"
)
_DAYS = {
    "lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
_SMALL = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "quinze": 15, "vingt": 20, "trente": 30,
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
}  # fmt: skip
_DAY_WORDS = {
    "premier": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "dix sept": 17, "dix huit": 18,
    "dix neuf": 19, "vingt": 20, "vingt et un": 21, "vingt deux": 22, "vingt trois": 23, "vingt quatre": 24,
    "vingt cinq": 25, "vingt six": 26, "vingt sept": 27, "vingt huit": 28, "vingt neuf": 29, "trente": 30,
    "trente et un": 31,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "twenty first": 21, "twenty second": 22,
    "twenty third": 23, "twenty fourth": 24, "twenty fifth": 25, "twenty sixth": 26, "twenty seventh": 27,
    "twenty eighth": 28, "twenty ninth": 29, "thirtieth": 30, "thirty first": 31,
}  # fmt: skip
_UNITS = {
    "jour": "days", "jours": "days", "day": "days", "days": "days", "j": "days",
    "semaine": "weeks", "semaines": "weeks", "week": "weeks", "weeks": "weeks",
    "mois": "months", "month": "months", "months": "months",
    "an": "years", "ans": "years", "annee": "years", "annees": "years", "year": "years", "years": "years",
}  # fmt: skip
_ISO_UNITS = {"days": "D", "weeks": "W", "months": "M", "years": "Y"}
_NUMBERS, _UNIT_WORDS = ("|".join(sorted(words, key=len, reverse=True)) for words in (_SMALL, _UNITS))
_DAY_IN_WORDS = "|".join(word.replace(" ", "[ -]") for word in sorted(_DAY_WORDS, key=len, reverse=True))
_AMOUNT = rf"(\d{{1,3}}|{_NUMBERS})\s*({_UNIT_WORDS})"

_NUMERIC = re.compile(
    r"(?<![\d/.-])(\d{1,2})\s?([/.-])\s?(\d{1,2})(?:\s?[/.-]\s?(\d{4}|\d{2}))?(?![\d/-]|\.\d|\s?(?:h\b|mo\b|euros?|€|%))"
)
#: "le 12.03" is a day; "iOS 15.4" and "article 6-1" are not, nor is "page 3/5".
_DAY_FOLLOWS = re.compile(r"(?<!\w)(?:le|du|au|depuis|avant|jusqu'au|on|since|until|till|by|the|from)\s+$")
_NO_DAY_FOLLOWS = re.compile(
    r"(?<!\w)(?:article|art|etape|step|page|question|partie|part|ecran|screen|ios|android|version)\.?\s+$"
)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NAMED = re.compile(
    rf"(?<!\w)(?:(\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?:of\s+)?({_MONTHS})|({_MONTHS})\s+(\d{{1,2}})(?:st|nd|rd|th)?)"
    r"\b\.?,?(?:\s+(\d{4}))?(?!\w)"
)
#: "le quatorze mai 2027", "the fourteenth of May".
_IN_WORDS = re.compile(rf"(?<!\w)({_DAY_IN_WORDS})\s+(?:of\s+)?({_MONTHS})\b\.?,?(?:\s+(\d{{4}}))?(?!\w)")
#: "en mai 2027", "mi-novembre": a month without its day, which is asked for.
_MONTH = re.compile(
    rf"(?<!\w)(?:en|mi|debut|fin|courant|depuis|mois de|mid|early|late|in|since|end of|beginning of|middle of)[ -]"
    rf"(?:de |d'|of )?({_MONTHS})\b\.?(?:\s+(\d{{4}}))?(?!\w)|(?<!\w)({_MONTHS})\s+(\d{{4}})(?!\w)"
)
_WEEKDAY = re.compile(rf"(?<!\w)(last\s+)?({'|'.join(_DAYS)})(?!\w)(\s+(?:dernier|passe|prochain)\b)?")
_TOMORROW = re.compile(
    r"(?<!\w)(apres[- ]demain|demain|tomorrow|aujourd'?hui|today|tonight|ce soir|hier|yesterday|avant[- ]hier)(?!\w)"
)
_AHEAD = re.compile(rf"(?<!\w)(?:dans|in|d'ici)\s+(?:environ\s+|about\s+)?{_AMOUNT}(?!\w)")
_AGO = re.compile(rf"(?<!\w)(?:il y a\s+(?:environ\s+)?{_AMOUNT}|{_AMOUNT}\s+ago)(?!\w)")
_DURATION = re.compile(
    r"(?<!\w)(?!\d+j/)(?:depuis|ca fait|cela fait|for|since|pendant|plus de|more than|over|almost|presque)?\s*"
    rf"{_AMOUNT}(?!\w)"
)

_ENDS = re.compile(
    r"expir|(?<!\w)(?:finit|finis|finira|termine|fini|prend fin|fin de validite|echeance|perime|s'arrete|jusqu"
    r"|valable|valide"
    r"|ends?|ended|ending|runs? out|ran out|stops?|stopped|finish(?:es|ed)?|(?:is|was|will be) over"
    r"|valid (?:until|till|to)|until|till)"
)
_ENDED = re.compile(
    r"(?<!\w)(?:a expire|est expire|expire depuis|expiree? depuis|etait|perime|a pris fin|est fini|s'est termine"
    r"|expired|ended|ran out|was valid|has ended)"
)
#: "Ma carte expirait le 30 novembre" may lie on either side of today.
_WAS_ENDING = re.compile(r"(?<!\w)(?:expirait|finissait|se terminait|prenait fin|s'arretait|etait (?:valable|valide))")
#: What somebody else wants by a day is no end of a paper: "mon patron veut un papier valable lundi".
_WANTED = re.compile(
    r"(?<!\w)(?:veut|veulent|voulait|exige|exigent|reclame|me demande|il (?:me )?faut"
    r"|wants?|needs?|asks? (?:me )?for|requires?)(?!\w)"
)
_SENT = re.compile(
    r"(?<!\w)(?:depose|deposee|depot|envoye|envoyee|envoi|soumis|soumise|transmis|fait ma demande|fait la demande"
    r"|fait le renouvellement|demande (?:faite|envoyee|deposee)|dossier (?:depose|envoye)"
    r"|filed|submitted|applied|lodged|sent)"
)
_REQUEST_OF = re.compile(r"(?<!\w)(?:demande (?:du|le)|dossier du|renouvellement le|application (?:of|from|on|date))")
#: Who did it, after the date: "le 3 octobre j'ai déposé".
_WHO = re.compile(r"^\W*(?:(?:j'ai|je l'ai|on a|nous avons|elle a|il a|i|i have|i've|we|she|he)\s+)?")
_REFUSED = re.compile(
    r"(?<!\w)(?:refus(?:e|ee)?(?: (?:recu|notifie|du|le|date du))?|decision (?:recue|notifiee|du)|notifie"
    r"|refused|refusal|rejected)"
)
_OTHER_SENDING = re.compile(
    r"(?<!\w)(?:mail|e-mail|email|message|courrier|lettre|recommande|letter|form|ticket|sms|appele|called|rdv|rendez|appointment)"
)
_NEAR = 45


def find_dates(plain: str, today: dt.date) -> Iterator[Found]:
    """Yield the dates of ``plain`` (lower case, no accents), each with the role its neighbours give it."""
    from bot.nlu.entities import Found

    for start, end, kind, match in _candidates(plain):
        name, direction = _role(plain, start, end)
        day = _day(kind, match, today, direction)
        if day:
            yield Found(name, day.isoformat(), start, end)


def find_durations(plain: str) -> Iterator[Found]:
    """Yield durations as ISO 8601 (``P4M``)."""
    from bot.nlu.entities import Found

    for match in _DURATION.finditer(plain):
        amount, unit = _amount(match[1]), _UNITS[match[2]]
        if match[1] in ("a", "an", "un", "une") and unit == "years":
            continue
        yield Found("duration", f"P{amount}{_ISO_UNITS[unit]}", *match.span())


def find_months(plain: str) -> Iterator[Found]:
    """Yield the months that are told without a day, as ``2027-05``, or ``--05`` without a year either."""
    from bot.nlu.entities import Found

    for match in _MONTH.finditer(plain):
        name, year = match[1] or match[3], match[2] or match[4]
        yield Found("month", f"{year or '-'}-{_month(name):02}", *match.span())


def _candidates(plain: str) -> Iterator[tuple[int, int, str, re.Match[str]]]:
    taken: list[tuple[int, int]] = []
    kinds = (
        ("iso", _ISO), ("numeric", _NUMERIC), ("named", _NAMED), ("words", _IN_WORDS), ("ahead", _AHEAD), ("ago", _AGO),
        ("tomorrow", _TOMORROW), ("weekday", _WEEKDAY),
    )  # fmt: skip
    for kind, pattern in kinds:
        for match in pattern.finditer(plain):
            if kind == "numeric" and not _is_a_day(match, plain[: match.start()]):
                continue
            if not any(start < match.end() and match.start() < end for start, end in taken):
                taken.append(match.span())
                yield match.start(), match.end(), kind, match


def _is_a_day(match: re.Match[str], before: str) -> bool:
    """Tell whether two or three numbers are a day: without a year, only a slash or the words before make them one."""
    if match[4]:
        return True
    if match[2] == "/":
        return _NO_DAY_FOLLOWS.search(before) is None and match[0] != "24/7"
    return _DAY_FOLLOWS.search(before) is not None


def _role(plain: str, start: int, end: int) -> tuple[str, Direction | None]:
    """Return what the date is, and on which side of today it lies."""
    before = re.split(r"[.;!?\n]| et | mais | but | and ", plain[max(0, start - _NEAR) : start])[-1]
    after = re.split(r"[.;!?\n,]", plain[end : end + 25])[0]
    ends = -1 if _WANTED.search(before) else _last(_ENDS, before)
    sent = -1 if _OTHER_SENDING.search(before) else max(_last(_SENT, before), _last(_REQUEST_OF, before))
    if ends < 0 and sent < 0:
        if re.match(r"\s*(?:c'est|est|is)?\s*(?:la fin|l'echeance|la date de fin|the end|fin de)", after):
            ends = 0
        elif _SENT.match(_WHO.sub("", after)) and not _OTHER_SENDING.search(before):
            sent = 0
    refused = _last(_REFUSED, before)
    # "they refused my application on 3 October": the verb tells, not what was refused.
    if refused > max(ends, -1 if _OTHER_SENDING.search(before) else _last(_SENT, before)):
        return "refused_on", "past"
    if ends > sent:
        was = _WAS_ENDING.search(before)
        return "expires_on", None if was else "past" if _ENDED.search(before) else "future"
    if sent >= 0:
        return "filed_on", "past"
    return "date", None


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)


def _day(kind: str, match: re.Match[str], today: dt.date, direction: Direction | None) -> dt.date | None:
    if kind == "iso":
        return _real(int(match[1]), int(match[2]), int(match[3]))
    if kind == "numeric":
        day, month, year = int(match[1]), int(match[3]), match[4]
        if year is None:
            return _nearest(day, month, today, direction)
        return _real(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    if kind == "named":
        return _named(int(match[1] or match[4]), match[2] or match[3], match[5], today, direction)
    if kind == "words":
        return _named(_DAY_WORDS[match[1].replace("-", " ")], match[2], match[3], today, direction)
    if kind == "weekday":
        return _weekday(match, today, direction)
    if kind == "tomorrow":
        return today + dt.timedelta(days=_offset(match[1]))
    groups = [group for group in match.groups() if group]
    step = relativedelta(**{_UNITS[groups[1]]: _amount(groups[0])})  # type: ignore[arg-type]
    return today + step if kind == "ahead" else today - step


def _named(day: int, name: str, year: str | None, today: dt.date, direction: Direction | None) -> dt.date | None:
    month = _month(name)
    if year:
        return _real(int(year), month, day)
    return _nearest(day, month, today, direction)


@functools.cache
def _month(name: str) -> int:
    parsed = dateparser.parse(f"1 {name} 2024", languages=["fr", "en"])
    assert parsed is not None, f"{name} is in _MONTHS but is no month"
    return parsed.month


def _weekday(match: re.Match[str], today: dt.date, direction: Direction | None) -> dt.date:
    ahead = (_DAYS[match[2]] - today.weekday()) % 7
    last = match[1] is not None or (match[3] or "").strip() in ("dernier", "passe")
    if last or direction == "past":
        return today - dt.timedelta(days=(7 - ahead) % 7 or 7)
    return today + dt.timedelta(days=ahead)


def _nearest(day: int, month: int, today: dt.date, direction: Direction | None) -> dt.date | None:
    """Return the day and month in the year that its role asks for, or the nearest one."""
    days: list[dt.date] = []
    for year in (today.year - 1, today.year, today.year + 1):
        found = _real(year, month, day)
        if found is not None:
            days.append(found)
    if direction == "past":
        days = [each for each in days if each <= today] or days
    elif direction == "future":
        days = [each for each in days if each >= today] or days
    return min(days, key=lambda each: abs((each - today).days)) if days else None


def _offset(word: str) -> int:
    offsets = {"demain": 1, "tomorrow": 1, "hier": -1, "yesterday": -1}
    if word.startswith("apres"):
        return 2
    if word.startswith("avant"):
        return -2
    return offsets.get(word, 0)


def _amount(word: str) -> int:
    return int(word) if word.isdigit() else _SMALL[word]


def _real(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
