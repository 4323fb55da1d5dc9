"""What is remembered of a conversation: the answers, and a few things said on the way.

The current step is never stored: it is the replay of the answers through the tree (``bot.dialogue.walk``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

#: Raised by one when the stored form changes; older forms are read by ``Session.load``.
FORMAT = 1


@dataclass(frozen=True)
class Answer:
    """One answer: the choice's key, or an ISO date; ``heard`` when it was taken from what the person had said."""

    value: str
    heard: bool = False


Walk = Mapping[str, Answer]


@dataclass(frozen=True)
class Session:
    """The compact memory of one conversation.

    Attributes:
        language: the language of the replies.
        language_chosen: whether the person chose it, so that detection never changes it.
        problem: the tree being walked, or none.
        walks: for each problem met, its answers by step, in the order given.
        said: what the person said about themselves, by entity: a value of the entity, or an ISO date.
        later: problems named and kept for after the present one.
        offered: ids of the choices last shown, in order, so that "2" means the second.
        unclear: how many messages in a row were not understood.
        turn: how many turns there have been.
        warned: what the clock has said already: deadlines as ``kind:date``, jumps over a rung as ``jump:name:outcome``.
        human: whether a person has been asked for.
        proposed: language last proposed, so that it is proposed once.
        rung: the rung of which it was last said that one stands on it.
        left: problems left by going straight to a rung, the last one last.
    """

    language: str = "fr"
    language_chosen: bool = False
    problem: str | None = None
    walks: Mapping[str, Walk] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    later: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    unclear: int = 0
    turn: int = 0
    warned: tuple[str, ...] = ()
    human: bool = False
    proposed: str | None = None
    rung: str | None = None
    left: tuple[str, ...] = ()

    @property
    def walk(self) -> Walk:
        """The answers given in the present problem."""
        return self.walks.get(self.problem or "", {})

    def with_walk(self, walk: Walk) -> Session:
        """Return the session with other answers in the present problem."""
        assert self.problem is not None
        return replace(self, walks={**self.walks, self.problem: dict(walk)})

    def with_said(self, **said: str) -> Session:
        """Return the session with more known about the person."""
        return replace(self, said={**self.said, **said}) if said else self

    def dump(self) -> dict[str, Any]:
        """Return the session as plain JSON values."""
        return {"format": FORMAT, **asdict(self)}

    def dumps(self) -> str:
        """Return the session as compact JSON text."""
        return json.dumps(self.dump(), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Session:
        """Read a stored session; keys of another version that are unknown here are left out."""
        known = {key: value for key, value in stored.items() if key in cls.__dataclass_fields__}
        for key in ("later", "offered", "warned", "left"):
            if key in known:
                known[key] = tuple(known[key])
        known["walks"] = {
            problem: {step: Answer(str(given["value"]), bool(given.get("heard"))) for step, given in walk.items()}
            for problem, walk in known.get("walks", {}).items()
        }
        return cls(**known)

    @classmethod
    def loads(cls, stored: str) -> Session:
        """Read a session from its JSON text."""
        return cls.load(json.loads(stored))
