"""Takes personal numbers out of a message at the edge, before Rasa, the database or a log sees it.

What is taken out leaves a typed token in its place. Dates, article numbers, error codes, prices, versions and the
public numbers stay: they carry the sense and identify nobody. In doubt a number goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import yaml

#: The contact centre, and the Défenseur des droits.
_PUBLIC_NUMBERS = frozenset({"0806001620", "0969390000"})
#: What people put between the digits of a number.
_GAP = "[ \u00a0\u202f.-]"
_TIGHT = "[ \u00a0\u202f-]"

#: A public number as it is dialled in France or from abroad, with anything between its digits.
_PUBLIC = re.compile(
    rf"((?<!\d)(?:0|(?:\+|00)33){_GAP}?(?:"
    + "|".join("[ \u00a0\u202f./-]?".join(number[1:]) for number in sorted(_PUBLIC_NUMBERS))
    + r")(?!\d))"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(
    rf"(?<!\w)[A-Z]{{2}}\d{{2}}(?:{_TIGHT}?[A-Z0-9]{{4}}){{2,7}}(?:{_TIGHT}?[A-Z0-9]{{1,4}})?(?!\w)", re.IGNORECASE
)
_CARD = re.compile(
    rf"(?<!\d)(?:\d{{4}}(?:{_TIGHT}?\d{{4}}){{3}}|3[47]\d\d{_TIGHT}?\d{{6}}{_TIGHT}?\d{{5}})(?!\d)",
)
_PHONE = re.compile(
    rf"(?<!\d)(?:\+|00)\d{{1,3}}(?:{_GAP}?\(?\d\)?){{6,12}}(?!\d)"
    rf"|(?<!\d)0[1-9](?:(?:{_GAP}?\d){{8}}|(?:/\d\d){{4}})(?!\d)"
)
_LONG_NUMBER = re.compile(rf"(?<!\d)\d(?:{_TIGHT}?\d){{10,14}}(?!\d)")
_TEN_DIGITS = re.compile(rf"(?<!\d)(?:\d(?:{_TIGHT}?\d){{9}}|\d\d(?:\.\d\d){{4}})(?!\d)")
_SEVEN_DIGITS = re.compile(r"(?<!\w)(?<!\d[.,/-])\d{7,}(?!\w)(?![.,/-]\d)")
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}(?P<gap>[/. -])\d{1,2}(?P=gap)(?:19|20)\d\d"
    r"|(?:19|20)\d\d(?P<mid>[/.-])\d{1,2}(?P=mid)\d{1,2})(?!\d)"
)
_BARE_DATE = re.compile(r"\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{4}-\d\d-\d\d")
_PASSPORT = re.compile(r"(?<!\w)(?:[A-Z]{1,2}\d{7,9}|[A-Z]{3}\d{5,9}|\d\d[A-Z]{2}\d{5})(?!\w)", re.IGNORECASE)
_FILE_NUMBER = re.compile(
    r"""(?xi)
    (?P<named>
      \b(?:dossier|visa|passe?port|agdref|demande|file|application|request)
      (?:\s*(?:n°|n[o°]?\.?|num[ée]ro|number|\#|:))+\s*
      | \bnum[ée]ro\s+de\s+(?:dossier|visa|passeport|demande|titre)\s*:?\s*
    )
    (?P<number>[A-Z0-9][A-Z0-9/-]*\d[A-Z0-9/-]{3,})"""
)
_STREET = r"(?:rue|avenue|av\.?|boulevard|bd|all[ée]e|impasse|chemin)"
#: Also ordinary words: "one place left", "two French lessons". Only a name after them makes an address.
_MAYBE_STREET = r"(?:place|route|square|cours|quai|passage)"
_ADDRESS = re.compile(
    rf"\b\d{{1,4}}\s*(?i:bis|ter)?,?\s+"
    rf"(?:(?i:{_STREET})\s+[^,.;\n]{{2,60}}"
    rf"|(?i:{_MAYBE_STREET})\s+(?i:de\s+la\s+|de\s+l['’]|du\s+|des\s+|de\s+|d['’])?[A-ZÀ-Ý][^,.;\n]{{1,60}})"
)
_SAYS_A_NAME = re.compile(
    r"(?i)\b(?:(?:je\s+m\s?['’]?\s?appell?e|i\s+am\s+called)|(?P<maybe>mon\s+nom\s+(?:est|c['’]est)|my\s+name\s+is))\s+"
)
_NAME_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_LONGEST_NAME_WORDS = 4
_NO_NAME, _AFTER_A_NAME = (
    frozenset(chain.from_iterable(by_language.values()))
    for by_language in yaml.safe_load(Path(__file__).with_name("redaction.yml").read_text(encoding="utf-8")).values()
)


_TOKEN = re.compile("‹[^›‹]{1,30}›")


def tokens(redacted: str) -> tuple[str, ...]:
    """Return the tokens that stand in a redacted text, in their order."""
    return tuple(_TOKEN.findall(redacted))


def redact(text: str) -> str:
    """Return ``text`` without phone, file, card and account numbers, e-mail and postal addresses, and names."""
    return "".join(part if _PUBLIC.fullmatch(part) else _redact(part) for part in _PUBLIC.split(text))


def _redact(text: str) -> str:
    def token(name: str) -> Callable[[re.Match[str]], str]:
        return lambda match: match[0] if _DATE.search(match[0]) else f"‹{name}›"

    text = _EMAIL.sub("‹e-mail›", text)
    text = _IBAN.sub(_iban, text)
    text = _CARD.sub(token("carte"), text)
    text = _PHONE.sub(_phone, text)
    text = _FILE_NUMBER.sub(_file_number, text)
    text = _LONG_NUMBER.sub(token("numéro"), text)
    text = _TEN_DIGITS.sub(token("numéro"), text)
    text = _PASSPORT.sub("‹document›", text)
    text = _SEVEN_DIGITS.sub("‹numéro›", text)
    text = _ADDRESS.sub("‹adresse›", text)
    return _without_names(text)


def _iban(match: re.Match[str]) -> str:
    # Four letters after letters and two digits may be words.
    return "‹iban›" if sum(map(str.isdigit, match[0])) >= 8 else match[0]


def _phone(match: re.Match[str]) -> str:
    if _DATE.search(match[0]):
        return match[0]
    # Where a number comes from changes the advice and identifies nobody.
    french = re.match(r"(?:\+|00)33|0[1-9]", match[0])
    return "‹numéro français›" if french else "‹téléphone étranger›"


def _file_number(match: re.Match[str]) -> str:
    return match[0] if _BARE_DATE.fullmatch(match["number"]) else f"{match['named']}‹numéro›"


def _without_names(text: str) -> str:
    kept, at = [], 0
    for said in _SAYS_A_NAME.finditer(text):
        start = said.end()
        end = _end_of_name(text, start, maybe=said["maybe"] is not None)
        if end > start >= at:
            kept += [text[at:start], "‹nom›"]
            at = end
    return "".join((*kept, text[at:]))


def _end_of_name(text: str, start: int, *, maybe: bool) -> int:
    """Return where the name that begins at ``start`` ends; ``start`` itself if there is none."""
    end = start
    for count in range(_LONGEST_NAME_WORDS):
        at = end + (len(text[end:]) - len(text[end:].lstrip(" ")) if count else 0)
        word = _NAME_WORD.match(text, at)
        if word is None or (count and at == end):
            break
        plain = word[0].casefold()
        if count == 0 and maybe and plain in _NO_NAME:
            break
        if count and re.split("['’]", plain)[0] in _AFTER_A_NAME:
            break
        end = word.end()
    return end
