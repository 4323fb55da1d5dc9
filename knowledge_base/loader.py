"""Loads the knowledge base from its folder into one immutable object."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from knowledge_base import source
from knowledge_base.forbidden import Rule
from knowledge_base.rungs import Jump, Rung, RungId
from knowledge_base.schema import (
    Command,
    Fact,
    Language,
    Letter,
    ProblemTitle,
    Step,
    Taxonomy,
    Term,
    Tree,
    Word,
    Wording,
)
from knowledge_base.source import BrokenSource, Location, Mistake

HERE = Path(__file__).parent

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class KnowledgeBase:
    """Everything the assistant may say, and the edges between.

    Attributes:
        trees: the decision trees by id.
        steps: every step by its full id, ``tree/step``.
        facts: the claims of ``facts.yml`` by id.
        wordings: how to speak of what is unknown, by id (``U1`` …).
        terms: the glossary.
        letters: the texts to copy.
        words: the sentences of the assistant itself, by id.
        commands: by command, the whole messages that mean it, in any language.
        taxonomy: the intents of each group.
        titles: titles of the problems that have no tree yet.
        forbidden: what no text may say, by the id of its rule.
        partly: the languages that so far speak only the essentials.
        sources: the parsed files by path, for the line of a mistake.
        version: a digest of all files.
    """

    trees: Mapping[str, Tree]
    steps: Mapping[str, Step]
    facts: Mapping[str, Fact]
    wordings: Mapping[str, Wording]
    terms: Mapping[str, Term]
    letters: Mapping[str, Letter]
    words: Mapping[str, Word]
    commands: Mapping[str, frozenset[str]]
    taxonomy: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, ProblemTitle]
    forbidden: Mapping[str, Rule]
    partly: frozenset[str]
    sources: Mapping[str, source.Source]
    version: str

    @functools.cached_property
    def entities(self) -> frozenset[str]:
        """The entities that some step asks for."""
        return frozenset(step.entity for step in self.steps.values() if step.entity)

    @property
    def rungs(self) -> Mapping[RungId, Rung]:
        """The rungs of the ladder, from the lowest to the highest."""
        ladder = self.trees.get("ladder")
        return ladder.rungs if ladder else {}

    @property
    def jumps(self) -> Mapping[str, Jump]:
        """The dates that pass over rungs of the ladder, by name."""
        ladder = self.trees.get("ladder")
        return ladder.jumps if ladder else {}

    def target(self, step_id: str, name: str) -> str:
        """Return the full id of the step that ``name`` means when written in step ``step_id``."""
        return name if "/" in name else f"{step_id.split('/')[0]}/{name}"

    def edges(self, step_id: str) -> dict[str, str]:
        """Return the ways out of a step as ``{answer: full id of the next step}``.

        An ``escalate`` step leads to the first step of its rung; an ``end`` step leads nowhere.
        """
        step = self.steps[step_id]
        edges = {answer: self.target(step_id, name) for answer, name in step.edges()}
        if step.kind == "escalate" and step.rung and step.rung in self.rungs:
            edges["continue"] = self.target("ladder/", self.rungs[step.rung].step)
        return edges

    def tree_of(self, intent: str) -> str | None:
        """Return the id of the tree an intent opens: its own, the general one, or none."""
        if intent in self.trees:
            return intent
        if intent in self.titles and intent not in self.taxonomy["next_step"]:
            return "general"
        return None

    def title(self, intent: str) -> tuple[str, str, str]:
        """Return ``(message context, title, label)`` of a problem.

        Raises:
            KeyError: the intent has neither tree nor title.
        """
        if intent in self.trees:
            tree = self.trees[intent]
            return intent, tree.title, tree.label
        named = self.titles[intent]
        return intent, named.title, named.label

    def problem_trees(self) -> Iterator[str]:
        """Yield the ids of the trees of problems, those that must lead into the ladder."""
        for group in ("getting_in", "filling_in", "waiting"):
            yield from (intent for intent in self.taxonomy[group] if intent in self.trees)

    def content_intents(self) -> Iterator[str]:
        """Yield the intents that open something: problems, next steps and safety."""
        for group in ("safety", "getting_in", "filling_in", "waiting", "next_step"):
            yield from self.taxonomy[group]


def _validated(model: type[_Model], parsed: source.Source, at: Location, mistakes: list[Mistake]) -> _Model | None:
    value = parsed.value
    for key in at:
        value = value[key]
    if not isinstance(value, dict):
        line = parsed.line_of(at)
        mistakes.append(Mistake(parsed.path, line, "Here a mapping is expected.", "Write `key: value` lines."))
        return None
    try:
        return model.parse_obj(value)
    except ValidationError as error:
        for problem in error.errors():
            location = tuple(part for part in problem["loc"] if part != "__root__")
            where = ".".join(map(str, (*at, *location)))
            mistakes.append(Mistake(parsed.path, parsed.line_of((*at, *location)), *_sentence(where, problem)))
        return None


def _sentence(where: str, problem: Mapping[str, Any]) -> tuple[str, str]:
    key = where.rpartition(".")[2]
    if problem["type"] == "value_error.missing":
        return f"{where} is missing.", f"Add `{key}:`."
    if problem["type"] == "value_error.extra":
        return f"{where} is not a key of the schema.", f"Remove `{key}`, or correct its spelling."
    if problem["type"] == "value_error.const":
        allowed = ", ".join(map(str, problem["ctx"]["permitted"]))
        if key == "__key__":
            where = f"{where.removesuffix('__key__')}{problem['ctx']['given']}"
            return f"{where} is not a key of the schema.", f"Use one of: {allowed}."
        return f"{where} has a value that is not allowed.", f"Use one of: {allowed}."
    return f"{where}: {problem['msg']}.", "See docs/how-to/add-a-problem.md for the form of a step."


def _mapping_of(model: type[_Model], parsed: source.Source, mistakes: list[Mistake]) -> dict[str, _Model]:
    if not isinstance(parsed.value, dict):
        mistakes.append(Mistake(parsed.path, 1, "The file must be a mapping.", "Write `id:` and its keys below."))
        return {}
    loaded = {key: _validated(model, parsed, (key,), mistakes) for key in parsed.value}
    return {key: value for key, value in loaded.items() if value is not None}


def load(folder: Path = HERE) -> KnowledgeBase:
    """Read and validate the form of every file of the knowledge base in ``folder``.

    What the files say together (edges, citations, translations) is the business of ``knowledge_base.checks``.

    Raises:
        BrokenSource: with every mistake found, each with file, line, what is wrong and how to mend it.
    """
    mistakes: list[Mistake] = []
    sources: dict[str, source.Source] = {}

    def parse(path: Path) -> source.Source | None:
        try:
            parsed = source.read(path)
        except BrokenSource as broken:
            mistakes.extend(broken.mistakes)
            return None
        sources[path.relative_to(folder).as_posix()] = parsed
        return parsed

    def parse_mapping(name: str, model: type[_Model]) -> dict[str, _Model]:
        parsed = parse(folder / name)
        return _mapping_of(model, parsed, mistakes) if parsed else {}

    trees: dict[str, Tree] = {}
    for path in sorted((folder / "trees").glob("*.yml")):
        parsed = parse(path)
        tree = parsed and _validated(Tree, parsed, (), mistakes)
        if parsed and tree:
            if tree.id != path.stem:
                mend = f"Rename the file to {tree.id}.yml, or write `id: {path.stem}`."
                mistakes.append(Mistake(path, parsed.line_of(("id",)), f"The tree is called '{tree.id}'.", mend))
            trees[tree.id] = tree
    letters: dict[str, Letter] = {}
    for path in sorted((folder / "letters").glob("*.yml")):
        parsed = parse(path)
        letter = parsed and _validated(Letter, parsed, (), mistakes)
        if letter:
            letters[path.stem] = letter
    facts = parse_mapping("facts.yml", Fact)
    wordings = parse_mapping("unknowns.yml", Wording)
    terms = parse_mapping("glossary.yml", Term)
    forbidden = parse_mapping("forbidden.yml", Rule)
    known = parse_mapping("languages.yml", Language) if (folder / "languages.yml").exists() else {}
    words = parse(folder / "words.yml")
    if words and isinstance(words.value, dict):
        words.value = {key: {"text": text} if isinstance(text, str) else text for key, text in words.value.items()}
    sentences = _mapping_of(Word, words, mistakes) if words else {}
    commands = {
        command: frozenset(word.casefold() for words in spoken.__root__.values() for word in words)
        for command, spoken in parse_mapping("commands.yml", Command).items()
    }
    parsed = parse(folder / "taxonomy.yml")
    taxonomy = parsed and _validated(Taxonomy, parsed, (), mistakes)
    if mistakes or not taxonomy:
        raise BrokenSource(mistakes)
    return KnowledgeBase(
        trees=trees,
        steps={f"{tree.id}/{name}": step for tree in trees.values() for name, step in tree.steps.items()},
        facts=facts,
        wordings=wordings,
        terms=terms,
        letters=letters,
        words=sentences,
        commands=commands,
        taxonomy=taxonomy.groups,
        titles=taxonomy.titles,
        forbidden=forbidden,
        partly=frozenset(code for code, language in known.items() if language.speaks == "essentials"),
        sources=sources,
        version=_digest(folder),
    )


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@functools.cache
def knowledge_base() -> KnowledgeBase:
    """Return the knowledge base that ships with the product, loaded once."""
    return load()
