"""What no text may say: the rules of ``forbidden.yml``, each with sentences it must catch, and must let pass."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, Extra, Field, validator

from knowledge_base.readability import sentences

_SPACES = re.compile(r"\s+")


class _Form(BaseModel):
    class Config:
        """Nothing unknown passes, nothing changes after loading."""

        extra = Extra.forbid
        frozen = True
        allow_population_by_field_name = True


class Patterns(_Form):
    """How a rule is broken in one language, with its examples."""

    says: tuple[str, ...]
    unless: str | None = None
    wrong: tuple[str, ...]
    right: tuple[str, ...]

    @validator("says", "wrong", "right")
    def _has_one(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        if not lines:
            raise ValueError("write at least one")
        return lines

    @validator("says", "unless", each_item=True)
    def _is_a_regular_expression(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"not a regular expression ({error})") from None
        return pattern


class Rule(_Form):
    """One thing that no text may say: why, how to mend it, and how it is said in each language."""

    reason: str
    mend: str
    except_: dict[str, str] = Field(default_factory=dict, alias="except")
    languages: dict[str, Patterns]


@dataclass(frozen=True)
class Breach:
    """A rule that a sentence breaks, and the words that break it."""

    rule: str
    words: str


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _plain(text: str) -> str:
    """Return ``text`` as the patterns read it: straight apostrophes, single ordinary spaces."""
    return _SPACES.sub(" ", text.replace("’", "'"))


def breaches(rules: Mapping[str, Rule], text: str, language: str, said_by: str = "") -> Iterator[Breach]:
    """Yield each rule that a sentence of ``text`` breaks, with the words that break it.

    Args:
        rules: by id, as in ``forbidden.yml``.
        text: what is said.
        language: its language; a rule without patterns for it catches nothing.
        said_by: the name of what says it, by which a rule excepts it.
    """
    every = sentences(_plain(text))
    for rule_id, rule in rules.items():
        patterns = rule.languages.get(language)
        if patterns and said_by not in rule.except_:
            yield from (Breach(rule_id, words) for sentence in every if (words := _broken(patterns, sentence)))


def _broken(patterns: Patterns, sentence: str) -> str | None:
    if patterns.unless and _compiled(patterns.unless).search(sentence):
        return None
    found = (_compiled(pattern).search(sentence) for pattern in patterns.says)
    return next((match[0] for match in found if match), None)


def needless_exceptions(rule: Rule, texts: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    """Return the exceptions of ``rule`` that nothing needs.

    Args:
        rule: the rule.
        texts: what is said, as ``(name of what says it, language, text)``.
    """
    bare = {"": Rule.parse_obj({**rule.dict(), "except_": {}})}
    needed = {name for name, language, text in texts if name in rule.except_ and any(breaches(bare, text, language))}
    return tuple(name for name in rule.except_ if name not in needed)


def wrong_examples(rules: Mapping[str, Rule]) -> Iterator[tuple[str, str, str, int, str]]:
    """Yield each example that does not do what it says.

    Yields:
        rule, language, ``wrong`` or ``right``, the number of the example from 0, and a sentence about it.
    """
    for rule_id, rule in rules.items():
        for language, patterns in rule.languages.items():
            for number, example in enumerate(patterns.wrong):
                if rule_id not in {breach.rule for breach in breaches(rules, example, language)}:
                    yield rule_id, language, "wrong", number, f"The rule '{rule_id}' lets «{example}» pass."
            for number, example in enumerate(patterns.right):
                for breach in breaches(rules, example, language):
                    what = f"The rule '{breach.rule}' catches «{breach.words}» in «{example}», which is right."
                    yield rule_id, language, "right", number, what
