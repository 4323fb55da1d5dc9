"""The outcomes of the clocks and the dates of the texts, in words for somebody who counts with a calendar.

The figures are those of ``deadlines.py``, where each has its fact.
"""

from __future__ import annotations

from collections.abc import Mapping

from knowledge_base.deadlines import (
    ALERT_DAYS,
    ALERT_SOON_DAYS,
    APPEAL,
    FILING_CLOSES_DAYS,
    GENERAL_REFUSAL,
    LATE_FILING,
    NEAR_DAYS,
    SHORTEST_ALERT_DAYS,
    SOON_DAYS,
)
from knowledge_base.words import SOURCE_LANGUAGE

#: In French and English.
Words = tuple[str, str]

#: By clock and outcome: a few words, and when it is so.
OUTCOMES: Mapping[str, Mapping[str, tuple[Words, Words]]] = {
    "filing_window": {
        "in_time": (
            ("envoyée à temps", "sent in time"),
            (
                f"demande envoyée au moins {FILING_CLOSES_DAYS} jours avant la fin du papier",
                f"request sent at least {FILING_CLOSES_DAYS} days before the paper ends",
            ),
        ),
        "late": (
            ("envoyée plus tard", "sent later"),
            (
                f"demande envoyée moins de {FILING_CLOSES_DAYS} jours avant la fin du papier, ou après",
                f"request sent less than {FILING_CLOSES_DAYS} days before the paper ends, or after",
            ),
        ),
        "unknown": (
            ("date inconnue", "date unknown"),
            ("il manque la date d'envoi ou la date de fin", "the day of sending or the end date is missing"),
        ),
    },
    "silence": {
        "early": (
            ("alerte lointaine", "alert far off"),
            (
                f"le jour d'alerte est dans plus de {ALERT_SOON_DAYS} jours",
                f"the alert day is more than {ALERT_SOON_DAYS} days away",
            ),
        ),
        "soon": (
            ("alerte proche", "alert near"),
            (
                f"le jour d'alerte est dans {ALERT_SOON_DAYS} jours au plus, ou passé ; le dernier jour n'est pas venu",
                f"the alert day is at most {ALERT_SOON_DAYS} days away, or past; the latest day has not come",
            ),
        ),
        "refused": (
            ("dernier jour venu", "latest day come"),
            (
                f"le dernier jour est venu, depuis {APPEAL.months} mois au plus",
                f"the latest day has come, at most {APPEAL.months} months ago",
            ),
        ),
        "late": (
            ("délai passé", "time over"),
            (
                f"le dernier jour est passé depuis plus de {APPEAL.months} mois",
                f"the latest day was more than {APPEAL.months} months ago",
            ),
        ),
        "unknown": (
            ("date inconnue", "date unknown"),
            ("la date d'envoi n'est pas connue", "the day of sending is not known"),
        ),
    },
    "expiry": {
        "passed": (("papier fini", "paper ended"), ("le papier a pris fin", "the paper has ended")),
        "soon": (
            ("fin très proche", "ends very soon"),
            (f"il prend fin dans {SOON_DAYS} jours au plus", f"it ends in {SOON_DAYS} days at most"),
        ),
        "near": (
            ("fin proche", "ends soon"),
            (
                f"il prend fin dans {SOON_DAYS + 1} à {NEAR_DAYS} jours",
                f"it ends in {SOON_DAYS + 1} to {NEAR_DAYS} days",
            ),
        ),
        "far": (
            ("fin lointaine", "end far off"),
            (f"il prend fin dans plus de {NEAR_DAYS} jours", f"it ends in more than {NEAR_DAYS} days"),
        ),
        "unknown": (
            ("date inconnue", "date unknown"),
            ("la date de fin n'est pas connue", "the end date is not known"),
        ),
    },
    "lapse": {
        "valid": (("pas encore fini", "not ended yet"), ("le papier n'a pas pris fin", "the paper has not ended")),
        "recent": (
            ("fini depuis peu", "ended lately"),
            (
                f"il a pris fin depuis {LATE_FILING.months} mois au plus",
                f"it ended at most {LATE_FILING.months} months ago",
            ),
        ),
        "long_ago": (
            ("fini depuis longtemps", "ended long ago"),
            (
                f"il a pris fin depuis plus de {LATE_FILING.months} mois",
                f"it ended more than {LATE_FILING.months} months ago",
            ),
        ),
        "unknown": (
            ("date inconnue", "date unknown"),
            ("la date de fin n'est pas connue", "the end date is not known"),
        ),
    },
    "appeal": {
        "open": (
            ("délai ouvert", "time left"),
            (
                f"il reste plus de {SOON_DAYS} jours avant la fin du délai pour le tribunal",
                f"more than {SOON_DAYS} days are left to go to the court",
            ),
        ),
        "soon": (
            ("fin du délai proche", "time nearly over"),
            (
                f"il reste {SOON_DAYS} jours au plus avant la fin du délai pour le tribunal",
                f"at most {SOON_DAYS} days are left to go to the court",
            ),
        ),
        "late": (
            ("délai passé", "time over"),
            ("le délai pour le tribunal est passé", "the time to go to the court is over"),
        ),
        "unknown": (
            ("date inconnue", "date unknown"),
            ("le jour du refus n'est pas connu", "the day of the refusal is not known"),
        ),
    },
}

