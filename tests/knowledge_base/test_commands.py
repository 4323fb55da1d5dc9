"""``declic kb``: what somebody who writes the knowledge base types, and reads."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from tests.knowledge_base.conftest import SOUND, Copy

TREE, ENGLISH = "trees/no_code.yml", "locales/en/no_code.po"


def declic_kb(*arguments: str, folder: Path = SOUND) -> Result:
    """Run ``declic kb …``; whatever happens, it never ends in a traceback."""
    result = CliRunner().invoke(app, ["kb", *arguments, "--folder", str(folder)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def copy(copy: Copy) -> Copy:
    """The copy, its facts checked today: the command takes the day of the machine."""
    facts = copy.folder / "facts.yml"
    facts.write_text(facts.read_text(encoding="utf-8").replace("2026-11-23", dt.date.today().isoformat()), "utf-8")
    return copy


# ---------------------------------------------------------------- check
def test_check_says_that_there_is_nothing_to_mend(copy: Copy) -> None:
    result = declic_kb("check", folder=copy.folder)
    assert result.exit_code == 0
    assert result.stdout == "Nothing to mend: 2 trees, 15 steps, 3 facts, in fr, en.\n"
    assert result.stderr == ""


def test_check_says_each_mistake_on_one_line_and_fails(copy: Copy) -> None:
    copy.change(TREE, "go: call, means: deny", "go: browser, means: affirm")
    copy.change(ENGLISH, 'msgstr "Take a screenshot."', 'msgstr ""')
    result = declic_kb("check", folder=copy.folder)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.replace(f"{copy.folder}/", "").splitlines() == [
        "trees/no_code.yml:15: No translation into en of no_code/wait (proof)."
        " Run `declic kb translate en`, then fill it in locales/en/no_code.po.",
        "trees/no_code.yml:26: Two choices of no_code/again mean the same (`means`)."
        " Keep `means` on the one that a bare yes or no stands for.",
        "2 to mend.",
    ]


def test_check_may_look_at_one_file_only(copy: Copy) -> None:
    copy.change(TREE, "means: deny", "means: affirm")
    copy.change("words.yml", "facts: [F1]", "facts: [F9]")
    result = declic_kb("check", "--only", "words", folder=copy.folder)
    assert result.exit_code == 1
    assert "There is no fact F9." in result.stderr
    assert "1 to mend." in result.stderr


def test_check_does_not_take_a_misspelt_file_for_a_sound_one(copy: Copy) -> None:
    result = declic_kb("check", "--only", "no_cod", folder=copy.folder)
    assert result.exit_code != 0
    assert "no_cod" in result.stderr


def test_a_bracket_in_a_text_is_said_as_it_is(copy: Copy) -> None:
    copy.change(TREE, "label: J'arrête", "label: '[bold]Encore une fois, non'")
    assert "'[bold]Encore une fois, non'" not in declic_kb("check", folder=copy.folder).stderr
    copy.change(TREE, "label: Encore une fois", "label: '[bold]Encore une fois, non'")
    assert "have the label '[bold]Encore une fois, non'." in declic_kb("check", folder=copy.folder).stderr


@pytest.mark.parametrize(
    "command", [["check"], ["show", "no_code"], ["graph", "no_code"], ["coverage"], ["translate", "ar"]]
)
def test_every_command_tells_where_a_file_is_broken(copy: Copy, command: list[str]) -> None:
    copy.change(TREE, "means: deny", "means: no")
    copy.change("trees/ladder.yml", "    outcome: human", "    outcom: human")
    result = declic_kb(*command, folder=copy.folder)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.replace(f"{copy.folder}/", "").splitlines() == [
        f"trees/ladder.yml:{copy.line('trees/ladder.yml', 'outcom: ')}: steps.helped.outcom is not a key of the schema."
        " Remove `outcom`, or correct its spelling.",
        "trees/no_code.yml:28: 'no' is read by YAML as true or false. Put it in quotes: \"no\".",
    ]
    assert not (copy.folder / "locales" / "ar").exists()


def test_a_folder_that_holds_nothing_is_told(tmp_path: Path) -> None:
    result = declic_kb("check", folder=tmp_path)
    assert result.exit_code == 1
    assert f"{tmp_path}/facts.yml:1: The file does not exist. Create it or mend its name." in result.stderr


def test_a_translation_file_that_is_not_utf8_is_told(copy: Copy) -> None:
    copy.change(ENGLISH, "Take a screenshot.", "Prenez déjà une image.")
    path = copy.folder / ENGLISH
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    result = declic_kb("check", folder=copy.folder)
    assert result.exit_code == 1
    assert f"{ENGLISH}:" in result.stderr


# ---------------------------------------------------------------- show
def test_show_reads_a_tree_aloud() -> None:
    result = declic_kb("show", "no_code")
    assert result.exit_code == 0
    assert result.stdout.startswith("Le code n'arrive pas  (no_code)\n\nno_code/end_date  ask\n")
    for step in (
        "no_code/again  ask\n  Voulez-vous essayer encore ?\n  → Encore une fois: no_code/browser\n"
        "  → J'arrête: no_code/call\n",
        "no_code/wait  try\n  Attendez, puis demandez un seul code.\n  + Deux codes demandés ensemble se mélangent.\n"
        "  + Faites une capture de l'écran.\n  → worked: no_code/solved\n  → failed: no_code/again\n"
        "  → cannot: no_code/call\n  facts: F1\n",
        "no_code/call  escalate, phone\n  Il faut téléphoner.\n  → continue: ladder/phone\n",
        "no_code/solved  end\n  Bien. Gardez vos captures.\n",
    ):
        assert step in result.stdout


def test_show_reads_it_in_another_language() -> None:
    result = declic_kb("show", "no_code", "--lang", "en")
    assert "The code does not come  (no_code)" in result.stdout
    assert "  Do you want to try again?\n  → Once more: no_code/browser\n  → I stop: no_code/call\n" in result.stdout
    assert "Attendez" not in result.stdout


def test_show_falls_back_to_english_for_a_language_that_is_missing() -> None:
    assert declic_kb("show", "no_code", "--lang", "ar").stdout == declic_kb("show", "no_code", "--lang", "en").stdout


def test_show_says_brackets_as_they_are(copy: Copy) -> None:
    copy.change(TREE, "Il faut téléphoner.", "Il faut [vite] téléphoner.")
    assert "  Il faut [vite] téléphoner.\n" in declic_kb("show", "no_code", folder=copy.folder).stdout


@pytest.mark.parametrize("command", ["show", "graph"])
@pytest.mark.parametrize("tree", ["no_cod", "[bold]", ""])
def test_a_tree_that_does_not_exist_is_told_with_those_that_do(command: str, tree: str) -> None:
    result = declic_kb(command, tree)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == f"There is no tree '{tree}'. There are: ladder, no_code.\n"


# ---------------------------------------------------------------- graph
def test_graph_prints_the_picture_and_nothing_else() -> None:
    result = declic_kb("graph", "no_code")
    assert result.exit_code == 0
    assert result.stdout.startswith("flowchart TD\n")
    assert result.stdout.endswith('  solved(["solved<br/>Bien. Gardez vos captures."])\n')


# ---------------------------------------------------------------- coverage
def rows(output: str) -> list[list[str]]:
    """Return the cells of the rows of rich's tables."""
    return [
        [cell.strip() for cell in line.strip("│").split("│")] for line in output.splitlines() if line.startswith("│")
    ]


