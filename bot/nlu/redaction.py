"""Takes personal numbers out of a message at the edge, before Rasa, the database or a log sees it.

What is taken out leaves a typed token in its place. Dates, article numbers, error codes and the public 0806 number
stay: they carry the sense and identify nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_PUBLIC_NUMBERS = frozenset({"0806001620", "0969390000"})
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){3,7}(?:[ -]?[A-Z0-9]{1,4})?\b", re.IGNORECASE)
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){15}\d(?!\d)")
_PHONE = re.compile(
    r"(?<![\d.,/])(?:\+|00)\d{1,3}(?:[ .-]?\(?\d\)?){6,12}(?!\d)|(?<![\d.,/])0[1-9](?:[ .-]?\d{2}){4}(?!\d)"
)
_TEN_DIGITS = re.compile(r"(?<![\d.,/-])\d(?:[ .]?\d){9}(?![\d/-])")
_LONG_NUMBER = re.compile(r"(?<![\d.,/-])\d(?:[ ]?\d){10,14}(?![\d/-])")
_PASSPORT = re.compile(r"\b(?=[A-Z0-9]*\d{5})(?:[A-Z]{1,3}\d{5,9}|\d{2}[A-Z]{2}\d{5})\b")
_FILE_NUMBER = re.compile(
    r"(?i)\b((?:dossier|visa|passe?port|agdref|demande|file|application|request)\s*(?:n°|n[o°]?\.?|num[ée]ro|number|#|:)\s*:?\s*)([A-Z0-9][A-Z0-9/-]*\d[A-Z0-9/-]{3,})"
)
_NAME = re.compile(
    r"(?i:\b(?:je m'appelle|je m’appelle|mon nom est|mon nom c'est|my name is|i am called|name's)\s+)"
    r"((?:[^\W\d_][\w'’-]*)(?:\s+[A-ZÀ-Ý][\w'’-]*){0,3})"
)
_ADDRESS = re.compile(
    r"(?i)\b\d{1,4}\s*(?:bis|ter)?,?\s+(?:rue|avenue|av\.?|boulevard|bd|all[ée]e|place|impasse|chemin|route|square|cours|quai)\s+[^,.;\n]{2,60}"
)


def redact(text: str) -> str:
    """Return ``text`` without phone, file, card and account numbers, e-mail and postal addresses, and names."""

    def token(name: str) -> Callable[[re.Match[str]], str]:
        return lambda match: f"‹{name}›"

    text = _EMAIL.sub(token("e-mail"), text)
    text = _IBAN.sub(token("iban"), text)
    text = _CARD.sub(token("carte"), text)
    text = _PHONE.sub(_phone, text)
    text = _TEN_DIGITS.sub(_ten_digits, text)
    text = _LONG_NUMBER.sub(token("numéro"), text)
    text = _FILE_NUMBER.sub(lambda match: f"{match[1]}‹numéro›", text)
    text = _PASSPORT.sub(token("document"), text)
    text = _ADDRESS.sub(token("adresse"), text)
    return _NAME.sub(lambda match: match[0].replace(match[1], "‹nom›"), text)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _phone(match: re.Match[str]) -> str:
    digits = _digits(match[0])
    if digits in _PUBLIC_NUMBERS:
        return match[0]
    french = digits.startswith(("33", "0033")) or (match[0].startswith("0") and not digits.startswith("00"))
    # Where a number comes from changes the advice and identifies nobody.
    return "‹numéro français›" if french else "‹téléphone étranger›"


def _ten_digits(match: re.Match[str]) -> str:
    return match[0] if _digits(match[0]) in _PUBLIC_NUMBERS else "‹numéro›"
