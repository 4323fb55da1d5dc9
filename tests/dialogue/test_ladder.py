"""Where a person stands on the ladder: told once, shown when asked, jumped over when a date says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.dialogue.events import Escalate
from bot.dialogue.session import Session
from knowledge_base.loader import KnowledgeBase
from knowledge_base.readability import words
from knowledge_base.rungs import RUNGS
from knowledge_base.words import languages
from tests.dialogue.conftest import LADDER, Talk, said_in

#: What is added to the small ladder of the other tests: what each rung needs, and what passes over it.
RUNGS_OF_THE_SMALL_LADDER = {
    "phone_call, stops_clock": "phone_call, letters: [phone_script], jump_when: [silence, paper], stops_clock",
    "ticket_send, stops_clock": "ticket_send, letters: [contact_form], jump_when: [silence], stops_clock",
    "desk_book, stops_clock": (
        "desk_book, needs: [[phone, ticket]], before: D'abord appeler ou écrire.,"
        " skipped: On peut vous y renvoyer., jump_when: [silence], stops_clock"
    ),
    "court_file, stops_clock: sometimes": (
        "court_file, needs: [[phone, ticket], desk], before: D'abord des essais.,"
        " skipped: Le juge demande vos essais., stops_clock: sometimes"
    ),
    "steps:\n  phone_call": """jumps:
  silence:
    clock: silence
    say: { soon: "Le silence compte dès le {alert_on}.", refused: "Le silence compte depuis le {latest_on}." }
    when: Le silence compte bientôt.
    go: court
    label: Le juge d'abord
    at: [court_file]
  paper:
    clock: expiry
    say: { soon: "Le papier finit le {expires_on}." }
    when: Le papier finit bientôt.
    go: ticket
    label: Écrire d'abord
    unless: ticket
