"""Searches every text of the knowledge base, in every language, for what no text may say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.forbidden import breaches, needless_exceptions, wrong_examples
from knowledge_base.loader import HERE, KnowledgeBase
from knowledge_base.source import Location, Mistake
from knowledge_base.texts import Text, texts
from knowledge_base.words import SOURCE_LANGUAGE, catalog, languages

RULES = "forbidden.yml"


@dataclass(frozen=True)
class Said:
    """What is said in a language, and where it is written.

    Attributes:
        name: the id of its step, term, letter, rung or word, with what it is in there.
        language: of ``text``.
        text: the words.
        path: the file they stand in: YAML for French, a .po file for other languages.
        line: where, from 1.
    """

    name: str
    language: str
    text: str
    path: Path
    line: int


def said(kb: KnowledgeBase, folder: Path = HERE) -> Iterator[Said]:
    """Yield everything that is said or handed over, in French and in each translation that is not empty.

    The other ways to word an answer or a term are left out: the person says them, not the assistant.
    """
    spoken = [text for text in texts(kb) if text.part.rpartition(".")[2] != "words" or text.part == "words"]
    for text in spoken:
        parsed = kb.sources[text.file]
        name = f"{text.context} ({text.part})"
        yield Said(name, SOURCE_LANGUAGE, text.french, parsed.path, parsed.line_of(_location(text)))
    for letter_id, letter in kb.letters.items():
        parsed = kb.sources[f"letters/{letter_id}.yml"]
        for part in ("subject", "body"):
            for line in getattr(letter, part).splitlines():
                yield Said(f"letters/{letter_id} ({part})", SOURCE_LANGUAGE, line, parsed.path, parsed.line_of((part,)))
    for language in languages(folder / "locales"):
        if language != SOURCE_LANGUAGE:
            yield from _translated(spoken, language, folder / "locales")


def _translated(spoken: list[Text], language: str, folder: Path) -> Iterator[Said]:
    sheets = {domain: catalog(language, domain, folder) for domain in {text.domain for text in spoken}}
    for text in spoken:
        message = sheets[text.domain].get(text.french, text.context)
        if message and message.string:
            path = folder / language / f"{text.domain}.po"
            yield Said(f"{text.context} ({text.part})", language, message.string, path, message.lineno or 1)


def _location(text: Text) -> Location:
    owner, _, key = text.part.rpartition(".")
    if text.part == "words":
        return (*text.location, "text")
    if owner == "jump.say":
        return (*text.location, "say", key)
    if owner in ("", "tree", "term", "letter", "rung", "jump"):
        return text.location if text.location[-1:] == (key,) else (*text.location, key)
    return (*text.location, "choices", owner, key)


def forbidden(kb: KnowledgeBase, folder: Path = HERE) -> Iterator[Mistake]:
    """Yield a mistake for each sentence that breaks a rule of ``forbidden.yml``, and each rule that is not sound."""
    rules = kb.sources[RULES]
    for rule_id, language, kind, number, what in wrong_examples(kb.forbidden):
        line = rules.line_of((rule_id, "languages", language, kind, number))
        yield Mistake(rules.path, line, what, "Correct the pattern, or the example.")
    every = list(said(kb, folder))
    for one in every:
        for breach in breaches(kb.forbidden, one.text, one.language, one.name):
            rule = kb.forbidden[breach.rule]
            what = f"{one.name} says in {one.language} «{breach.words}». {rule.reason}"
            yield Mistake(one.path, one.line, what, rule.mend)
    for rule_id, rule in kb.forbidden.items():
        for language in languages(folder / "locales"):
            if language not in rule.languages and language not in kb.partly:
                what = f"The rule '{rule_id}' has no patterns for {language}."
                mend = f"Write how it is said: `{language}:` with `says`, `wrong` and `right`."
                yield Mistake(rules.path, rules.line_of((rule_id, "languages")), what, mend)
        for name in needless_exceptions(rule, ((one.name, one.language, one.text) for one in every)):
            what = f"The rule '{rule_id}' excepts {name}, which does not break it."
            yield Mistake(rules.path, rules.line_of((rule_id, "except", name)), what, "Remove it, or correct its name.")
