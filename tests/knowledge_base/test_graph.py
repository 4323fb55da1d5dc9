"""The trees as a graph: what leads where, what is known on the way, and the picture."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base import graph
from knowledge_base.deadlines import CLOCKS, PLACEHOLDERS, Dates, placeholders
from knowledge_base.loader import KnowledgeBase
from tests.knowledge_base.conftest import SOUND, Copy

TREE = "trees/no_code.yml"
FILED = frozenset({"filed_on", "alert_on", "latest_on", "appeal_on"})


def test_the_picture_of_a_tree_shows_each_step_by_its_kind_and_each_answer_by_its_words(sound: KnowledgeBase) -> None:
    assert graph.mermaid(sound, "no_code") == (
        "flowchart TD\n"
        '  end_date{{"end_date<br/>Quel jour se termine votre papier ?"}}\n'
        '  end_date -->|"Je ne sais pas"| wait\n'
        '  end_date -->|"expiry:passed"| dated\n'
        '  end_date -->|"expiry:soon"| dated\n'
        '  end_date -->|"expiry:near"| wait\n'
        '  end_date -->|"expiry:far"| wait\n'
        '  end_date -->|"expiry:unknown"| wait\n'
        '  dated("dated<br/>Votre papier se termine le {expires_on}.")\n'
        '  dated -->|"continue"| wait\n'
        '  wait["wait<br/>Attendez, puis demandez un seul code."]\n'
        '  wait -->|"worked"| solved\n'
        '  wait -->|"failed"| again\n'
        '  wait -->|"cannot"| call\n'
        '  again{{"again<br/>Voulez-vous essayer encore ?"}}\n'
        '  again -->|"Encore une fois"| browser\n'
        '  again -->|"J\'arrête"| call\n'
        '  browser["browser<br/>Essayez avec l\'autre navigateur."]\n'
        '  browser -->|"worked"| solved\n'
        '  browser -->|"failed"| call\n'
        '  call[/"call<br/>Il faut téléphoner."/]\n'
        '  ladder__phone>"ladder/phone"]\n'
        '  call -->|"continue"| ladder__phone\n'
        '  solved(["solved<br/>Bien. Gardez vos captures."])\n'
    )


def test_a_long_text_is_shortened_and_quotes_do_not_break_the_picture(copy: Copy) -> None:
    copy.change(TREE, "Il faut téléphoner.", 'Dites « "bonjour" », puis ' + "a" * 70)
    copy.change(TREE, "label: J'arrête", "label: 'Je dis \"non\"'")
    picture = graph.mermaid(copy.load(), "no_code").splitlines()
    (call,) = (line for line in picture if line.startswith("  call["))
    assert call == '  call[/"call<br/>Dites « #quot;bonjour#quot; », puis ' + "a" * 41 + '…"/]'
    assert '  again -->|"Je dis #quot;non#quot;"| call' in picture


def test_a_step_of_another_tree_stands_once_at_the_border(copy: Copy) -> None:
    copy.change(TREE, "    cannot: call", "    cannot: ladder/phone")
    picture = graph.mermaid(copy.load(), "no_code")
    assert picture.count('ladder__phone>"ladder/phone"]') == 1
    assert picture.count("| ladder__phone\n") == 2


def test_a_conversation_begins_at_the_first_step_of_a_tree_or_at_a_rung(sound: KnowledgeBase) -> None:
    assert graph.starts(sound) == {
        "no_code/end_date", "ladder/phone", "ladder/ticket", "ladder/desk", "ladder/defenseur", "ladder/court"
    }  # fmt: skip


def test_every_step_of_a_sound_knowledge_base_can_be_reached(sound: KnowledgeBase) -> None:
    assert graph.reachable(sound) == set(sound.steps)


def test_what_only_an_unreachable_step_leads_to_is_unreachable_too(copy: Copy) -> None:
    copy.change(
        TREE, "  call:\n", "  one:\n    tell: Un.\n    then: two\n  two:\n    tell: Deux.\n    then: call\n  call:\n"
    )
    kb = copy.load()
    assert set(kb.steps) - graph.reachable(kb) == {"no_code/one", "no_code/two"}


def test_a_sound_knowledge_base_never_comes_back_to_a_step(sound: KnowledgeBase) -> None:
    assert list(graph.loops(sound)) == []


def test_two_ways_to_one_step_are_no_loop_and_each_loop_is_told_once(copy: Copy) -> None:
    copy.change(TREE, "    failed: call", "    failed: again\n    cannot: wait")
    assert list(graph.loops(copy.load())) == [
        ("no_code/again", "no_code/browser", "no_code/again"),
        ("no_code/wait", "no_code/again", "no_code/browser", "no_code/wait"),
    ]


def test_a_tree_climbs_when_one_of_its_answers_leads_into_the_ladder(copy: Copy) -> None:
    assert graph.climbs(copy.load(), "no_code")
    copy.change(TREE, "    escalate: Il faut téléphoner.\n    rung: phone", "    tell: Au revoir.\n    then: solved")
    assert not graph.climbs(copy.load(), "no_code")


def test_a_date_is_known_where_every_way_has_asked_for_it(sound: KnowledgeBase) -> None:
    known = graph.known_dates(sound)
    assert known["no_code/end_date"] == frozenset()
    assert known["no_code/dated"] == {"expires_on"}
    assert known["no_code/wait"] == frozenset()  # one may come there without having said it
    assert known["ladder/watch"] == FILED
    assert known["ladder/helped"] == frozenset()


def test_a_date_stays_known_on_the_way_down(copy: Copy) -> None:
    copy.change(
        TREE, "choices:\n      unknown: { label: Je ne sais pas, go: wait, means: dont_know }\n    clock", "clock"
    )
    copy.change(TREE, "near: wait, far: wait, unknown: wait", "near: dated, far: dated, unknown: solved")
    known = graph.known_dates(copy.load())
    assert known["no_code/browser"] == known["no_code/call"] == {"expires_on"}
    assert known["ladder/phone"] == frozenset()  # where a conversation may begin, nothing is known
    assert known["no_code/solved"] == frozenset()


def test_an_answer_that_is_no_date_makes_no_date_known(copy: Copy) -> None:
    copy.change(TREE, "    entity: expires_on", "    entity: device")
    copy.change(TREE, "    clock: expiry\n", "")
    copy.change(TREE, "then: { passed: dated, soon: dated, near: wait, far: wait, unknown: wait }", "then: dated")
    assert graph.known_dates(copy.load())["no_code/dated"] == frozenset()


@pytest.fixture(scope="module")
def trees_of_clocks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, KnowledgeBase]:
    """For each clock, a tree with a step for each of its outcomes."""
    return {clock: _tree_of(clock, tmp_path_factory) for clock in CLOCKS}


def _tree_of(clock: str, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp(clock) / "kb"
    shutil.copytree(SOUND, folder)
    outcomes = CLOCKS[clock][1]
    then = ", ".join(f"{outcome}: {outcome}" for outcome in outcomes)
    ends = "".join(f"  {outcome}: {{ end: Fin., outcome: solved }}\n" for outcome in outcomes)
    (folder / TREE).write_text(
        "id: no_code\ntitle: Le code\nlabel: Code\nsteps:\n"
        f"  ask:\n    ask: Quel jour ?\n    entity: filed_on\n    clock: {clock}\n    then: {{ {then} }}\n{ends}",
        encoding="utf-8",
    )
    return Copy(folder).load()


DAYS = st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2032, 12, 31))


@pytest.mark.parametrize("clock", CLOCKS)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_a_clock_is_said_to_have_read_can_be_filled_in(
    trees_of_clocks: dict[str, KnowledgeBase], clock: str, data: st.DataObject
) -> None:
    """What ``known_dates`` promises of an outcome, ``placeholders`` keeps, whatever the dates."""
    dates = Dates(data.draw(DAYS), data.draw(DAYS), data.draw(st.sampled_from([None, "student", "talent", "other"])))
    outcome = CLOCKS[clock][0](dates, data.draw(DAYS.filter(bool)))
    promised = graph.known_dates(trees_of_clocks[clock])[f"no_code/{outcome}"]
    assert promised <= set(placeholders(dates))
    assert promised <= set(PLACEHOLDERS)
    assert bool(promised) == (outcome != "unknown")
