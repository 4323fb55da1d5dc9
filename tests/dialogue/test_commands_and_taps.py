"""Going back, changing an answer, tapping old and unknown choices, and what may be asked of the assistant itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest

from bot.dialogue.events import Erase, Escalate, GiveCalendar, HandOver
from bot.dialogue.session import Answer, Session
from bot.dialogue.turn import LANGUAGES_SHOWN
from knowledge_base.loader import KnowledgeBase, knowledge_base
from knowledge_base.timing import DeadlineKind
from knowledge_base.words import languages
from tests.dialogue.conftest import SCAM, Talk, said_in

FIRST = "sms_code_missing/which_number"
LANGUAGES_OFFERED = [*(f"language:{language}" for language in languages()[:LANGUAGES_SHOWN]), "language:more"]


# ---------------------------------------------------------------------------------------------------------- starting


def test_opening_without_a_word_is_welcomed_with_the_languages(small_kb: KnowledgeBase) -> None:
    talk = Talk(small_kb).starts()
    assert (talk.way, talk.step, talk.says) == ("start", None, ["welcome", "notice"])
    assert talk.choices == LANGUAGES_OFFERED
    assert len(talk.choices) <= 10


def test_the_other_languages_are_a_tap_away(small_kb: KnowledgeBase) -> None:
    talk = Talk(small_kb).starts().taps("language:more")
    assert talk.says == ["which_language"]
    assert talk.choices == [f"language:{language}" for language in languages()[LANGUAGES_SHOWN:]]


def test_opening_again_says_the_open_question(sms: Talk) -> None:
    assert sms.starts().says == ["welcome", "notice", FIRST]


# ----------------------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize("choice", [f"{FIRST}:foreign", "foreign"])
def test_a_choice_is_tapped_by_its_id_or_by_its_bare_key(sms: Talk, choice: str) -> None:
    sms.taps(choice)
    assert (sms.way, sms.step) == ("tap", "sms_code_missing/borrow")


def test_a_try_offers_what_may_come_of_it(sms: Talk) -> None:
    step = sms.taps("french").step
    assert sms.choices == [f"{step}:worked", f"{step}:failed", f"{step}:cannot"]


def test_a_try_that_can_always_be_done_offers_no_way_around(talk: Talk) -> None:
    assert talk.opens("ask_appointment").choices == ["ladder/desk_book:worked", "ladder/desk_book:failed"]
    assert talk.taps("cannot").says == ["unknown_choice", "ladder/desk_book"]


def test_what_works_comes_to_a_good_end(sms: Talk) -> None:
    sms.taps("french").taps("worked")
    assert (sms.step, sms.choices) == ("ladder/solved", ["command:restart"])


def test_an_escalation_says_why_and_where_on_the_ladder_one_stands(sms: Talk) -> None:
    sms.taps("foreign").taps("continue").taps("unknown")
    assert sms.says == ["sms_code_missing/to_phone", "rung_position", "ladder/phone_call"]
    assert "Étape 1 sur 5 : Téléphoner." in sms.heard
    assert sms.does_also == [Escalate("phone")]


# -------------------------------------------------------------------------------------------------------------- back


def test_back_returns_to_the_question_before(sms: Talk) -> None:
    sms.taps("unknown").taps("seen").writes("retour")
    assert (sms.step, sms.says) == ("sms_code_missing/look", ["sms_code_missing/look"])


def test_back_passes_over_an_escalation(sms: Talk) -> None:
    sms.taps("foreign").taps("continue").taps("unknown").taps("command:back")
    assert sms.step == "sms_code_missing/ends_on"


def test_back_forgets_what_the_answer_had_told(sms: Talk) -> None:
    assert sms.taps("french").taps("command:back").session.said == {}


def test_back_at_the_first_question_says_so_and_asks_it_again(sms: Talk) -> None:
    assert sms.taps("command:back").says == ["nothing_before", FIRST]


def test_back_before_any_problem_says_so(talk: Talk) -> None:
    assert talk.writes("retour").says == ["nothing_before"]


# ---------------------------------------------------------------------------------------------------- change an answer


def test_tapping_another_choice_of_an_old_question_changes_that_answer(sms: Talk) -> None:
    sms.taps("french").taps(f"{FIRST}:foreign")
    assert sms.says == ["changed", "sms_code_missing/borrow"]


def test_the_later_answers_that_still_hold_are_kept(sms: Talk) -> None:
    sms.taps("foreign").taps("continue").taps("unknown").taps(f"{FIRST}:french").taps("failed")
    assert sms.step == "ladder/phone_call"


def test_tapping_the_same_choice_of_an_old_question_changes_nothing(sms: Talk) -> None:
    sms.taps("french").taps(f"{FIRST}:french")
    assert sms.says[0] == "already_noted"
    assert sms.step == "sms_code_missing/wait"


def test_a_choice_of_another_path_is_said_to_be_one(sms: Talk) -> None:
    sms.taps("french").taps("sms_code_missing/look:seen")
    assert sms.says[0] == "old_choice"
    assert sms.step == "sms_code_missing/wait"


def test_a_choice_of_a_problem_when_none_is_open_is_said_to_be_one(talk: Talk) -> None:
    assert talk.taps(f"{FIRST}:french").says == ["nothing_open"]


def test_a_choice_of_an_older_tree_is_told_and_the_step_is_said_again(sms: Talk) -> None:
    assert sms.taps("sms_code_missing/no_such_step:yes").says == ["unknown_choice", FIRST]


def test_the_words_of_a_step_that_the_glossary_explains_are_offered_under_it(sms: Talk) -> None:
    assert sms.rendered[-1].terms == ()
    assert sms.taps("french").rendered[0].terms == ({"id": "term:api", "label": "Attestation de prolongation"},)


def test_a_word_that_everybody_knows_is_not_offered(sms: Talk) -> None:
    assert "term:attestation" not in [term["id"] for said in sms.taps("french").rendered for term in said.terms]


def test_a_word_tapped_is_explained_with_the_problem_it_belongs_to_and_the_step_comes_back(sms: Talk) -> None:
    sms.taps("french").taps("term:api")
    assert sms.says[:2] == ["glossary/api", "back_to_step"]
    assert [button.id for button in sms.messages[0].buttons] == ["problem:status_stuck"]
    assert sms.step == "sms_code_missing/wait"


@pytest.mark.parametrize(
    "choice",
    [
        "",
        "nonsense",
        "term:no_such_term",
        f"{FIRST}:no_such_choice",
        "sms_code_missing/ends_on:",
        "command:no_such_command",
        "command:answer",
        "problem:no_such_problem",
        "problem:greet",
        "switch:no_such_problem",
        "language:tlh",
        "rocket:launch",
        f"{FIRST}:french\x00",
        "x" * 201,
    ],
)
def test_an_unknown_choice_is_told_and_the_step_is_said_again(sms: Talk, choice: str) -> None:
    before = sms.session
    sms.taps(choice)
    assert sms.says[0] in ("unknown_choice", "old_choice")
    assert sms.says[1:] == [FIRST]
    assert (sms.session.walks, sms.session.later) == (before.walks, before.later)


@pytest.mark.parametrize("choice", ["", "french", "rocket:launch"])
def test_an_unknown_choice_before_any_problem_is_told(talk: Talk, choice: str) -> None:
    assert talk.taps(choice).says == ["unknown_choice"]


def test_an_old_switch_opens_its_problem_when_none_is_open(talk: Talk) -> None:
    assert talk.taps("switch:status_stuck").step == "status_stuck/what_status"


# A hand-made id can carry a date, or the name of an edge that no button has.
@pytest.mark.parametrize("answer", ["9999-12-31", "0001-01-01", "1870-09-04"])
def test_an_implausible_date_that_comes_as_a_choice_is_not_taken(stuck: Talk, answer: str) -> None:
    stuck.taps("in_progress").taps(answer)
    assert stuck.step == "status_stuck/sent_on"
    assert "filed_on" not in stuck.session.said


def test_the_name_of_an_edge_is_not_a_date(kb_with: Callable[..., KnowledgeBase]) -> None:
    asks = "{ ask: Quel jour, entity: filed_on, then: bank }"
    kb = kb_with(scam=SCAM.replace("steps:\n", f"steps:\n  day: {asks}\n"))
    talk = Talk(kb).starts().opens("scam").taps("scam/day:said")
    assert (talk.step, talk.session.said) == ("scam/day", {})


def test_going_on_from_an_escalation_by_hand_is_no_change_of_the_trees(sms: Talk) -> None:
    sms.taps("foreign").taps("continue").taps("unknown").taps("sms_code_missing/to_phone:continue")
    assert "steps_changed" not in sms.taps("command:repeat").says


# ---------------------------------------------------------------------------------------------------- repeat, explain


def test_repeat_says_the_open_question_again(sms: Talk) -> None:
    assert sms.writes("répète").says == [FIRST]


def test_repeat_before_any_problem_asks_for_one(talk: Talk) -> None:
    assert talk.writes("répète").says == ["tell_me"]


def test_explain_says_the_same_thing_in_other_words_and_asks_again(sms: Talk) -> None:
    sms.writes("je ne comprends pas")
    assert [message.text for message in sms.rendered] == [
        "Il est écrit dans la page « Mon profil ».",
        "Quel numéro est dans votre compte ?",
    ]
    assert sms.rendered[0].facts == ("D6",)


def test_explain_where_nothing_better_can_be_said(sms: Talk) -> None:
    assert sms.taps("unknown").taps("command:explain").says == ["no_more_explanation", "sms_code_missing/look"]


def test_explain_before_any_problem_tells_what_we_can_do(talk: Talk) -> None:
    assert talk.writes("expliquer").says == ["capabilities"]


@pytest.mark.parametrize(
    ("intent", "word"), [("ask_capabilities", "capabilities"), ("bot_challenge", "bot_challenge"), ("greet", "greet")]
)
def test_small_talk_is_answered_and_the_question_comes_back(sms: Talk, intent: str, word: str) -> None:
    assert sms.writes("dites-moi donc un peu", intent).says == [word, "back_to_step", FIRST]


def test_help_lists_what_can_be_written(sms: Talk) -> None:
    assert sms.writes("aide").says == ["help", "back_to_step", FIRST]


def test_a_goodbye_is_not_followed_by_a_question(sms: Talk) -> None:
    assert sms.writes("à bientôt", "goodbye").says == ["goodbye"]


def test_thanks_are_welcome(talk: Talk) -> None:
    assert talk.writes("merci", "thank").says == ["thank"]


def test_thanks_in_the_middle_leave_the_time_to_try(sms: Talk) -> None:
    assert sms.taps("french").writes("merci", "thank").says[:2] == ["say_if_it_worked", "sms_code_missing/wait"]


def test_thanks_at_the_end_ask_nothing_more(sms: Talk) -> None:
    assert sms.taps("french").taps("worked").writes("merci", "thank").says == ["thank"]


# ----------------------------------------------------------------------------------------------------------- restart


def test_restart_forgets_the_problem_and_keeps_the_language(sms: Talk) -> None:
    sms.taps("language:en").taps("french").writes("recommencer")
    assert (sms.step, sms.says) == (None, ["tell_me"])
    turn = sms.session.turn
    assert sms.session == Session(language="en", language_chosen=True, turn=turn)


# ------------------------------------------------------------------------------------------------------------- human


def test_a_person_is_asked_for_and_told_who_helps(sms: Talk) -> None:
    sms.writes("humain")
    assert HandOver("asked") in sms.does_also
    assert sms.says == ["human", "ladder/who_helps"]
    assert sms.session.human


def test_after_a_person_the_problem_is_offered_again(sms: Talk) -> None:
    sms.taps("french").taps("command:human").taps("continue")
    assert sms.choices == ["problem:sms_code_missing", "command:restart"]
    assert sms.taps("problem:sms_code_missing").step == "sms_code_missing/wait"


# ------------------------------------------------------------------------------------------------------------- erase


def test_what_is_kept_is_told_with_a_way_to_erase_it(sms: Talk) -> None:
    sms.writes("que gardez-vous")
    assert (sms.says, sms.choices) == (["privacy"], ["command:erase"])


@pytest.mark.parametrize("text", ["effacer", "delete everything"])
def test_erasing_is_confirmed_first(sms: Talk, text: str) -> None:
    sms.writes(text)
    assert (sms.says, sms.choices) == (["erase_confirm"], ["command:erase_yes", "command:erase_no"])
    assert sms.does_also == []


@pytest.mark.parametrize("yes", ["oui", "Oui, tout effacer", "yes", "1"])
def test_a_yes_erases_everything(sms: Talk, yes: str) -> None:
    sms.writes("effacer").writes(yes)
    assert (sms.does_also, sms.says, sms.session.walks) == ([Erase()], ["erased"], {})


def test_the_button_erases_everything_and_keeps_the_language(sms: Talk) -> None:
    sms.taps("language:en").taps("command:erase").taps("command:erase_yes")
    assert sms.session == Session(language="en", language_chosen=True)


@pytest.mark.parametrize("no", ["non", "Non, garder", "2"])
def test_a_no_erases_nothing(sms: Talk, no: str) -> None:
    sms.taps("french").writes("effacer").writes(no)
    assert sms.says == ["not_erased", *["sms_code_missing/wait"] * 2]
    assert sms.session.walk == {FIRST: Answer("french")}


def test_a_yes_to_erasing_is_never_an_answer_to_the_open_question(sms: Talk) -> None:
    sms.taps("unknown").writes("effacer").writes("oui")
    assert sms.step is None


def test_no_date_is_warned_of_when_everything_is_erased(stuck: Talk) -> None:
    stuck.session = stuck.session.with_said(filed_on="2026-08-01")
    assert stuck.taps("command:erase_yes").says == ["erased"]


# ---------------------------------------------------------------------------------------------------------- language


def test_the_language_of_a_first_message_is_adopted(small_kb: KnowledgeBase) -> None:
    assert Talk(small_kb).writes("my file is stuck", "status_stuck", language="en").session.language == "en"


def test_a_later_change_of_language_is_proposed_in_it_and_once(sms: Talk) -> None:
    sms.writes("the code never comes", "sms_code_missing", language="en")
    assert sms.session.language == "fr"
    assert sms.rendered[0].text == "Would you like to go on in English?"
    assert sms.messages[0].buttons[0].id == "language:en"
    assert "propose_language" not in sms.writes("still no code here", "sms_code_missing", language="en").says


@pytest.mark.parametrize("text", ["no code", "nothing"])
def test_two_words_are_too_few_to_propose_a_language(sms: Talk, text: str) -> None:
    assert "propose_language" not in sms.writes(text, language="en").says


@pytest.mark.parametrize("language", [None, "fr", "tlh"])
def test_a_language_that_is_unknown_or_spoken_already_is_not_proposed(sms: Talk, language: str | None) -> None:
    assert "propose_language" not in sms.writes("toujours pas de code", language=language).says


def test_a_chosen_language_is_never_changed_by_detection(sms: Talk) -> None:
    sms.taps("language:fr").writes("the code never comes", "sms_code_missing", language="en")
    assert "propose_language" not in sms.says


def test_a_tapped_language_is_spoken_from_there_on(sms: Talk) -> None:
    sms.taps("language:en")
    assert sms.says == ["language_changed", FIRST]
    assert sms.rendered[0].text == "We go on in English."


def test_a_language_chosen_before_any_problem_asks_for_it_in_that_language(talk: Talk) -> None:
    assert talk.taps("language:en").says == ["language_changed", "tell_me"]


@pytest.mark.parametrize(
    ("text", "language"), [("speak english please", "en"), ("en anglais svp", "en"), ("in French please", "fr")]
)
def test_a_named_language_is_spoken(sms: Talk, text: str, language: str) -> None:
    sms.writes(text, "change_language")
    assert (sms.session.language, sms.session.language_chosen) == (language, True)


def test_no_named_language_is_asked_for(sms: Talk) -> None:
    sms.writes("langue")
    assert sms.says == ["which_language"]
    assert sms.choices == LANGUAGES_OFFERED


@pytest.mark.parametrize(("text", "language"), [("English", "en"), ("Français", "fr")])
def test_a_language_is_chosen_in_words(sms: Talk, text: str, language: str) -> None:
    sms.writes("langue").writes(text)
    assert (sms.way, sms.session.language, sms.session.language_chosen) == ("answer", language, True)


# --------------------------------------------------------------------------- the words of any button are an answer too


@pytest.mark.parametrize(
    ("label", "says"),
    [("Parler à une personne", "human"), ("Un autre problème", "tell_me"), ("Talk to a person", "human")],
)
def test_the_choices_after_two_unclear_messages_are_read_in_words(sms: Talk, label: str, says: str) -> None:
    assert sms.writes("zglorb").writes("zglorb").writes(label).says[0] == says


def test_to_resume_is_read_in_words(sms: Talk) -> None:
    assert sms.writes("zglorb").writes("zglorb").writes("Reprendre").says == [FIRST]


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("Oui, changer", ["understood", "status_stuck/what_status"]),
        ("Non, continuer", [FIRST]),
        ("Yes, change", ["understood", "status_stuck/what_status"]),
    ],
)
def test_the_choices_of_a_switch_are_read_in_words(sms: Talk, label: str, says: list[str]) -> None:
    assert sms.writes("mon dossier ne bouge plus", "status_stuck").writes(label).says == says


# --------------------------------------------------------------------------------------------------------- my dates


@pytest.mark.parametrize("text", ["mes dates", "my deadlines"])
def test_the_next_dates_are_told_with_what_stops_the_clock(stuck: Talk, text: str) -> None:
    said_in(stuck, expires_on="2026-12-24", filed_on="2026-11-01").writes(text)
    dates = ["due_permit_expires", "due_implicit_refusal_alert", "due_implicit_refusal"]
    assert stuck.says[:5] == [*dates, "what_stops", "back_to_step"]
    assert "24 décembre 2026" in stuck.heard
    assert {"C16", "C19"} <= {fact for message in stuck.rendered for fact in message.facts}


def test_without_a_date_there_is_one_to_give(talk: Talk) -> None:
    assert talk.taps("command:dates").says == ["no_dates"]


def test_under_the_dates_stands_the_choice_of_a_calendar_file(stuck: Talk) -> None:
    said_in(stuck, filed_on="2026-11-01").writes("mes dates")
    assert [[button.id for button in message.buttons] for message in stuck.messages][3] == ["command:calendar"]
    assert stuck.choices == ["status_stuck/what_status:in_progress", "status_stuck/what_status:other_word"]


def test_without_a_date_no_calendar_file_is_offered(talk: Talk) -> None:
    assert talk.taps("command:dates").choices == []


@pytest.mark.parametrize(
    "text",
    ["mettre dans mon calendrier", "Ajouter à mon calendrier", "ics", "put them in my calendar", "dans mon agenda"],
)
def test_a_calendar_file_is_given_and_the_question_comes_back(stuck: Talk, text: str) -> None:
    said_in(stuck, filed_on="2026-11-01").writes(text)
    assert GiveCalendar() in stuck.does_also
    assert stuck.says == ["calendar", "back_to_step", "status_stuck/what_status"]


@pytest.mark.parametrize("wish", ["1", "Ajouter à mon calendrier", "Put them in my calendar"])
def test_the_choice_of_a_calendar_file_is_read_in_words_and_by_its_number(talk: Talk, wish: str) -> None:
    said_in(talk, filed_on="2026-11-01").writes("mes dates").writes(wish)
    assert (talk.says, talk.does_also) == (["calendar"], [GiveCalendar()])


def test_a_calendar_alone_still_means_the_dates_themselves(stuck: Talk) -> None:
    said_in(stuck, filed_on="2026-11-01").writes("calendrier")
    assert GiveCalendar() not in stuck.does_also
    assert "what_stops" in stuck.says


@pytest.mark.parametrize("filed", [None, "2020-01-01"])
def test_without_a_date_to_come_there_is_no_calendar_file(talk: Talk, filed: str | None) -> None:
    said_in(talk, **({"filed_on": filed} if filed else {})).taps("command:calendar")
    assert (talk.says, talk.does_also) == (["no_dates"], [])


def test_every_deadline_of_a_procedure_has_its_sentence() -> None:
    """An order to leave is never dated for a person (U11)."""
    never_said = {"removal_appeal_ends", "placement_challenge_ends"}
    words = {name.removeprefix("due_") for name in knowledge_base().words if name.startswith("due_")}
    assert words == set(get_args(DeadlineKind)) - never_said


# ------------------------------------------------------------------------------------------- several problems, others


def test_of_two_problems_the_pressing_one_comes_first_and_the_other_is_kept(talk: Talk) -> None:
    talk.writes("pas de code et mon titre finit", "sms_code_missing", 0.55, also={"permit_expiring": 0.35})
    assert talk.says[0] == "keep_for_later"
    assert talk.session.problem == "permit_expiring"
    assert talk.session.later == ("sms_code_missing",)


@pytest.mark.parametrize("intent", ["goodbye", "thank", "greet"])
def test_a_yes_that_sounds_like_a_farewell_ends_nothing(sms: Talk, intent: str) -> None:
    sms.taps("unknown").writes("oui jusqu'à vendredi", intent)
    assert (sms.way, sms.step) == ("answer", "sms_code_missing/wait")


def test_who_writes_for_somebody_else_is_spoken_to_about_them(talk: Talk) -> None:
    talk.writes("pas de code pour ma femme", "sms_code_missing", speaks_for="other")
    assert "for_another" in talk.says
    assert talk.heard.count("Pour la personne que vous aidez :") == 1
    talk.taps("unknown")
    assert "for_another" not in talk.says
    assert "Pour la personne que vous aidez :" in talk.heard
