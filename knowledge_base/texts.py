"""Every sentence of the knowledge base that a translator translates, and the catalogues kept in step with them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po

from knowledge_base.loader import KnowledgeBase
from knowledge_base.words import LOCALES, REVIEW, catalog

#: What every language says: the assistant's own words, danger, and the way up when nothing else is translated.
ESSENTIALS = frozenset({"words", "oqtf", "scam", "distress", "general", "ladder"})
#: Stands after ``REVIEW`` while nobody has read the file.
_UNREAD = "none yet"
#: Without dates, which would change at each writing.
_HEADER = """\
# {language} translation of {domain}. French is the source; see docs/how-to/translate.md.
# {review}
msgid ""
msgstr ""
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {language}\\n"

"""


@dataclass(frozen=True)
class Text:
    """A French sentence to translate.

    Attributes:
        context: the message context, by which it is looked up: the id of its step, term, letter or word.
        part: what it is in there (``ask``, ``proof``, ``unknown.label`` …).
        french: the sentence.
        file: the file it stands in, from the folder of the knowledge base.
        location: the keys that lead to it in that file.
    """

    context: str
    part: str
    french: str
    file: str
    location: tuple[str, ...]

    @property
    def domain(self) -> str:
        """The name of the .po file it is translated in: that of the file it stands in, ``letters`` for all letters."""
        path = Path(self.file)
        return "letters" if path.parent.name == "letters" else path.stem

    @property
    def essential(self) -> bool:
        """Whether every language says it, those too that so far speak only the essentials."""
        return self.domain in ESSENTIALS or self.part in ("title", "tree.label")


def texts(kb: KnowledgeBase) -> Iterator[Text]:
    """Yield every sentence to translate, in the order of the files."""
    for tree in kb.trees.values():
        file = f"trees/{tree.id}.yml"
        yield Text(tree.id, "title", tree.title, file, ("title",))
        yield Text(tree.id, "tree.label", tree.label, file, ("label",))
        for name, step in tree.steps.items():
            for part, french in step.texts():
                yield Text(f"{tree.id}/{name}", part, french, file, ("steps", name))
        for rung_id, rung in tree.rungs.items():
            for part, french in rung.texts():
                yield Text(f"ladder/rungs/{rung_id}", f"rung.{part}", french, file, ("rungs", rung_id))
        for jump_id, jump in tree.jumps.items():
            for part, french in jump.texts():
                yield Text(f"ladder/jumps/{jump_id}", f"jump.{part}", french, file, ("jumps", jump_id))
    for intent, title in kb.titles.items():
        yield Text(intent, "title", title.title, "taxonomy.yml", ("titles", intent))
        yield Text(intent, "tree.label", title.label, "taxonomy.yml", ("titles", intent))
    for term_id, term in kb.terms.items():
        for part in ("title", "text", "words"):
            yield Text(f"glossary/{term_id}", f"term.{part}", getattr(term, part), "glossary.yml", (term_id,))
    for letter_id, letter in kb.letters.items():
        file = f"letters/{letter_id}.yml"
        for part in ("title", "summary"):
            yield Text(f"letters/{letter_id}", f"letter.{part}", getattr(letter, part), file, (part,))
    for word_id, word in kb.words.items():
        yield Text(f"words/{word_id}", "words", word.text, "words.yml", (word_id,))


def updated(kb: KnowledgeBase, language: str, folder: Path = LOCALES) -> dict[str, Catalog]:
    """Return the catalogues of ``language`` by domain, in step with the French: what changed becomes fuzzy."""
    fresh: dict[str, Catalog] = {}
    for text in texts(kb):
        sheet = fresh.setdefault(text.domain, Catalog(locale=language, project="Déclic", charset="utf-8", fuzzy=False))
        sheet.add(text.french, context=text.context, locations=[(text.file, text.part)])
    for domain, sheet in fresh.items():
        _carry_over(sheet, catalog(language, domain, folder))
    return fresh


def _carry_over(fresh: Catalog, kept: Catalog) -> None:
    by_sentence = {(message.context, message.id): message for message in kept if message.id}
    lost: dict[str | None, list[Message]] = {}
    for message in by_sentence.values():
        if message.string and not fresh.get(message.id, message.context):
            lost.setdefault(message.context, []).append(message)
    for message in fresh:
        if not message.id:
            continue
        translated = by_sentence.get((message.context, message.id))
        near = lost.get(message.context)
        if translated:
            message.string, message.flags = translated.string, translated.flags
            message.user_comments = translated.user_comments
        elif near:
            # The French of this step changed: offer the translation of the nearest old words, to be read again.
            old = max(near, key=lambda one: SequenceMatcher(None, one.id, message.id).ratio())
            near.remove(old)
            message.string = old.string
            message.flags.add("fuzzy")
            message.previous_id = [old.id]
    fresh.header_comment = kept.header_comment


def review(sheet: Catalog) -> str:
    """Return who of the language's speakers has read a catalogue, "none yet" when nobody has."""
    for line in str(sheet.header_comment).splitlines():
        _, found, who = line.partition(REVIEW)
        if found:
            return who.strip()
    return _UNREAD


def is_reviewed(sheet: Catalog) -> bool:
    """Tell whether one of the language's speakers has read a catalogue."""
    return review(sheet).casefold() not in ("", _UNREAD)


def write(sheet: Catalog, path: Path) -> None:
    """Write a catalogue to a .po file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, sheet, width=110, include_lineno=False, omit_header=True)
    header = _HEADER.format(language=sheet.locale, domain=path.stem, review=f"{REVIEW} {review(sheet)}")
    path.write_bytes(header.encode() + buffer.getvalue())


def update(kb: KnowledgeBase, language: str, folder: Path = LOCALES, only: str | None = None) -> list[Path]:
    """Bring the .po files of ``language`` (or ``only`` one of them) in step with the French; return what changed."""
    changed: list[Path] = []
    for domain, sheet in updated(kb, language, folder).items():
        if only and domain != only:
            continue
        path = folder / language / f"{domain}.po"
        before = path.read_bytes() if path.exists() else None
        write(sheet, path)
        if path.read_bytes() != before:
            changed.append(path)
    return changed
