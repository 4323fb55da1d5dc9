"""The ladder as data: what a rung asks and does, and the dates that pass over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import root_validator, validator

from knowledge_base.model import Model
from knowledge_base.source import squash

RungId = Literal["phone", "ticket", "desk", "defenseur", "court"]
RUNGS: tuple[RungId, ...] = ("phone", "ticket", "desk", "defenseur", "court")


def as_entry(rungs: Any) -> Any:
    """Let one rung be written without brackets."""
    return (rungs,) if isinstance(rungs, str) else rungs


class Rung(Model):
    """One rung of the escalation ladder.

    Attributes:
        label: its name, on a choice as well.
        step: the step of the ladder where it begins.
        needs: what must have been tried before; of several rungs in one entry, one is enough.
        before: what must have been done before, in words.
        skipped: what it honestly costs to come here without.
        letters: the texts to say or to copy that belong to it.
        wait: how long to wait, and what to do meanwhile.
        stops_clock: whether it stops the clock.
        clock: in words what in it does and does not, unless it never does.
        jump_when: the dates that pass over it (``Tree.jumps``), the most pressing first.
        facts: what its words rest on.
    """

    label: str
    step: str
    needs: tuple[tuple[RungId, ...], ...] = ()
    before: str | None = None
    skipped: str | None = None
    letters: tuple[str, ...] = ()
    wait: str
    stops_clock: Literal["never", "sometimes", "yes"]
    clock: str | None = None
    jump_when: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    _one_rung = validator("needs", pre=True, each_item=True, allow_reuse=True)(as_entry)
    _squash = validator("label", "before", "skipped", "wait", "clock", allow_reuse=True)(
        lambda text: text and squash(text)
    )

    @root_validator(skip_on_failure=True)
    def _says_what_its_data_mean(cls, values: dict[str, Any]) -> dict[str, Any]:
        if not bool(values["needs"]) == bool(values["before"]) == bool(values["skipped"]):
            raise ValueError(
                "`needs`, `before` and `skipped` go together: what comes before, and what it costs without"
            )
        if (values["stops_clock"] == "never") == bool(values["clock"]):
            raise ValueError("`clock` tells what stops the clock: it goes with a `stops_clock` that is not `never`")
        return values

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield ``(part, french text)`` for everything a translator must translate."""
        for part in ("label", "before", "skipped", "wait", "clock"):
            if text := getattr(self, part):
                yield part, text


class Jump(Model):
    """A date that passes over rungs of the ladder: what is said when it is near, and where one may go straight.

    Attributes:
        clock: the clock that is read (``deadlines.CLOCKS``).
        say: what is said, by the outcomes of the clock at which it holds; it may name the dates that clock has read.
        when: the same before it holds, in the list of what may come.
        go: the rung to go to.
        label: the choice that goes there.
        unless: not for somebody who has tried this rung.
        at: steps of the ladder that say it already.
        facts: what its words rest on.
    """

    clock: str
    say: dict[str, str]
    when: str
    go: RungId
    label: str
    unless: RungId | None = None
    at: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    _squash = validator("when", "label", allow_reuse=True)(squash)

    @validator("say")
    def _squash_each(cls, say: dict[str, str]) -> dict[str, str]:
        return {outcome: squash(text) for outcome, text in say.items()}

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield ``(part, french text)`` for everything a translator must translate."""
        yield "label", self.label
        yield "when", self.when
        for outcome, text in self.say.items():
            yield f"say.{outcome}", text