steps:
  phone_call""",
}  # fmt: skip
#: The silence of a request sent then counts as a refusal from 2 December on, of one sent in July since November.
SOON, REFUSED = "2026-10-03", "2026-07-01"


@pytest.fixture
def ladder_kb(kb_with: Callable[..., KnowledgeBase]) -> KnowledgeBase:
    ladder = LADDER
    for old, new in RUNGS_OF_THE_SMALL_LADDER.items():
        assert ladder.count(old) == 1, old
        ladder = ladder.replace(old, new)
    return kb_with(ladder=ladder)


@pytest.fixture
def small(ladder_kb: KnowledgeBase) -> Talk:
    """Somebody whose code never comes, led to the telephone."""
    return Talk(ladder_kb).starts().opens("sms_code_missing").taps("foreign").taps("continue").taps("unknown")


@pytest.fixture
def person(kb: KnowledgeBase) -> Talk:
    """Somebody who talks to the knowledge base that we ship."""
    return Talk(kb).starts()


def at(talk: Talk, step_id: str) -> Talk:
    """Return the talk standing at a step, as if a tree had led there."""
    talk.session = Session(language=talk.session.language, problem=step_id, turn=1)
    return talk


# --------------------------------------------------------------------------------------------- where one stands, once


def test_who_comes_into_the_middle_of_a_rung_is_told_where_it_is(person: Talk) -> None:
    at(person, "ladder/desk_slot").taps("command:repeat")
    assert person.says[:2] == ["rung_position", "ladder/desk_slot"]
    assert "Étape 3 sur 5 : Guichet et substitution." in person.heard


def test_it_is_not_told_again_at_the_next_step_of_the_rung_nor_when_the_step_is_repeated(person: Talk) -> None:
    at(person, "ladder/desk_kind").taps("command:repeat")
    assert person.taps("blocked").says == ["ladder/desk_safe"]
    assert person.writes("répète").says == ["ladder/desk_safe"]
    assert person.writes("je ne comprends pas").says.count("rung_position") == 0


def test_it_is_told_on_every_new_rung(small: Talk) -> None:
    assert small.says.count("rung_position") == 1
    assert small.taps("failed").says[:2] == ["rung_position", "ladder/ticket_send"]
    assert "Étape 2 sur 5 : Écrire." in small.heard


def test_it_is_told_again_to_who_comes_back_to_a_rung(small: Talk) -> None:
    small.taps("failed").taps("command:back")
    assert small.says == ["rung_position", "ladder/phone_call"]


def test_it_is_told_again_to_who_opens_the_page_again(small: Talk) -> None:
    assert small.starts().says == ["welcome", "notice", "rung_position", "ladder/phone_call"]


def test_it_is_told_to_who_asks_for_the_number_itself(person: Talk) -> None:
    assert "rung_position" in person.opens("ask_phone_support").says
    assert "rung_position" not in person.taps("call").says
    assert person.does_also == [Escalate("phone")]


# --------------------------------------------------------------------------------------------------------- my steps


@pytest.mark.parametrize("text", ["mes étapes", "étapes", "Où j'en suis ?", "je suis où", "my steps", "Where am I?"])
def test_the_ladder_is_shown_when_it_is_asked_for(small: Talk, text: str) -> None:
    small.writes(text)
    assert small.way == "command"
    assert small.rendered[0].text.splitlines()[1:] == [
        "1. Téléphoner : vous êtes ici",
        "2. Écrire",
        "3. Le guichet",
        "4. Le Défenseur",
        "5. Le juge",
    ]


def test_the_ladder_can_be_shown_before_any_problem(talk: Talk) -> None:
    talk.writes("mes étapes")
    assert len(talk.messages) == 1
    assert talk.choices == [f"rung:{rung}" for rung in RUNGS]
    assert talk.step is None


def test_of_the_present_rung_what_it_needs_its_wait_and_the_clock_are_told(small: Talk) -> None:
    small.taps("failed").taps("failed").writes("mes étapes")
    assert small.rendered[1].text.splitlines() == [
        "Étape 3 sur 5 : Le guichet.",
        "D'abord appeler ou écrire.",
        "Une semaine.",
        "Cette étape n'arrête aucun délai.",
    ]
    assert "Le silence compte bientôt." in small.rendered[2].text


def test_on_a_rung_that_does_something_to_the_clock_it_is_told_what(small: Talk) -> None:
    small.taps("rung:court").writes("mes étapes")
    assert "Le recours le garde." in small.heard
    assert "Cette étape n'arrête aucun délai." not in small.heard


def test_a_date_that_passes_over_the_rung_today_is_told_instead_of_all_that_may_come(small: Talk) -> None:
    said_in(small, filed_on=SOON).writes("mes étapes")
    assert "Le silence compte dès le mercredi 2 décembre 2026." in small.heard
    assert "Le silence compte bientôt." not in small.heard


def test_the_other_rungs_and_the_way_back_are_offered(small: Talk) -> None:
    small.writes("mes étapes")
    assert small.choices == ["rung:ticket", "rung:desk", "rung:defenseur", "rung:court", "command:repeat"]
    assert small.writes("Reprendre").says == ["ladder/phone_call"]


def test_what_was_tried_is_told(small: Talk) -> None:
    small.taps("failed").taps("cannot").writes("mes étapes")
    lines = small.rendered[0].text.splitlines()[1:]
    # Who could not write has not tried.
    assert lines[:3] == ["1. Téléphoner : déjà essayé", "2. Écrire", "3. Le guichet : vous êtes ici"]


def test_a_message_sent_on_the_way_counts_as_tried(person: Talk) -> None:
    at(person, "form_broken/write_today").taps("failed").writes("mes étapes")
    assert "2. Écrire un message : déjà essayé" in person.heard


def test_of_what_was_said_with_an_or_each_is_perhaps_done(person: Talk) -> None:
    at(person, "ladder/desk_before").taps("done").writes("mes étapes")
    assert "1. Téléphoner : peut-être déjà fait" in person.heard
    assert "2. Écrire un message : peut-être déjà fait" in person.heard


# ------------------------------------------------------------------------------------------------ straight to a rung


@pytest.mark.parametrize("answer", ["rung:court", "Le juge", "4", "The judge"])
def test_one_may_go_straight_to_a_rung(small: Talk, answer: str) -> None:
    small.writes("mes étapes")
    small.taps(answer) if ":" in answer else small.writes(answer)
    assert small.step == "ladder/court_file"
    assert small.does_also == [Escalate("court")]


def test_the_label_of_a_rung_is_read_in_any_language(person: Talk) -> None:
    assert person.writes("mes étapes").writes("The judge").step == "ladder/court_decision"


def test_what_it_costs_to_skip_the_rungs_before_is_said_first(small: Talk) -> None:
    small.taps("rung:court")
    assert small.says == ["ladder/rungs/court", "rung_position", "ladder/court_file"]
    assert "Le juge demande vos essais." in small.heard


def test_nothing_is_said_of_skipping_when_what_the_rung_needs_was_tried(small: Talk) -> None:
    small.taps("failed").taps("rung:desk")
    assert small.says == ["rung_position", "ladder/desk_book"]


def test_of_two_rungs_that_are_needed_each_counts(small: Talk) -> None:
    assert "ladder/rungs/court" in small.taps("failed").taps("failed").taps("rung:court").says
    small.taps("command:back").taps("failed").taps("rung:court")
    assert "ladder/rungs/court" not in small.says


def test_going_down_costs_nothing(small: Talk) -> None:
    assert small.taps("rung:court").taps("rung:phone").says == ["rung_position", "ladder/phone_call"]


def test_the_rung_where_one_stands_is_said_again_and_not_begun_anew(small: Talk) -> None:
    before = small.session.walks
    assert small.taps("rung:phone").says == ["rung_position", "ladder/phone_call"]
    assert small.session.walks == before


def test_back_from_a_rung_leads_to_where_one_left(small: Talk) -> None:
    small.taps("failed").taps("rung:court").taps("rung:phone").writes("retour")
    assert small.step == "ladder/court_file"
    assert small.writes("retour").says[:2] == ["rung_position", "ladder/ticket_send"]
    assert small.session.later == ()


def test_the_problem_that_was_left_is_offered_at_the_end(small: Talk) -> None:
    small.taps("rung:court").taps("continue").taps("continue")
    assert small.choices == ["problem:sms_code_missing", "command:restart"]


def test_another_problem_leaves_nothing_to_go_back_to(small: Talk) -> None:
    small.taps("rung:court").taps("switch:status_stuck").writes("retour")
    assert small.says == ["nothing_before", "status_stuck/what_status"]


def test_a_rung_that_came_to_its_end_begins_anew(small: Talk) -> None:
    small.taps("rung:court").taps("continue").taps("continue").taps("rung:court")
    assert small.step == "ladder/court_file"


@pytest.mark.parametrize("name", ["", "attic", "court/x"])
def test_a_rung_that_does_not_exist_is_no_choice(small: Talk, name: str) -> None:
    assert small.taps(f"rung:{name}").says[0] == "unknown_choice"


# ---------------------------------------------------------------------------------------------- the clock says: jump


def test_a_date_that_passes_over_the_rung_is_said_once_with_a_way_to_jump(small: Talk) -> None:
    said_in(small, filed_on=SOON).taps("command:repeat")
    assert "ladder/jumps/silence" in small.says
    assert small.says.index("ladder/jumps/silence") < small.says.index("ladder/phone_call")
    assert small.choices[-1] == "rung:court"
    assert small.choices[0] == "ladder/phone_call:worked"


def test_it_is_not_said_again_and_the_way_stays_open(small: Talk) -> None:
    said_in(small, filed_on=SOON).taps("command:repeat").taps("failed")
    assert "ladder/jumps/silence" not in small.says
    assert small.choices[-1] == "rung:court"


def test_it_is_said_again_when_it_has_become_worse(small: Talk) -> None:
    said_in(small, filed_on=SOON).taps("command:repeat")
    said_in(small, filed_on=REFUSED).taps("command:repeat")
    assert "Le silence compte depuis le" in small.heard


@pytest.mark.parametrize("answer", ["Le juge d'abord", "4"])
def test_the_way_to_jump_is_taken_in_words_or_by_its_number(small: Talk, answer: str) -> None:
    said_in(small, filed_on=SOON).taps("command:repeat").writes(answer)
    assert small.step == "ladder/court_file"


def test_nobody_is_led_away_who_does_not_choose_it(small: Talk) -> None:
    assert said_in(small, filed_on=REFUSED).taps("failed").step == "ladder/ticket_send"


def test_the_most_pressing_of_several_dates_is_the_one_that_is_said(small: Talk) -> None:
    said_in(small, filed_on=SOON, expires_on="2026-12-01").taps("command:repeat")
    assert "ladder/jumps/silence" in small.says
    assert "ladder/jumps/paper" not in small.says


def test_a_jump_may_lead_to_the_next_rung_only(small: Talk) -> None:
    said_in(small, expires_on="2026-12-01").taps("command:repeat")
    assert "Le papier finit le mardi 1 décembre 2026." in small.heard
    assert small.taps("rung:ticket").step == "ladder/ticket_send"


def test_who_has_tried_that_rung_is_not_sent_there(small: Talk) -> None:
    small.taps("failed").taps("failed").taps("rung:phone")
    said_in(small, expires_on="2026-12-01").taps("command:repeat")
    assert small.says == ["ladder/phone_call"]


def test_where_no_date_presses_nothing_is_said(small: Talk) -> None:
    said_in(small, filed_on="2026-11-20", expires_on="2028-03-01").taps("command:repeat")
    assert small.says == ["ladder/phone_call"]
    assert len(small.choices) == 3


def test_a_step_that_gives_the_advice_itself_is_not_followed_by_the_same(person: Talk) -> None:
    """«Call before» was chosen with the date before one's eyes."""
    at(person, "ladder/phone_when").writes("le 3 octobre", date=SOON)
    assert person.step == "ladder/clock_soon"
    person.taps("call")
    assert "ladder/jumps/silence" not in person.says
    assert person.choices[-1] == "rung:court"


