"""The page of ``declic nlu report``: it shows what was misread, and nothing that a message could make of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.metrics import Read
from bot.nlu.report import labelled, lines, page, picture

READS = [
    Read("je suis perdu", "fr", "distress", (("distress", 0.9), ("scam", 0.1)), "fr"),
    Read("<script>alert(1)</script>", "en", "scam", (("oqtf", 0.8), ("scam", 0.2)), "fr"),
]


def test_the_figures_are_told_for_all_and_for_each_language() -> None:
    every, english, french = lines(READS)
    assert (every.name, every.count, every.accuracy, every.within_three) == ("all", 2, 0.5, 1.0)
    assert (english.name, english.accuracy, english.language_found) == ("en", 0.0, 0.0)
    assert (french.name, french.accuracy, french.language_found) == ("fr", 1.0, 1.0)


def test_the_picture_shows_only_intents_that_were_mistaken() -> None:
    drawn = picture(READS)
    assert drawn.intents == ["oqtf", "scam"]
    (cell,) = drawn.cells
    assert (cell.share, cell.right, cell.title) == (1.0, False, "scam taken for oqtf: 1 of 1")


def test_messages_are_shown_as_text_and_nothing_is_loaded() -> None:
    shown = page(READS, "declic-test.tar.gz")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script" not in shown
    assert "http" not in shown


def test_without_a_mistake_the_page_says_so() -> None:
    shown = page(READS[:1], "declic-test.tar.gz")
    assert "Every message was understood." in shown


@pytest.mark.parametrize("content", ["nlu: []x: [", "other: 1", "nlu: [{intent: greet}]", "\ufeff: ["])
def test_another_file_is_refused_with_what_it_must_be(tmp_path: Path, content: str) -> None:
    path = tmp_path / "messages.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="is not a file of labelled messages"):
        labelled(path)


def test_a_file_of_rasas_is_read(tmp_path: Path) -> None:
    path = tmp_path / "messages.yml"
    block = (
        "nlu:\n- intent: greet\n  metadata: { language: fr, author: x }\n  examples: |\n    - bonjour\n    - salut\n"
    )
    path.write_text(block, encoding="utf-8")
    assert labelled(path) == [("bonjour", "greet", "fr"), ("salut", "greet", "fr")]
