"""``declic kb``: read, check and draw the knowledge base."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import typer
import yaml
from babel import Locale, UnknownLocaleError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from knowledge_base import checks, graph, texts
from knowledge_base.loader import HERE, KnowledgeBase, load
from knowledge_base.schema import Step
from knowledge_base.source import BrokenSource
from knowledge_base.words import SOURCE_LANGUAGE, languages, lookup

LIMITS = Path(__file__).parent.parent / "channels" / "limits.yml"
app = typer.Typer(no_args_is_help=True, help="Read, check and draw the knowledge base.")
_out = Console(highlight=False, emoji=False)
_err = Console(stderr=True, highlight=False, emoji=False)
_Only = typer.Option("", "--only", help="Only this file, by its name without ending: sms_code_missing, words …")
_Folder = typer.Option(HERE, "--folder", help="Where the knowledge base is.", file_okay=False)


def channel_limits() -> dict[str, checks.Limits]:
    """Return what each channel can carry."""
    return {
        name: checks.Limits(**limits) for name, limits in yaml.safe_load(LIMITS.read_text(encoding="utf-8")).items()
    }


def _loaded(folder: Path) -> KnowledgeBase:
    try:
        return load(folder)
    except BrokenSource as broken:
        for mistake in broken.mistakes:
            _err.print(escape(str(mistake)), soft_wrap=True)
        raise typer.Exit(1) from None


def _tree(kb: KnowledgeBase, tree: str) -> str:
    if tree not in kb.trees:
        _err.print(f"There is no tree '{escape(tree)}'. There are: {', '.join(sorted(kb.trees))}.")
        raise typer.Exit(2)
    return tree


@app.command()
def check(folder: Path = _Folder, only: str = _Only) -> None:
    """Say everything that is wrong, with file, line and how to mend it."""
    kb = _loaded(folder)
    try:
        mistakes = checks.check(kb, channel_limits(), dt.date.today(), folder)
    except BrokenSource as broken:
        mistakes = broken.mistakes
    if only and only not in {Path(file).stem for file in kb.sources}:
        _err.print(f"There is no file '{escape(only)}'.")
        raise typer.Exit(2)
    mistakes = [mistake for mistake in mistakes if not only or mistake.path.stem == only]
    for mistake in mistakes:
        _err.print(escape(str(mistake)), soft_wrap=True)
    if mistakes:
        _err.print(f"{len(mistakes)} to mend.")
        raise typer.Exit(1)
    spoken = ", ".join(languages(folder / "locales"))
    _out.print(f"Nothing to mend: {len(kb.trees)} trees, {len(kb.steps)} steps, {len(kb.facts)} facts, in {spoken}.")


@app.command()
def show(
    tree: str = typer.Argument(help="Id of the tree."),
    lang: str = typer.Option(SOURCE_LANGUAGE, "--lang", help="Language to read it in."),
    folder: Path = _Folder,
) -> None:
    """Read a tree aloud: every step, its choices and where they lead, its facts."""
    kb = _loaded(folder)
    shown = kb.trees[_tree(kb, tree)]

    def tell(context: str) -> Callable[[str], str]:
        return lambda french: escape(lookup(context, french, lang, folder / "locales").text)

    _out.print(f"[bold]{tell(tree)(shown.title)}[/bold]  ({tree})\n", soft_wrap=True)
    for name, step in shown.steps.items():
        _show_step(kb, f"{tree}/{name}", step, tell(f"{tree}/{name}"))


def _show_step(kb: KnowledgeBase, step_id: str, step: Step, tell: Callable[[str], str]) -> None:
    _out.print(f"[bold]{step_id}[/bold]  [dim]{step.kind}{f', {step.rung}' if step.rung else ''}[/dim]")
    _out.print(f"  {tell(step.text)}", soft_wrap=True)
    for part in (step.explain, step.proof):
        if part:
            _out.print(f"  [dim]+[/dim] {tell(part)}", soft_wrap=True)
    for answer, target in kb.edges(step_id).items():
        label = tell(step.choices[answer].label) if answer in step.choices else answer
        _out.print(f"  → {label}: [dim]{target}[/dim]", soft_wrap=True)
    if step.facts:
        _out.print(f"  [dim]facts: {escape(', '.join(step.facts))}[/dim]", soft_wrap=True)
    _out.print()


@app.command("graph")
def draw(tree: str = typer.Argument(help="Id of the tree."), folder: Path = _Folder) -> None:
    """Print the picture of a tree as Mermaid text."""
    kb = _loaded(folder)
    print(graph.mermaid(kb, _tree(kb, tree)), end="")


@app.command()
def coverage(folder: Path = _Folder) -> None:
    """Show, for each intent, its tree and steps; for each language, how much is translated and by whom reviewed."""
    kb = _loaded(folder)
    table = Table("intent", "tree", "steps", "facts cited")
    for intent in kb.content_intents():
        tree = kb.trees.get(intent)
        cited = {fact.partition("#")[0] for step in tree.steps.values() for fact in step.facts} if tree else set()
        table.add_row(intent, "yes" if tree else "general", str(len(tree.steps)) if tree else "", str(len(cited) or ""))
    _out.print(table)
    _out.print(_translations(kb, folder))


def _translations(kb: KnowledgeBase, folder: Path) -> Table:
    table = Table("language", "sentences", "translated", "native review")
    every = list(texts.texts(kb))
    for language in languages(folder / "locales"):
        if language == SOURCE_LANGUAGE:
            table.add_row(language, str(len(every)), "source", "")
            continue
        done = sum(lookup(t.context, t.french, language, folder / "locales").language == language for t in every)
        reviews = {texts.review(sheet) for sheet in texts.updated(kb, language, folder / "locales").values()}
        table.add_row(language, str(len(every)), str(done), ", ".join(sorted(reviews)))
    return table


@app.command()
def translate(
    language: str = typer.Argument(help="Code of the language, as in ISO 639-1: en, ar, es …"),
    folder: Path = _Folder,
    only: str = _Only,
) -> None:
    """Bring the .po files of a language in step with the French; changed sentences become fuzzy."""
    try:
        Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        _err.print(f"'{escape(language)}' is no language code. Use one of ISO 639-1: en, ar, es …")
        raise typer.Exit(2) from None
    if language == SOURCE_LANGUAGE:
        _err.print("French is the source: change it in the files themselves.")
        raise typer.Exit(2)
    kb = _loaded(folder)
    for path in texts.update(kb, language, folder / "locales", only or None):
        _out.print(f"written: {path.relative_to(folder)}", soft_wrap=True)
