"""What a tree, a step, a fact and a rung are made of.

A tree is data that a lawyer can read aloud: French text inside, edges declared and never computed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, root_validator, validator

from knowledge_base.model import Model
from knowledge_base.rungs import Jump, Rung, RungId, as_entry
from knowledge_base.source import squash

Means = Literal["affirm", "deny", "dont_know"]
Kind = Literal["ask", "try", "tell", "escalate", "end"]
KINDS: tuple[Kind, ...] = ("ask", "try", "tell", "escalate", "end")

#: The groups of intents (taxonomy.yml).
GROUPS = ("getting_in", "filling_in", "waiting", "next_step", "safety", "conversation")
#: The answers every ``try`` step accepts, in the order in which they are offered.
TRY_ANSWERS: tuple[str, ...] = ("worked", "failed", "cannot")
#: The one answer of a ``tell`` step.
CONTINUE = "continue"

#: The key of a choice that stands for every value of the step's entity that the other choices do not name.
OTHER = "other"

#: The entities that are a day; what is known of them is what the clock reads (deadlines.Dates).
DATE_ENTITIES = ("expires_on", "filed_on", "refused_on", "reasons_asked_on", "gracieux_sent_on")

#: Levels of confidence of ``facts.yml`` that may never be stated.
UNSURE_LEVELS = frozenset({"K-unsure", "unknown", "conflicting", "stale"})


class Choice(Model):
    """One answer to a question."""

    label: str
    go: str
    detail: str | None = None
    words: str | None = None
    means: Means | None = None
    #: The rungs that who says so has tried; of several in one entry, one at least.
    tried: tuple[tuple[RungId, ...], ...] = ()

    _one_rung = validator("tried", pre=True, each_item=True, allow_reuse=True)(as_entry)
    _squash = validator("label", "detail", "words", allow_reuse=True)(lambda text: text and squash(text))


class Step(Model):
    """One message and the ways out of it; exactly one of the five kinds."""

    ask: str | None = None
    try_: str | None = Field(None, alias="try")
    tell: str | None = None
    escalate: str | None = None
    end: str | None = None

    explain: str | None = None
    proof: str | None = None
    copy_: str | None = Field(None, alias="copy")
    facts: tuple[str, ...] = ()

    entity: str | None = None
    choices: dict[str, Choice] = Field(default_factory=dict)
    then: str | dict[str, str] | None = None
    clock: str | None = None

    worked: str | None = None
    failed: str | None = None
    cannot: str | None = None

    rung: RungId | None = None
    outcome: Literal["solved", "human", "protected"] | None = None

    _squash = validator("ask", "try_", "tell", "escalate", "end", "explain", "proof", allow_reuse=True)(
        lambda text: text and squash(text)
    )

    @root_validator(skip_on_failure=True)
    def _has_one_kind_and_its_ways_out(cls, values: dict[str, Any]) -> dict[str, Any]:
        kinds = [kind for kind in KINDS if values.get("try_" if kind == "try" else kind)]
        if len(kinds) != 1:
            found = ", ".join(kinds) or "none"
            raise ValueError(f"a step has exactly one of {', '.join(KINDS)}; this one has {found}")
        kind = kinds[0]
        needs = {
            "ask": values["choices"] or values["then"],
            "try": values["worked"] and values["failed"],
            "tell": values["then"],
            "escalate": values["rung"],
            "end": values["outcome"],
        }
        missing = {
            "ask": "needs `choices`, or `entity` and `then`",
            "try": "needs `worked` and `failed`",
            "tell": "needs `then`",
            "escalate": "needs `rung`",
            "end": "needs `outcome`",
        }
        if not needs[kind]:
            raise ValueError(f"a step of kind `{kind}` {missing[kind]}")
        if kind == "ask" and values["then"] and not values["entity"]:
            raise ValueError("`then` on a question needs `entity`: what the answer is")
        if bool(values["clock"]) != isinstance(values["then"], dict):
            raise ValueError("`clock` goes with a `then` that names a step for each of its outcomes")
        return values

    @property
    def kind(self) -> Kind:
        """The kind of this step."""
        return next(kind for kind in KINDS if getattr(self, "try_" if kind == "try" else kind))

    @property
    def text(self) -> str:
        """The French message of this step."""
        return str(getattr(self, "try_" if self.kind == "try" else self.kind))

    @property
    def asks_for_a_date(self) -> bool:
        """Whether an answer in words is a date."""
        return self.kind == "ask" and self.entity in DATE_ENTITIES

    def edges(self) -> Iterator[tuple[str, str]]:
        """Yield ``(answer, target)`` for each way out; a clock's outcomes are answers named ``clock:outcome``."""
        for key, choice in self.choices.items():
            yield key, choice.go
        if isinstance(self.then, str):
            yield ("said" if self.kind == "ask" else CONTINUE), self.then
        elif self.then:
            for outcome, target in self.then.items():
                yield f"{self.clock}:{outcome}", target
        for answer in TRY_ANSWERS:
            target = getattr(self, answer)
            if target:
                yield answer, target

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield ``(part, french text)`` for everything a translator must translate."""
        yield self.kind, self.text
        for part in ("explain", "proof"):
            if text := getattr(self, part):
                yield part, text
        for key, choice in self.choices.items():
            for part in ("label", "detail", "words"):
                if text := getattr(choice, part):
                    yield f"{key}.{part}", text


class Tree(Model):
    """A decision tree; its first step is where it starts."""

    id: str
    title: str
    label: str
    steps: dict[str, Step]
    rungs: dict[RungId, Rung] = Field(default_factory=dict)
    jumps: dict[str, Jump] = Field(default_factory=dict)

    _squash = validator("title", "label", allow_reuse=True)(squash)

    @validator("steps")
    def _has_a_first_step(cls, steps: dict[str, Step]) -> dict[str, Step]:
        if not steps:
            raise ValueError("a tree has at least one step")
        return steps

    @property
    def first(self) -> str:
        """The id of the step where the tree starts, as ``tree/step``."""
        return f"{self.id}/{next(iter(self.steps))}"


class Confidence(Model):
    """How sure a fact, or a named part of it, is."""

    level: Literal["V-off", "V-sec", "K-sure", "K-unsure", "unknown", "conflicting", "stale"]
    about: str | None = None

    @property
    def may_be_stated(self) -> bool:
        """Whether the product may say it."""
        return self.level not in UNSURE_LEVELS


class Fact(Model):
    """One legal or practical claim; nothing is stated in a tree without one."""

    topic: str
    statement: str
    source: str
    urls: tuple[str, ...] = ()
    as_of: str
    confidence: tuple[Confidence, ...]
    checked: dt.date
    reviewed_by: str | None = None
    reviewed_on: dt.date | None = None
    reviewed_digest: str | None = None

    @validator("confidence")
    def _has_a_level(cls, confidence: tuple[Confidence, ...]) -> tuple[Confidence, ...]:
        if not confidence:
            raise ValueError("a fact has at least one level of confidence")
        return confidence

    @root_validator(skip_on_failure=True)
    def _is_signed_wholly_or_not(cls, values: dict[str, Any]) -> dict[str, Any]:
        signature = [values["reviewed_by"], values["reviewed_on"], values["reviewed_digest"]]
        if any(signature) and not all(signature):
            raise ValueError(
                "`reviewed_by`, `reviewed_on` and `reviewed_digest` go together;"
                " remove them, and sign with `declic kb review --sign`"
            )
        return values


class Wording(Model):
    """How to speak of something nobody has verified: said as written, never as a fact."""

    about: str
    wording: str


class Term(Model):
    """A word of the administration, explained in a few short sentences."""

    title: str
    words: str
    text: str
    facts: tuple[str, ...] = ()
    #: The problem that somebody to whom this happens has: it is offered under the explanation.
    opens: str | None = None
    #: A word that everybody knows is explained when asked for, and never offered.
    offer: Literal["when used", "never"] = "when used"

    _squash = validator("title", "words", "text", allow_reuse=True)(squash)


class Letter(Model):
    """A French text to copy, or one to say on the telephone; blanks stand between ‹ and ›."""

    title: str
    summary: str
    subject: str
    body: str
    way: Literal["write", "say"] = "write"
    facts: tuple[str, ...] = ()

    _squash = validator("title", "summary", "subject", allow_reuse=True)(squash)


class ProblemTitle(Model):
    """What an intent is called when the assistant asks which problem is meant."""

    title: str
    label: str

    _squash = validator("title", "label", allow_reuse=True)(squash)


class Taxonomy(Model):
    """The intents by group, and the titles of those that have no tree."""

    groups: dict[str, tuple[str, ...]]
    titles: dict[str, ProblemTitle] = Field(default_factory=dict)

    @validator("groups")
    def _has_every_group(cls, groups: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        missing = [group for group in GROUPS if group not in groups]
        if missing:
            raise ValueError(f"no group {', '.join(missing)}")
        return groups


class Command(Model):
    """The whole messages that mean a command, by language."""

    __root__: dict[str, tuple[str, ...]]


class Language(Model):
    """How much of the knowledge base a language speaks."""

    speaks: Literal["everything", "essentials"]


class Word(Model):
    """A sentence of the assistant itself, with the facts it states, if any."""

    text: str
    facts: tuple[str, ...] = ()

    _squash = validator("text", allow_reuse=True)(squash)
