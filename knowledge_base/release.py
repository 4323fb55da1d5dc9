"""What stands between the knowledge base and its publication: facts unsigned, translations that no speaker has read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge_base.loader import HERE, KnowledgeBase
from knowledge_base.review import sections
from knowledge_base.texts import is_reviewed
from knowledge_base.words import catalog, languages


def unreviewed(folder: Path = HERE) -> Iterator[Path]:
    """Yield the translation files that no native speaker has read."""
    locales = folder / "locales"
    for language in languages(locales):
        for path in sorted((locales / language).glob("*.po")):
            if not is_reviewed(catalog(language, path.stem, locales)):
                yield path


def hindrances(kb: KnowledgeBase, folder: Path = HERE) -> Iterator[str]:
    """Yield what stands between the knowledge base and its release, each with what to run next."""
    needed = [entry for section in sections(kb) for entry in section.needed]
    unsigned = [entry.id for entry in needed if entry.state == "unsigned"]
    changed = [f"{entry.id} by {entry.fact.reviewed_by}" for entry in needed if entry.state == "changed"]
    unread = [path.relative_to(folder).as_posix() for path in unreviewed(folder)]
    sign = 'declic kb review --sign ID … --by "Name, role"'
    if unsigned:
        yield (
            f"Cited facts unsigned: {len(unsigned)} of {len(needed)} ({_first(unsigned)})."
            f" Let a lawyer read `declic kb review --html review.html`, then run `{sign}`."
        )
    if changed:
        yield (
            f"Cited facts changed after they were signed: {len(changed)} of {len(needed)} ({_first(changed)})."
            f" Let a lawyer read `declic kb review --html review.html` again, then run `{sign}`."
        )
    if unread:
        yield (
            f"Translation files without a native review: {len(unread)} ({_first(unread)})."
            " Who has read one writes their name after `Native review:` at its head (docs/how-to/translate.md)."
        )


def _first(names: Sequence[str]) -> str:
    """Return the first five of ``names``, and how many more there are."""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(names[:5])}{more}"
