"""Why a message was read as it was: what ``declic parse --explain`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogue.outcome import outcome
from bot.nlu.danger import dangers
from bot.nlu.redaction import redact, tokens
from knowledge_base.loader import KnowledgeBase

#: So many intents of the ranking are shown.
_SHOWN = 5


def explained(kb: KnowledgeBase, text: str, parsed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was made of ``text``, and why.

    Args:
        kb: the knowledge base.
        text: what was written.
        parsed: what Rasa understood of it (``bot.assistant.understand``).
    """
    read = redact(text)
    ranking = [(each["name"], each["confidence"]) for each in parsed.get("intent_ranking") or ()]
    found = outcome(kb, ranking)
    return {
        "read_as": read,
        "redacted": list(tokens(read)),
        "language": parsed.get("language"),
        "variety": parsed.get("variety"),
        "classifiers": {
            name: {"intent": intent, "confidence": round(p, 4)}
            for name, (intent, p) in (parsed.get("spoke") or {}).items()
        },
        "danger_words": list(dangers(read)),
        "ranking": [{"intent": intent, "confidence": round(p, 4)} for intent, p in ranking[:_SHOWN]],
        "entities": [
            {key: each.get(key) for key in ("entity", "value", "start", "end")} for each in parsed.get("entities") or ()
        ],
        "outcome": {"kind": found.kind, "intents": list(found.intents), "why": found.why},
    }


def lines(told: Mapping[str, Any]) -> list[str]:
    """Return an explanation as lines for the terminal."""
    heard = ", ".join(
        f"{name}: {said['intent']} {said['confidence']:.2f}" for name, said in told["classifiers"].items()
    )
    ranked = ", ".join(f"{each['intent']} {each['confidence']:.2f}" for each in told["ranking"])
    entities = ", ".join(f"{each['entity']} = {each['value']}" for each in told["entities"])
    outcome_ = told["outcome"]
    return [
        f"read as     {told['read_as']}",
        f"redacted    {', '.join(told['redacted']) or 'nothing'}",
        f"language    {told['language'] or 'unknown'}{_letters(told)}",
        f"classifiers {heard or 'none was asked'}",
        f"danger      {', '.join(told['danger_words']) or 'no word of danger'}",
        f"ranking     {ranked or 'none'}",
        f"entities    {entities or 'none'}",
        f"outcome     {outcome_['kind']}: {', '.join(outcome_['intents']) or 'nothing'} ({outcome_['why']})",
    ]


def _letters(told: Mapping[str, Any]) -> str:
    return ", in Latin letters" if str(told["variety"]).endswith("-Latn") else ""
