"""What the first reading of a message comes to: sure, one of two or three, another subject, or unclear. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge_base.loader import KnowledgeBase

#: Safety is recall first: a weak sign is enough to ask whether a danger is meant, before any other problem is opened.
SAFETY_ASK_AT = 0.10
#: From here on its tree is opened at once …
SAFETY_OPEN_AT = 0.40
#: … unless the words are one of the answers to the open question, and the sign is weaker than this.
SAFETY_STRONG_AT = 0.60
#: A command or another subject is believed only when the classifier is sure of it.
COMMAND_AT = 0.50
#: … and where the words of a choice stand in the message, only from here on.
COMMAND_STRONG_AT = 0.80
#: A problem is opened without asking back from here on …
SURE_AT = 0.50
#: … and offered among others from here on.
LIKELY_AT = 0.08
#: A second problem this likely is kept for after.
ALSO_AT = 0.30
#: At most so many problems are offered to choose from.
OFFERED = 3

Kind = Literal["sure", "one_of", "out_of_scope", "unclear"]
Ranking = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Outcome:
    """What a message that opens a conversation comes to.

    Attributes:
        kind: ``sure`` opens a tree or does a command; ``one_of`` asks which; ``out_of_scope`` and ``unclear`` say so.
        intents: what is opened or offered, the first first; of ``sure``, the second problem too where there is one.
        why: the rule that decided, with its figures, in English for who maintains the assistant.
    """

    kind: Kind
    intents: tuple[str, ...]
    why: str


def outcome(kb: KnowledgeBase, ranking: Ranking) -> Outcome:
    """Return what the ``ranking`` of a first message comes to, by the rules of ``bot.dialogue.decide``."""
    if not ranking:
        return Outcome("unclear", (), "nothing was understood")
    safety, content = {*kb.taxonomy["safety"]}, {*kb.content_intents()}
    dangers = [(intent, p) for intent, p in ranking if intent in safety]
    danger = sum(p for _, p in dangers)
    likely = [(intent, p) for intent, p in ranking if intent in content and p >= LIKELY_AT]
    problems = [intent for intent, _ in likely]
    first, confidence = ranking[0]
    if danger >= SAFETY_OPEN_AT:
        return Outcome("sure", (dangers[0][0],), f"dangers together {danger:.2f}, at least {SAFETY_OPEN_AT:.2f}")
    if first not in content and confidence >= COMMAND_AT and (first != "out_of_scope" or danger < SAFETY_ASK_AT):
        kind: Kind = "out_of_scope" if first == "out_of_scope" else "sure"
        return Outcome(kind, (first,), f"{first} {confidence:.2f}, at least {COMMAND_AT:.2f}")
    if danger >= SAFETY_ASK_AT:
        why = f"a weak sign of danger, {danger:.2f}, at least {SAFETY_ASK_AT:.2f}"
        others = [intent for intent in problems if intent not in safety]
        return Outcome("one_of", (dangers[0][0], *others[: OFFERED - 1]), why)
    if likely and first == problems[0] and confidence >= SURE_AT:
        also = tuple(intent for intent, p in likely[1:2] if p >= ALSO_AT)
        return Outcome("sure", (first, *also), f"{first} {confidence:.2f}, at least {SURE_AT:.2f}")
    if likely:
        why = f"no problem reaches {SURE_AT:.2f}; those from {LIKELY_AT:.2f} on are offered"
        return Outcome("one_of", tuple(problems[:OFFERED]), why)
    return Outcome("unclear", (), f"no problem reaches {LIKELY_AT:.2f}")


__all__ = [
    "ALSO_AT",
    "COMMAND_AT",
    "COMMAND_STRONG_AT",
    "LIKELY_AT",
    "SAFETY_ASK_AT",
    "SAFETY_OPEN_AT",
    "SAFETY_STRONG_AT",
    "SURE_AT",
    "Outcome",
    "outcome",
]