def test_a_written_refusal_told_on_a_lower_rung_changes_the_advice(person: Talk) -> None:
    at(person, "ladder/desk_kind").writes("refus reçu le 3 novembre", "inform", refused_on="2026-11-03")
    assert "le juge passe avant" in person.heard
    assert "3 janvier 2027" in person.heard
    assert "C19" in {fact for message in person.rendered for fact in message.facts}
    assert person.choices[-1] == "rung:court"


def test_a_permit_that_ends_within_days_is_written_about_before_it_is_phoned_about(person: Talk) -> None:
    at(person, "ladder/phone_call")
    said_in(person, expires_on="2026-12-01").taps("command:repeat")
    assert "Écrivez dès aujourd'hui" in person.heard
    assert person.choices[-1] == "rung:ticket"


def test_a_permit_that_has_ended_makes_the_judge_possible_and_not_an_order(person: Talk) -> None:
    at(person, "ladder/desk_kind")
    said_in(person, expires_on="2026-11-02").taps("command:repeat")
    assert "le juge admet en principe l'urgence" in person.heard
    assert person.step == "ladder/desk_kind"


# ---------------------------------------------------------------------------------------------- the ladder we ship


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("rung", RUNGS)
def test_each_rung_is_shown_in_three_short_messages(kb: KnowledgeBase, rung: str, language: str) -> None:
    step = next(step_id for step_id, step in kb.steps.items() if step.rung == rung and step_id.startswith("ladder/"))
    talk = Talk(kb, Session(language=language, language_chosen=True, problem=step, turn=1))
    for known in ({}, {"filed_on": SOON}, {"filed_on": REFUSED, "expires_on": "2026-12-01"}):
        said_in(talk, **known).taps("command:steps")
        assert len(talk.rendered) <= 3
        assert max(len(words(message.text)) for message in talk.rendered) <= 60


