"""A file whose form is wrong is told by file and line, with how to mend it; a sound folder becomes one object."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.loader import KnowledgeBase, knowledge_base, load
from knowledge_base.rungs import RUNGS
from knowledge_base.schema import UNSURE_LEVELS
from tests.knowledge_base.conftest import Copy

TREE, LADDER = "trees/no_code.yml", "trees/ladder.yml"
_FORM = "See docs/how-to/add-a-problem.md for the form of a step."

#: What somebody writes: the file, what is replaced by what; the words on the line that is told; what is said of it.
MISTAKES = {
    "a forgotten key": (
        (TREE, "label: Code absent\n", ""),
        "id: no_code",
        ["label is missing. Add `label:`."],
    ),
    "a misspelt key": (
        (TREE, "    try: Essayez", "    tri: Essayez"),
        "tri: Essayez",
        ["steps.browser.tri is not a key of the schema. Remove `tri`, or correct its spelling."],
    ),
    "a step of two kinds": (
        (TREE, "    ask: Voulez-vous", "    tell: Ou pas.\n    ask: Voulez-vous"),
        "  again:\n",
        [f"steps.again: a step has exactly one of ask, try, tell, escalate, end; this one has ask, tell. {_FORM}"],
    ),
    "a step of no kind": (
        (TREE, "    tell: Votre papier se termine le {expires_on}.\n", ""),
        "  dated:",
        [f"steps.dated: a step has exactly one of ask, try, tell, escalate, end; this one has none. {_FORM}"],
    ),
    "a question without answers": (
        (LADDER, "    entity: filed_on\n    clock: silence\n    then: { early: helped, soon: watch, refused: watch,"
         " late: watch, unknown: helped }\n", ""),
        "  court:\n",
        [f"steps.court: a step of kind `ask` needs `choices`, or `entity` and `then`. {_FORM}"],
    ),
    "something to try that cannot fail": (
        (TREE, "    failed: again\n", ""),
        "  wait:",
        [f"steps.wait: a step of kind `try` needs `worked` and `failed`. {_FORM}"],
    ),
    "a message that leads nowhere": (
        (LADDER, "    then: court\n", ""),
        "  defenseur:\n",
        [f"steps.defenseur: a step of kind `tell` needs `then`. {_FORM}"],
    ),
    "an escalation without its rung": (
        (TREE, "    rung: phone\n", ""),
        "  call:",
        [f"steps.call: a step of kind `escalate` needs `rung`. {_FORM}"],
    ),
    "a rung that needs something and does not say what": (
        ("trees/ladder.yml", "    before: Appelez ou écrivez d'abord.\n", ""),
        "  desk:\n    label",
        [
            "rungs.desk: `needs`, `before` and `skipped` go together: what comes before, and what it costs without."
            f" {_FORM}"
        ],
    ),
    "a rung that stops the clock and does not say how": (
        ("trees/ladder.yml", "clock: La demande le garde., ", ""),
        "  court: {",
        [
            "rungs.court: `clock` tells what stops the clock: it goes with a `stops_clock` that is not `never`."
            f" {_FORM}"
        ],
    ),
    "a jump to something that is no rung": (
        ("trees/ladder.yml", "    go: court", "    go: lawyer"),
        "    go: lawyer",
        ["jumps.silence.go has a value that is not allowed. Use one of: phone, ticket, desk, defenseur, court."],
    ),
    "an end without its outcome": (
        (TREE, "    outcome: solved\n", ""),
        "  solved:",
        [f"steps.solved: a step of kind `end` needs `outcome`. {_FORM}"],
    ),
    "an answer in words of which nobody says what it is": (
        (TREE, "    entity: expires_on\n", ""),
        "  end_date:",
        [f"steps.end_date: `then` on a question needs `entity`: what the answer is. {_FORM}"],
    ),
    "a clock without its outcomes": (
        (TREE, "then: { passed: dated, soon: dated, near: wait, far: wait, unknown: wait }", "then: wait"),
        "  end_date:",
        [f"steps.end_date: `clock` goes with a `then` that names a step for each of its outcomes. {_FORM}"],
    ),
    "outcomes without their clock": (
        (TREE, "    clock: expiry\n", ""),
        "  end_date:",
        [f"steps.end_date: `clock` goes with a `then` that names a step for each of its outcomes. {_FORM}"],
    ),
    "a rung that is not one": (
        (TREE, "    rung: phone", "    rung: lawyer"),
        "rung: lawyer",
        ["steps.call.rung has a value that is not allowed. Use one of: phone, ticket, desk, defenseur, court."],
    ),
    "an outcome that is not one": (
        (TREE, "    outcome: solved", "    outcome: lost"),
        "outcome: lost",
        ["steps.solved.outcome has a value that is not allowed. Use one of: solved, human, protected."],
    ),
    "a meaning that is not one": (
        (TREE, "means: affirm", "means: perhaps"),
        "means: perhaps",
        [
            "steps.again.choices.again.means has a value that is not allowed. Use one of: affirm, deny, dont_know."
        ],
    ),
    "a choice without label": (
        (TREE, "{ label: J'arrête, go", "{ go"),
        "stop: {",
        ["steps.again.choices.stop.label is missing. Add `label:`."],
    ),
    "one fact not in a list": (
        (TREE, "facts: [F1]", "facts: F1"),
        "facts: F1",
        [f"steps.wait.facts: value is not a valid tuple. {_FORM}"],
    ),
    "a tree in a file of another name": (
        (TREE, "id: no_code", "id: no_sms"),
        "id: no_sms",
        ["The tree is called 'no_sms'. Rename the file to no_sms.yml, or write `id: no_code`."],
    ),
    "a letter without body": (
        ("letters/message.yml", "body: |", "bodi: |"),
        "title: Message",
        None,
    ),
    "a fact without date": (
        ("facts.yml", "    - { level: K-unsure }\n  checked: \"2026-11-23\"\n", "    - { level: K-unsure }\n"),
        "F3:",
        ["F3.checked is missing. Add `checked:`."],
    ),
    "a fact whose date is none": (
        ("facts.yml", "    - { level: K-unsure }\n  checked: \"2026-11-23\"\n",
         "    - { level: K-unsure }\n  checked: novembre\n"),
        "checked: novembre",
        None,
    ),
    "a fact in one word": (
        ("facts.yml", "F1:\n", "F0: gratuit\nF1:\n"),
        "F0: gratuit",
        ["Here a mapping is expected. Write `key: value` lines."],
    ),
    "an unknown that has no wording": (
        ("unknowns.yml", "  wording: Use the shortest.\n", ""),
        "U1:",
        ["U1.wording is missing. Add `wording:`."],
    ),
    "a term without text": (
        ("glossary.yml", "  text: L'ANEF est un site de l'État.\n", ""),
        "anef:",
        ["anef.text is missing. Add `text:`."],
    ),
    "a sentence in a list": (
        ("words.yml", "greet: Bonjour.", "greet: [Bonjour.]"),
        "greet: [",
        ["Here a mapping is expected. Write `key: value` lines."],
    ),
    "a title without label": (
        ("taxonomy.yml", "{ title: Le site est en panne, label: Panne }", "{ title: Le site est en panne }"),
        "server_down: {",
        ["titles.server_down.label is missing. Add `label:`."],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "at", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_of_form_is_told(copy: Copy, change: tuple[str, str, str], at: str, said: list[str] | None) -> None:
    copy.change(*change)
    file = change[0]
    told = copy.refused()
    assert told[0].startswith(f"{file}:{copy.line(file, at)}: ")
    if said is not None:
        assert [sentence.partition(": ")[2] for sentence in told] == said


def test_a_tree_without_steps_is_told(copy: Copy) -> None:
    (copy.folder / TREE).write_text("id: no_code\ntitle: Le code\nlabel: Code\nsteps: {}\n", encoding="utf-8")
    assert copy.refused() == [f"{TREE}:4: steps: a tree has at least one step. {_FORM}"]


def test_a_rung_that_the_ladder_does_not_know_is_named(copy: Copy) -> None:
    copy.change(LADDER, "  court: {", "  lawyer: {")
    (told,) = copy.refused()
    assert "lawyer" in told
    assert "__key__" not in told
    assert told.endswith("Use one of: phone, ticket, desk, defenseur, court.")


@pytest.mark.parametrize("level", ["V-of", "sure", "k-unsure", "stale "])
def test_a_level_of_confidence_that_is_not_one_is_told(copy: Copy, level: str) -> None:
    """Otherwise a slip of the pen in `K-unsure` would make the fact one that may be stated."""
    copy.change("facts.yml", "{ level: V-off }", f"{{ level: '{level}' }}")
    (told,) = copy.refused()
    assert told.startswith(f"facts.yml:{copy.line('facts.yml', 'level: ' + repr(level))}: F1.confidence.0.level ")


def test_a_fact_without_confidence_is_told(copy: Copy) -> None:
    copy.change("facts.yml", "  confidence:\n    - { level: V-off }\n", "  confidence: []\n")
    (told,) = copy.refused()
    assert told.startswith("facts.yml:6: F1.confidence")


@pytest.mark.parametrize("text", ["# nothing yet\n", "- one\n- two\n"])
@pytest.mark.parametrize(
    "file",
    [
        TREE,
        "letters/message.yml",
        "facts.yml",
        "unknowns.yml",
        "glossary.yml",
        "words.yml",
        "commands.yml",
        "taxonomy.yml",
    ],
)
def test_a_file_that_is_empty_or_of_another_shape_is_told(copy: Copy, file: str, text: str) -> None:
    (copy.folder / file).write_text(text, encoding="utf-8")
    (told,) = copy.refused()
    assert told.startswith(f"{file}:1: ")
    assert "mapping" in told


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param("taxonomy.yml", "groups:", "group:", id="no groups"),
        pytest.param("taxonomy.yml", "  safety: [danger]\n", "", id="a group forgotten"),
        pytest.param("taxonomy.yml", "  safety: [danger]", "  safety: danger", id="an intent not in a list"),
        pytest.param("commands.yml", "{ fr: [non], ", "{ fr: non, ", id="a word not in a list"),
        pytest.param("commands.yml", '{ fr: [non], en: ["no"] }', "[non]", id="a command without languages"),
    ],
)
def test_intents_and_commands_have_a_form_too(copy: Copy, file: str, old: str, new: str) -> None:
    copy.change(file, old, new)
    told = copy.refused()
    assert told
    assert all(sentence.startswith(f"{file}:") for sentence in told)


@pytest.mark.parametrize(
    "file", ["facts.yml", "unknowns.yml", "glossary.yml", "forbidden.yml", "words.yml", "commands.yml", "taxonomy.yml"]
)
def test_a_file_that_is_missing_is_told(copy: Copy, file: str) -> None:
    (copy.folder / file).unlink()
    assert copy.refused() == [f"{file}:1: The file does not exist. Create it or mend its name."]


def test_the_mistakes_of_every_file_are_told_at_once(copy: Copy) -> None:
    copy.change(TREE, "means: deny", "means: no")
    copy.change(LADDER, "    outcome: human", "    outcome: lost")
    copy.change("words.yml", "greet: Bonjour.", "greet: yes")
    assert [told.split(": ")[0] for told in copy.refused()] == [
        f"{LADDER}:{copy.line(LADDER, 'outcome: lost')}",
        f"{TREE}:{copy.line(TREE, 'means: no ')}",
        "words.yml:1",
    ]


# ---------------------------------------------------------------- what a sound folder becomes
def test_every_step_is_known_by_its_tree_and_name(sound: KnowledgeBase) -> None:
    assert {"no_code/wait", "ladder/watch"} <= set(sound.steps)
    assert sound.steps["no_code/wait"] is sound.trees["no_code"].steps["wait"]
    assert sound.trees["no_code"].first == "no_code/end_date"


def test_a_name_means_a_step_of_the_same_tree_unless_it_says_which(sound: KnowledgeBase) -> None:
    assert sound.target("no_code/wait", "solved") == "no_code/solved"
    assert sound.target("no_code/wait", "ladder/solved") == "ladder/solved"


def test_the_ways_out_of_each_kind_of_step(sound: KnowledgeBase) -> None:
    assert sound.edges("no_code/again") == {"again": "no_code/browser", "stop": "no_code/call"}
    assert sound.edges("no_code/wait") == {
        "worked": "no_code/solved", "failed": "no_code/again", "cannot": "no_code/call"
    }  # fmt: skip
    assert sound.edges("no_code/dated") == {"continue": "no_code/wait"}
    assert sound.edges("no_code/call") == {"continue": "ladder/phone"}
    assert sound.edges("no_code/solved") == {}
    assert sound.edges("no_code/end_date") == {
        "unknown": "no_code/wait",
        "expiry:passed": "no_code/dated",
        "expiry:soon": "no_code/dated",
        "expiry:near": "no_code/wait",
        "expiry:far": "no_code/wait",
        "expiry:unknown": "no_code/wait",
    }


def test_an_answer_in_words_is_a_way_out(copy: Copy) -> None:
    copy.change(TREE, "    clock: expiry\n", "")
    copy.change(TREE, "then: { passed: dated, soon: dated, near: wait, far: wait, unknown: wait }", "then: dated")
    assert copy.load().edges("no_code/end_date") == {"unknown": "no_code/wait", "said": "no_code/dated"}


def test_a_knowledge_base_without_ladder_has_no_rungs_and_escalates_nowhere(copy: Copy) -> None:
    (copy.folder / LADDER).unlink()
    kb = copy.load()
    assert (kb.rungs, kb.jumps) == ({}, {})
    assert kb.edges("no_code/call") == {}


def test_the_rungs_go_from_the_telephone_to_the_judge(sound: KnowledgeBase) -> None:
    assert tuple(sound.rungs) == RUNGS


def test_of_several_rungs_in_one_need_one_is_enough_and_one_may_be_written_alone(copy: Copy) -> None:
    assert copy.load().rungs["desk"].needs == (("phone", "ticket"),)
    copy.change("trees/ladder.yml", "needs: [[phone, ticket]]", "needs: [phone, [ticket]]")
    assert copy.load().rungs["desk"].needs == (("phone",), ("ticket",))


def test_an_intent_opens_its_tree_or_the_general_one_or_none(sound: KnowledgeBase) -> None:
    assert sound.tree_of("no_code") == "no_code"
    assert sound.tree_of("server_down") == "general"
    assert sound.tree_of("ask_help") is None
    assert sound.tree_of("greet") is None


def test_a_problem_is_called_by_the_title_of_its_tree_or_else_of_the_taxonomy(sound: KnowledgeBase) -> None:
    assert sound.title("no_code") == ("no_code", "Le code n'arrive pas", "Code absent")
    assert sound.title("server_down") == ("server_down", "Le site est en panne", "Panne")
    with pytest.raises(KeyError):
        sound.title("greet")


def test_intents_that_open_something_come_safety_first(sound: KnowledgeBase) -> None:
    assert list(sound.content_intents()) == ["danger", "no_code", "server_down", "ask_help"]
    assert list(sound.problem_trees()) == ["no_code"]


def test_commands_are_known_in_every_language_whatever_the_capitals(sound: KnowledgeBase) -> None:
    assert sound.commands == {"affirm": frozenset({"oui", "ouais", "yes"}), "deny": frozenset({"non", "no"})}


def test_a_sentence_is_written_alone_or_with_its_facts(sound: KnowledgeBase) -> None:
    assert (sound.words["greet"].text, sound.words["greet"].facts) == ("Bonjour.", ())
    assert (sound.words["number"].text, sound.words["number"].facts) == ("Le numéro est gratuit.", ("F1",))


def test_the_version_changes_with_any_file_and_with_nothing_else(copy: Copy, sound: KnowledgeBase) -> None:
    assert copy.load().version == sound.version
    copy.change("letters/message.yml", "Madame, Monsieur,", "Monsieur, Madame,")
    assert copy.load().version != sound.version


def test_what_is_loaded_cannot_be_changed(sound: KnowledgeBase) -> None:
    with pytest.raises(TypeError):
        sound.steps["no_code/wait"].proof = "Rien."
    with pytest.raises(AttributeError):
        sound.version = "2"  # type: ignore[misc]


# ---------------------------------------------------------------- what we ship
def test_the_shipped_knowledge_base_is_loaded_once(kb: KnowledgeBase) -> None:
    assert knowledge_base() is kb
    assert kb.version == load().version


def test_no_fact_is_signed_before_a_person_has_read_it(kb: KnowledgeBase) -> None:
    """A signature comes with its date, and neither comes alone."""
    assert len(kb.facts) >= 117
    for fact_id, fact in kb.facts.items():
        assert (fact.reviewed_by is None) == (fact.reviewed_on is None), fact_id


def test_what_is_not_known_for_sure_is_worded_in_one_place(kb: KnowledgeBase) -> None:
    assert set(kb.wordings) >= {f"U{number}" for number in range(1, 17)}
    assert not set(kb.wordings) & set(kb.facts)
    assert {part.level for fact in kb.facts.values() for part in fact.confidence} >= UNSURE_LEVELS


def test_every_tree_of_the_first_release_is_there(kb: KnowledgeBase) -> None:
    asked = {"sms_code_missing", "certificate_warning", "mobile_unsupported", "status_stuck"}
    assert asked <= set(kb.problem_trees())
    assert {"oqtf", "scam", "distress", "ladder"} <= set(kb.trees)
    assert tuple(kb.rungs) == RUNGS


def test_the_folder_need_not_be_that_of_the_package(tmp_path: Path) -> None:
    """A knowledge base that has no file at all is told file by file."""
    told = Copy(tmp_path).refused()
    assert [line.split(":")[0] for line in told] == [
        "facts.yml", "unknowns.yml", "glossary.yml", "forbidden.yml", "words.yml", "commands.yml", "taxonomy.yml"
    ]  # fmt: skip
