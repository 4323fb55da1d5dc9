"""A small sound knowledge base in French and English (``sound/``), copied for each test that spoils it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge_base.loader import KnowledgeBase, load
from knowledge_base.source import BrokenSource

SOUND = Path(__file__).parent / "sound"


@dataclass(frozen=True)
class Copy:
    """A copy of the sound knowledge base, that a test may change."""

    folder: Path

    def change(self, file: str, old: str, new: str) -> None:
        """Replace ``old``, which stands exactly once in ``file``."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"«{old}» stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def line(self, file: str, words: str) -> int:
        """Return the number of the line of ``file`` where ``words``, which stand there once, begin."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert text.count(words) == 1, f"«{words}» stands {text.count(words)} times in {file}"
        return text[: text.index(words)].count("\n") + 1

    def load(self) -> KnowledgeBase:
        return load(self.folder)

    def refused(self) -> list[str]:
        """Return what is said of files that cannot be loaded, as ``file:line: what is wrong, how to mend it``."""
        with pytest.raises(BrokenSource) as broken:
            load(self.folder)
        return [str(mistake).replace(f"{self.folder}/", "") for mistake in broken.value.mistakes]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    shutil.copytree(SOUND, tmp_path / "kb")
    return Copy(tmp_path / "kb")


@pytest.fixture
def french(copy: Copy) -> Copy:
    """The copy without its English, for mistakes that would be one in each language."""
    shutil.rmtree(copy.folder / "locales")
    return copy


@pytest.fixture(scope="session")
def sound() -> KnowledgeBase:
    return load(SOUND)
