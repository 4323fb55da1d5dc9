"""What somebody who writes YAML is told of each of its traps: file, line, what is wrong, how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.source import BrokenSource, Mistake, Source, read, squash


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tree.yml"


def mistakes(path: Path, text: str | bytes) -> list[str]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BrokenSource) as broken:
        read(path)
    assert str(broken.value) == "\n".join(map(str, broken.value.mistakes))
    return [str(mistake).replace(str(path), "tree.yml") for mistake in broken.value.mistakes]


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "Yes", "NO", "On", "OFF", "true", "false", "True", "FALSE"])
def test_a_bare_yes_or_no_is_refused_as_a_value_and_as_a_key(path: Path, word: str) -> None:
    told = f"'{word}' is read by YAML as true or false. Put it in quotes: \"{word}\"."
    assert mistakes(path, f"label: Oui\nwords: {word}\n") == [f"tree.yml:2: {told}"]
    assert mistakes(path, f"choices:\n  {word}: {{ go: wait }}\n") == [f"tree.yml:2: {told}"]
    assert mistakes(path, f"en: [yeah,\n  {word}]\n") == [f"tree.yml:2: {told}"]


@pytest.mark.parametrize("date", ["2026-11-23", "2026-11-23 10:30:00", "2026-11-23T10:30:00Z"])
def test_a_bare_date_is_refused_as_a_value_and_as_a_key(path: Path, date: str) -> None:
    told = f"'{date}' is read by YAML as a date. Put it in quotes: \"{date}\"."
    assert mistakes(path, f"id: F1\nchecked: {date}\n") == [f"tree.yml:2: {told}"]
    assert mistakes(path, f"id: F1\n? {date}\n: seen\n") == [f"tree.yml:2: {told}"]


def test_in_quotes_they_are_words(path: Path) -> None:
    path.write_text('"no": \'yes\'\nday: "2026-11-23"\nlong: |\n  no\n', encoding="utf-8")
    assert read(path).value == {"no": "yes", "day": "2026-11-23", "long": "no\n"}


def test_a_key_that_stands_twice_is_told_where_it_stands_again(path: Path) -> None:
    text = "steps:\n  wait: { go: a }\n  call: { go: b }\n  wait: { go: c }\n"
    assert mistakes(path, text) == [
        "tree.yml:4: The key 'wait' stands twice. Give one of them another name, or remove it."
    ]


def test_the_same_key_at_two_places_is_no_mistake(path: Path) -> None:
    path.write_text("a: { go: b }\nb: { go: c }\n", encoding="utf-8")
    assert read(path).value == {"a": {"go": "b"}, "b": {"go": "c"}}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        pytest.param("steps:\n    a: 1\n  b: 2\n", 3, "expected <block end>", id="bad indentation"),
        pytest.param("steps:\n\ta: 1\n", 2, r"found character '\t'", id="a tab"),
        pytest.param("a: 1\nask: Attention : ceci: cela\n", 2, "mapping values are not allowed here", id="a colon"),
        pytest.param('a: 1\nask: "Bonjour\n', 3, "found unexpected end of stream", id="an open quote"),
        pytest.param("a: [1, 2\nb: 3\n", 2, "expected ',' or ']'", id="an open list"),
        pytest.param("a: *nowhere\n", 1, "found undefined alias", id="an unknown alias"),
    ],
)
def test_what_is_not_yaml_is_told_by_its_line(path: Path, text: str, line: int, problem: str) -> None:
    (told,) = mistakes(path, text)
    assert told.startswith(f"tree.yml:{line}: This is not YAML: {problem}")
    assert told.endswith(
        "Check the indentation, and put quotes around a text that contains ': ' or begins with a quote."
    )


def test_a_character_that_yaml_forbids_is_told_by_its_line(path: Path) -> None:
    (told,) = mistakes(path, "a: 1\nb: 2\nc: \x00\n")
    assert told.startswith("tree.yml:3: This is not YAML: ")
    assert "#x0000" in told


def test_a_file_that_is_not_utf8_is_told_with_the_first_bad_byte(path: Path) -> None:
    assert mistakes(path, "ask: Déjà fait ?".encode("latin-1")) == [
        "tree.yml:1: The file is not UTF-8 (byte 6). Save it as UTF-8."
    ]


def test_a_file_that_does_not_exist_is_told(path: Path) -> None:
    with pytest.raises(BrokenSource) as broken:
        read(path)
    assert broken.value.mistakes == [Mistake(path, 1, "The file does not exist.", "Create it or mend its name.")]


def test_a_key_that_is_a_list_is_told(path: Path) -> None:
    assert mistakes(path, "a: 1\n? [b, c]\n: 2\n") == ["tree.yml:2: A key must be a word. Write it on one line."]


def test_every_mistake_of_a_file_is_told_at_once(path: Path) -> None:
    told = mistakes(path, "a: yes\nb: 2026-11-23\na: off\n")
    assert [line.split(": ")[0] for line in told] == ["tree.yml:1", "tree.yml:2", "tree.yml:3", "tree.yml:3"]


def test_an_empty_file_holds_nothing(path: Path) -> None:
    path.write_text("# only a comment\n", encoding="utf-8")
    assert read(path).value is None


def test_a_byte_order_mark_is_no_part_of_the_first_key(path: Path) -> None:
    path.write_text("\ufeffid: sms\n", encoding="utf-8")
    assert read(path).value == {"id": "sms"}


def test_an_empty_value_is_nothing(path: Path) -> None:
    path.write_text("a:\nb: null\nc: ~\n", encoding="utf-8")
    assert read(path).value == {"a": None, "b": None, "c": None}


@pytest.mark.parametrize("written", ["0123456701", "12:30", "0x1F", "1_000", "0b11", "0806001620", "1.50", "114"])
def test_a_number_stays_as_it_is_written(path: Path, written: str) -> None:
    """A telephone number keeps its zero, an hour stays an hour; YAML would reckon both."""
    path.write_text(f"label: {written}\n", encoding="utf-8")
    assert str(read(path).value["label"]) == written


def test_the_line_of_a_value_is_that_of_its_key_or_of_what_it_stands_in(path: Path) -> None:
    path.write_text(
        "# a comment\nsteps:\n\n  wait:\n    try: |\n      Attendez.\n    facts: [A1,\n      A2]\n", encoding="utf-8"
    )
    source = read(path)
    assert source.line_of(("steps", "wait", "try")) == 5
    assert source.line_of(("steps", "wait", "facts")) == 7
    assert source.line_of(("steps", "wait", "facts", 1)) == 8
    assert source.line_of(("steps", "wait", "worked")) == 4
    assert source.line_of(("title",)) == 2
    assert Source(path, None).line_of(("title",)) == 1


def test_a_sentence_is_the_same_however_its_block_is_wrapped() -> None:
    assert squash("  Attendez,\n  puis   demandez\tun code.\n") == "Attendez, puis demandez un code."