def test_what_is_said_on_the_phone_is_told_to_be_said_with_its_meaning_in_the_language_of_the_person(
    kb: KnowledgeBase,
) -> None:
    talk = Talk(kb, Session(language="en", language_chosen=True, problem="ladder/phone_call", turn=1))
    script = talk.taps("command:repeat").rendered[1].text
    assert script.startswith("To say on the phone, in French.")
    assert "You ask for three things" in script
    assert "Pouvez-vous parler lentement" in script


@pytest.mark.parametrize(
    ("filed", "step", "why"),
    [
        (
            "2026-11-20",
            "ladder/court_kit",
            "Tant qu'il n'y a pas de refus, on demande en général les « mesures utiles »",
        ),
        (SOON, "ladder/court_soon", "Une fois le refus né"),
        (REFUSED, "ladder/court_refused", "Contre un refus, le juge peut rejeter « mesures utiles »"),
    ],
)
def test_the_court_is_chosen_by_the_silence_and_it_is_said_why(person: Talk, filed: str, step: str, why: str) -> None:
    at(person, "ladder/court_decision").taps("none").taps("employee").writes("ce jour-là", date=filed)
    assert person.step == step
    assert why in person.heard
    assert "L. 521-" in person.heard
    assert {"E1", "E5"} & {fact for message in person.rendered for fact in message.facts}


@pytest.mark.parametrize("step", ["court_kit", "court_soon", "court_refused", "court_refusal"])
def test_what_must_be_done_within_two_days_leads_to_the_third_court_and_back(person: Talk, step: str) -> None:
    at(person, f"ladder/{step}")
    said_in(person, filed_on=SOON).taps("urgent")
    assert person.step == "ladder/court_liberte"
    assert "L. 521-2" in person.heard
    assert "rarement" in person.heard
    assert person.writes("retour").step == f"ladder/{step}"


def test_a_written_refusal_is_answered_by_annulment_first_and_suspension_if_it_is_urgent(person: Talk) -> None:
    at(person, "ladder/court_decision").taps("refusal")
    assert "« Mesures utiles » ne peut pas aller contre un refus." in person.heard
    assert person.taps("file").step == "ladder/annulment_file"
    assert person.taps("worked").step == "ladder/suspension_file"
    assert "L. 521-1" in person.heard
