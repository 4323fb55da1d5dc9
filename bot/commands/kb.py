"""``declic kb``: read, check and draw the knowledge base."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer
import yaml
from babel import Locale, UnknownLocaleError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from knowledge_base import book, checks, graph, measure, review, signatures, texts
from knowledge_base.loader import HERE, KnowledgeBase, load
from knowledge_base.release import hindrances
from knowledge_base.schema import Step
from knowledge_base.source import BrokenSource, squash
from knowledge_base.words import SOURCE_LANGUAGE, languages, lookup

LIMITS = Path(__file__).parent.parent / "channels" / "limits.yml"
app = typer.Typer(no_args_is_help=True, help="Read, check and draw the knowledge base.")
_out = Console(highlight=False, emoji=False)
_err = Console(stderr=True, highlight=False, emoji=False)
_Only = typer.Option("", "--only", help="Only this file, by its name without ending: sms_code_missing, words …")
_Folder = typer.Option(HERE, "--folder", help="Where the knowledge base is.", file_okay=False)
_Html = typer.Option(None, "--html", metavar="FILE", help="Write one page to read, print and carry.", dir_okay=False)
_Ids = typer.Argument(None, metavar="[ID]...", help="Facts (C1), or sections of facts (C); all if none.")


def channel_limits() -> dict[str, checks.Limits]:
    """Return what each channel can carry."""
    return {
        name: checks.Limits(**limits) for name, limits in yaml.safe_load(LIMITS.read_text(encoding="utf-8")).items()
    }


@contextmanager
def _broken_files_told() -> Iterator[None]:
    try:
        yield
    except BrokenSource as broken:
        for mistake in broken.mistakes:
            _err.print(escape(str(mistake)), soft_wrap=True)
        raise typer.Exit(1) from None


def _loaded(folder: Path) -> KnowledgeBase:
    with _broken_files_told():
        return load(folder)


def _refuse(*sentences: str) -> typer.Exit:
    for sentence in sentences:
        _err.print(escape(sentence), soft_wrap=True)
    return typer.Exit(2)


def _spoken(language: str, known: Sequence[str]) -> str:
    if language not in known:
        raise _refuse(f"There is no language '{language}'. There are: {', '.join(known)}.")
    return language


def _write(page: str, file: Path) -> None:
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise _refuse(f"{file} cannot be written: {error.strerror}.") from None
    _out.print(escape(f"written: {file}"), soft_wrap=True)


def _tree(kb: KnowledgeBase, tree: str) -> str:
    if tree not in kb.trees:
        _err.print(f"There is no tree '{escape(tree)}'. There are: {', '.join(sorted(kb.trees))}.")
        raise typer.Exit(2)
    return tree


@app.command()
def check(
    folder: Path = _Folder,
    only: str = _Only,
    release: bool = typer.Option(False, "--release", help="Ask as well for a lawyer's and native speakers' review."),
) -> None:
    """Say everything that is wrong, with file, line and how to mend it."""
    if release and only:
        raise _refuse("A release takes every file: leave out --only.")
    kb = _loaded(folder)
    unread: tuple[str, ...] = ()
    try:
        mistakes = checks.check(kb, channel_limits(), dt.date.today(), folder)
        unread = tuple(hindrances(kb, folder)) if release else ()
    except BrokenSource as broken:
        mistakes = broken.mistakes
    if only and only not in {Path(file).stem for file in kb.sources}:
        _err.print(f"There is no file '{escape(only)}'.")
        raise typer.Exit(2)
    mistakes = [mistake for mistake in mistakes if not only or mistake.path.stem == only]
    for told in (*mistakes, *unread):
        _err.print(escape(str(told)), soft_wrap=True)
    if mistakes:
        _err.print(f"{len(mistakes)} to mend.")
    if unread:
        _err.print("Not to be released.")
    if mistakes or unread:
        raise typer.Exit(1)
    spoken = ", ".join(languages(folder / "locales"))
    _out.print(f"Nothing to mend: {len(kb.trees)} trees, {len(kb.steps)} steps, {len(kb.facts)} facts, in {spoken}.")
    if release:
        _out.print("Ready for release: cited facts are signed, translations read by native speakers.")


@app.command("review")
def review_facts(
    ids: list[str] = _Ids,
    sign: bool = typer.Option(False, "--sign", help="Sign these facts. C1=DIGEST signs C1 only as that page had it."),
    by: str = typer.Option("", "--by", metavar='"NAME, ROLE"', help="Who signs."),
    again: bool = typer.Option(False, "--again", help="Sign also what somebody else has signed."),
    html: Path | None = _Html,
    lang: str = typer.Option(SOURCE_LANGUAGE, "--lang", help="Language of the page's own words: fr or en."),
    folder: Path = _Folder,
) -> None:
    """List the facts, who has signed each, and every sentence that rests on it; or sign some."""
    kb = _loaded(folder)
    ids = ids or []
    if sign:
        if html:
            raise _refuse("Sign first, then write the page: leave out --sign or --html.")
        _sign(kb, folder, ids, squash(by), again)
        return
    if by or again:
        raise _refuse('To sign, name the facts: declic kb review --sign ID … --by "Name, role".')
    try:
        sections = review.sections(kb, ids)
    except KeyError as unknown:
        raise _refuse(f"There is no fact and no section of facts '{unknown.args[0]}'.") from None
    if html:
        _write(review.page(kb, ids, _spoken(lang, ("fr", "en")), dt.date.today()), html)
        return
    for section in sections:
        _tell(review.told(section))
    if not ids:
        _tell(review.told_unknowns(kb))
    needed = [entry for section in sections for entry in section.needed]
    states = [entry.state for entry in needed]
    _out.print(
        f"{len(needed)} facts need a signature: {states.count('signed')} signed,"
        f" {states.count('changed')} changed since, {states.count('unsigned')} unsigned."
    )


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        _out.print(escape(line), soft_wrap=True)


def _sign(kb: KnowledgeBase, folder: Path, ids: Sequence[str], by: str, again: bool) -> None:
    if not ids:
        raise _refuse('Name the facts to sign: declic kb review --sign ID … --by "Name, role".')
    try:
        signature = signatures.Signature(by, dt.date.today())
        signed = signatures.sign(folder / "facts.yml", kb.facts, ids, signature, again)
    except signatures.Refused as refused:
        raise _refuse(*refused.reasons) from None
    except OSError as error:
        raise _refuse(f"{folder / 'facts.yml'} cannot be written: {error.strerror}.") from None
    _out.print(escape(f"Signed by {by}: {', '.join(signed)}."), soft_wrap=True)


@app.command()
def show(
    tree: str | None = typer.Argument(None, help="Id of the tree."),
    lang: str = typer.Option(SOURCE_LANGUAGE, "--lang", help="Language to read it in."),
    html: Path | None = _Html,
    folder: Path = _Folder,
) -> None:
    """Read a tree aloud: every step, its choices and where they lead, its facts; or write all of them as a book."""
    kb = _loaded(folder)
    if html:
        if tree is not None:
            raise _refuse("The book holds every tree: leave out the tree, or --html.")
        with _broken_files_told():
            page = book.page(kb, _spoken(lang, languages(folder / "locales")), dt.date.today(), folder)
        _write(page, html)
        return
    if tree is None:
        raise _refuse("Name a tree to read, or --html FILE to write all of them as a book.")
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


@app.command("measure")
def measure_messages(
    lang: str = typer.Option("", "--lang", help="Only this language."),
    worst: int = typer.Option(10, "--worst", min=0, help="How many of the hardest messages and longest sentences."),
    folder: Path = _Folder,
) -> None:
    """Tell, for each language, how long and how hard to read the messages are that a person may be shown."""
    kb = _loaded(folder)
    known = languages(folder / "locales")
    with _broken_files_told():
        for language in [_spoken(lang, known)] if lang else known:
            shown = list(measure.shown(kb, language, folder))
            _tell(measure.told(measure.measure(shown, language, worst), language) if shown else ())
    _tell(["Reading ease knows only how long words and sentences are: read the messages, and ask those who read them."])


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
