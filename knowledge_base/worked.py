"""The worked examples of the clock: a table that a lawyer checks by eye, and to which the tests hold the code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge_base.clock_words import Words
from knowledge_base.deadlines import Dates, deadlines
from knowledge_base.removal import Order
from knowledge_base.source import read
from knowledge_base.timing import Deadline

_FILE = Path(__file__).with_name("worked_examples.yml")

#: What is known, and what it makes due, in a few words.
KNOWN: Mapping[str, Words] = {
    "expires_on": ("fin du papier", "end of the paper"),
    "filed_on": ("demande envoyée", "request sent"),
    "permit_kind": ("carte", "card"),
    "refused_on": ("refus écrit reçu", "written refusal received"),
    "reasons_asked_on": ("motifs demandés", "reasons asked for"),
    "gracieux_sent_on": ("recours gracieux envoyé", "recours gracieux sent"),
    "order_on": ("OQTF remise", "OQTF handed over"),
    "order_at": ("à", "at"),
    "measure": ("mesure", "measure"),
}
DUE: Mapping[str, Words] = {
    "filing_opens": ("la demande peut être envoyée à partir du", "the request can be sent from"),
    "filing_closes": ("la demande est à temps jusqu'au", "the request is in time until"),
    "late_filing_ends": ("une demande en retard reste possible jusqu'au", "a late request remains possible until"),
    "bridge_ends": ("la carte finie prouve le séjour jusqu'au", "the ended card proves legal stay until"),
    "implicit_refusal_alert": ("le silence peut être un refus à partir du", "silence may be a refusal from"),
    "implicit_refusal": ("le silence est un refus le", "silence is a refusal on"),
    "appeal_ends": ("fin du délai de recours le", "the time to appeal ends on"),
    "gracieux_rejected": ("recours gracieux rejeté le", "recours gracieux rejected on"),
    "appeal_after_gracieux_ends": (
        "fin du délai de recours, après le recours gracieux, le",
        "the time to appeal ends, after the recours gracieux, on",
    ),
    "reasons_due": ("réponse sur les motifs attendue le", "answer on the reasons due on"),
    "reasons_limit": ("recours au plus tard, sans les motifs, le", "appeal at the latest, without the reasons, on"),
    "removal_appeal_ends": ("fin du délai contre l'OQTF le", "the time against the OQTF ends on"),
    "placement_challenge_ends": (
        "fin du délai contre le placement en rétention le",
        "the time against the placement in detention ends on",
    ),
}


@dataclass(frozen=True)
class Example:
    """One line of the table.

    Attributes:
        known: what the person has said, by name.
        due: the kind of deadline.
        day: the day, or the instant in Paris, that a person worked out, in ISO 8601.
        article: where the rule is written.
        computed: what the clock gives, with its facts; ``None`` where it gives no such deadline.
    """

    known: Mapping[str, str]
    due: str
    day: str
    article: str
    computed: Deadline | None

    @property
    def right(self) -> bool:
        """Whether the clock gives what the person worked out."""
        given = self.computed
        return given is not None and self.day == (given.at.isoformat() if given.at else given.on.isoformat())


def examples(path: Path = _FILE) -> tuple[Example, ...]:
    """Return the lines of the table, each with what the clock computes today.

    Raises:
        BrokenSource: the file cannot be read.
    """
    return tuple(_worked(told) for told in read(path).value)


def _worked(told: dict[str, Any]) -> Example:
    found = {deadline.kind: deadline for deadline in deadlines(_dates(told["known"]))}
    return Example(told["known"], told["due"], told["day"], told["article"], found.get(told["due"]))


def _dates(known: Mapping[str, str]) -> Dates:
    days: dict[str, Any] = {name: dt.date.fromisoformat(value) for name, value in known.items() if name.endswith("_on")}
    handed = days.pop("order_on", None)
    if handed:
        at = known.get("order_at")
        days["order"] = Order(handed, dt.time.fromisoformat(at) if at else None, known["measure"])  # type: ignore[arg-type]
    return Dates(**days, permit_kind=known.get("permit_kind"))


__all__ = ["DUE", "KNOWN", "Example", "examples"]