#: By blank of the texts: what the date is, how it is counted, and the facts of the count.
DATES: Mapping[str, tuple[Words, Words, tuple[str, ...]]] = {
    "expires_on": (
        ("fin du papier", "end of the paper"),
        ("la date écrite sur le papier", "the date written on the paper"),
        (),
    ),
    "filed_on": (
        ("envoi de la demande", "day the request was sent"),
        ("la date de l'attestation de dépôt", "the date of the attestation de dépôt (proof of filing)"),
        ("C5",),
    ),
    "alert_on": (
        ("jour d'alerte", "alert day"),
        (
            f"envoi + {ALERT_DAYS['talent']} jours pour une carte talent, + {ALERT_DAYS['student']} jours pour un titre"
            f" étudiant, + {SHORTEST_ALERT_DAYS} jours pour les autres",
            f"sending + {ALERT_DAYS['talent']} days for a talent card, + {ALERT_DAYS['student']} days for a student"
            f" permit, + {SHORTEST_ALERT_DAYS} days for the others",
        ),
        ("C16", "U14"),
    ),
    "latest_on": (
        ("dernier jour", "latest day"),
        (
            f"le jour d'alerte pour une carte talent ou un titre étudiant ; envoi + {GENERAL_REFUSAL.months} mois pour"
            " les autres",
            f"the alert day for a talent card or a student permit; sending + {GENERAL_REFUSAL.months} months for the"
            " others",
        ),
        ("C16",),
    ),
    "appeal_on": (
        ("fin du délai pour le tribunal, après un silence", "end of the time to go to the court, after silence"),
        (f"dernier jour + {APPEAL.months} mois", f"latest day + {APPEAL.months} months"),
        ("C19",),
    ),
    "refused_on": (
        ("réception du refus", "day the refusal was received"),
        ("le jour où le refus a été reçu", "the day on which the refusal was received"),
        ("C19",),
    ),
    "refusal_appeal_on": (
        ("fin du délai pour le tribunal, après un refus", "end of the time to go to the court, after a refusal"),
        (f"réception du refus + {APPEAL.months} mois", f"day of receipt + {APPEAL.months} months"),
        ("C19",),
    ),
}


class Blanks(dict[str, str]):
    """What to print in the blanks of a text: the name of the date, between ‹ and ›.

    Args:
        language: the language of the name: French, or English for any other.
    """

    def __init__(self, language: str) -> None:
        self._place = 0 if language == SOURCE_LANGUAGE else 1

    def __missing__(self, blank: str) -> str:
        return f"‹{DATES[blank][0][self._place]}›" if blank in DATES else f"‹{blank}›"
