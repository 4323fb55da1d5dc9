"""Who has signed a fact, and whether it still says what was signed.

A signature is three keys of the fact in ``facts.yml``: ``reviewed_by``, ``reviewed_on``, and ``reviewed_digest``, a
digest of the statement and source that were signed. When either changes afterwards, the fact counts as unsigned again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from knowledge_base.schema import Fact
from knowledge_base.source import squash

State = Literal["changed", "unsigned", "signed"]

_KEYS = ("reviewed_by", "reviewed_on", "reviewed_digest")


class Refused(ValueError):
    """Raised when facts cannot be signed as asked; carries a sentence for each reason."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reasons))


@dataclass(frozen=True)
class Signature:
    """Somebody's word that a fact is right.

    Attributes:
        by: name and role, ``Jane Doe, avocate``.
        on: the day of signing.
    """

    by: str
    on: dt.date

    def __post_init__(self) -> None:
        name, _, role = self.by.partition(",")
        if not (name.strip() and role.strip()):
            raise Refused(['Say who signs, and as what: --by "Name, role".'])
        if not self.by.isprintable():
            raise Refused(["The name holds a character that cannot be printed: type it again."])


def digest(fact: Fact) -> str:
    """Return 12 hexadecimal digits that change with the words of the statement or source, not with their wrapping."""
    signed = f"{squash(fact.statement)}\n{squash(fact.source)}"
    return hashlib.sha256(signed.encode()).hexdigest()[:12]


def state(fact: Fact) -> State:
    """Tell whether a fact is signed, was signed and changed since, or was never signed."""
    if not fact.reviewed_by:
        return "unsigned"
    return "signed" if fact.reviewed_digest == digest(fact) else "changed"


def may_be_signed(fact: Fact) -> bool:
    """Tell whether at least a part of a fact may be stated: what is wholly unsure is never said, so never signed."""
    return any(part.may_be_stated for part in fact.confidence)


def sign(
    path: Path, facts: Mapping[str, Fact], wanted: Sequence[str], signature: Signature, again: bool = False
) -> tuple[str, ...]:
    """Write a signature into ``facts.yml`` for some facts, every other byte of the file kept.

    Args:
        path: the file of facts.
        facts: the facts as they stand in it, by id.
        wanted: ids to sign, each alone (``C1``) or with the digest that was read (``C1=0123456789ab``).
        signature: who signs, and when.
        again: whether a fact that somebody else signed may be signed anew.

    Returns:
        The ids that were signed, each once.

    Raises:
        Refused: with every reason; nothing is written.
    """
    ids = dict(one.partition("=")[::2] for one in wanted)
    reasons = [reason for fact_id, read in ids.items() if (reason := _refusal(facts, fact_id, read, signature, again))]
    if reasons:
        raise Refused(reasons)
    text = path.read_bytes().decode("utf-8")
    path.write_bytes(_signed(text, {fact_id: digest(facts[fact_id]) for fact_id in ids}, signature).encode("utf-8"))
    return tuple(ids)


def _refusal(facts: Mapping[str, Fact], fact_id: str, read: str, signature: Signature, again: bool) -> str | None:
    fact = facts.get(fact_id)
    if fact is None:
        return f"There is no fact {fact_id}. `declic kb review` lists them."
    if not may_be_signed(fact):
        return f"{fact_id} is marked unsure ({fact.confidence[0].level}): verify it and change its confidence first."
    if read and read != digest(fact):
        return f"{fact_id} has changed since the page with {read} was written: write the page again, and read it again."
    if state(fact) == "signed" and fact.reviewed_by != signature.by and not again:
        return f"{fact_id} was signed by {fact.reviewed_by} on {fact.reviewed_on}. To sign it anew, add --again."
    return None


def _signed(text: str, digests: Mapping[str, str], signature: Signature) -> str:
    """Return the text of ``facts.yml`` with the three lines of a signature under ``checked`` of each fact to sign."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode), "the loader has read it"
    lines = text.splitlines(keepends=True)
    old: set[int] = set()
    for name, fact in root.value:
        if name.value not in digests:
            continue
        if fact.flow_style:
            raise Refused([f"{name.value} is written in braces: write each of its keys on a line, then sign."])
        keys = {key.value: (key, value) for key, value in fact.value}
        checked, value = keys["checked"]
        old |= {line for key in _KEYS if key in keys for line in _lines_of(*keys[key])}
        after = value.end_mark.line
        newline = "\r\n" if lines[checked.start_mark.line].endswith("\r\n") else "\n"
        if not lines[after].endswith(newline):
            lines[after] += newline
        written = (signature.by, signature.on.isoformat(), digests[name.value])
        for key, said in zip(_KEYS, written, strict=True):
            lines[after] += f"{' ' * checked.start_mark.column}{key}: {json.dumps(said, ensure_ascii=False)}{newline}"
    return "".join(line for number, line in enumerate(lines) if number not in old)


def _lines_of(key: yaml.Node, value: yaml.Node) -> range:
    """Return the lines of a key and its value, from 0; a block of text ends at the beginning of a line."""
    return range(key.start_mark.line, value.end_mark.line + (value.end_mark.column > 0))