def test_coverage_shows_the_trees_of_intents_and_the_translations_of_languages(copy: Copy) -> None:
    copy.change(ENGLISH, 'msgstr "Take a screenshot."', 'msgstr ""')
    copy.change(ENGLISH, "# Native review: none yet", "# Native review: Jane Doe")
    result = declic_kb("coverage", folder=copy.folder)
    assert result.exit_code == 0
    found = rows(result.stdout)
    assert found[:4] == [
        ["danger", "general", "", ""],
        ["no_code", "yes", "7", "1"],
        ["server_down", "general", "", ""],
        ["ask_help", "general", "", ""],
    ]
    (sentences,) = {row[1] for row in found[4:]}
    assert found[4] == ["fr", sentences, "source", ""]
    assert found[5] == ["en", sentences, str(int(sentences) - 1), "Jane Doe, none yet"]


# ---------------------------------------------------------------- translate
def test_translate_writes_the_files_of_a_new_language_once(copy: Copy) -> None:
    result = declic_kb("translate", "ar", folder=copy.folder)
    assert result.exit_code == 0
    assert sorted(result.stdout.splitlines()) == [
        f"written: locales/ar/{domain}.po"
        for domain in ("glossary", "ladder", "letters", "no_code", "taxonomy", "words")
    ]
    assert declic_kb("translate", "ar", folder=copy.folder).stdout == ""


def test_translate_writes_only_what_changed(copy: Copy) -> None:
    copy.change(TREE, "Il faut téléphoner.", "Il faut téléphoner aujourd'hui.")
    copy.change("words.yml", "greet: Bonjour.", "greet: Bonsoir.")
    assert (
        declic_kb("translate", "en", "--only", "words", folder=copy.folder).stdout == "written: locales/en/words.po\n"
    )
    assert declic_kb("translate", "en", folder=copy.folder).stdout == f"written: {ENGLISH}\n"
    text = (copy.folder / ENGLISH).read_text(encoding="utf-8")
    assert re.search(
        r'#, fuzzy\n.*?msgid "Il faut téléphoner aujourd\'hui."\nmsgstr "You have to phone."', text, re.DOTALL
    )


@pytest.mark.parametrize("language", ["fr", "klingon", "not a language", "../up", ""])
def test_translate_takes_only_a_language_that_dates_can_be_written_in(copy: Copy, language: str) -> None:
    """French is the source, and a code that Babel does not know would stop the first conversation with a date."""
    before = sorted(copy.folder.rglob("*"))
    result = declic_kb("translate", language, folder=copy.folder)
    assert result.exit_code == 2
    assert result.stderr
    assert sorted(copy.folder.rglob("*")) == before


def test_without_a_verb_the_verbs_are_listed() -> None:
    result = CliRunner().invoke(app, ["kb"])
    for verb in ("check", "show", "graph", "coverage", "translate"):
        assert verb in result.output
