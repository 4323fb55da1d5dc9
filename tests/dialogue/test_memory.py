"""What was said is not asked again; dates and the clock; problems kept for later; letters; new versions of a tree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from bot.dialogue.events import Remind
from bot.dialogue.outcome import ALSO_AT
from bot.dialogue.render import render
from bot.dialogue.session import Answer, Session
from bot.dialogue.walk import replay
from knowledge_base.loader import KnowledgeBase
from tests.dialogue.conftest import LADDER, SCAM, SMS, TODAY, Talk

FIRST, DAY = "sms_code_missing/which_number", "sms_code_missing/ends_on"
SENT = "status_stuck/sent_on"


# ----------------------------------------------------------------------------------- what was said is not asked again


def test_what_the_first_message_says_is_not_asked(talk: Talk) -> None:
    talk.writes("pas de code sur mon numéro étranger", "sms_code_missing", phone_origin="foreign")
    assert talk.step == "sms_code_missing/borrow"
    assert talk.session.walk == {FIRST: Answer("foreign", heard=True)}


def test_a_date_is_noted_once_and_said_back(talk: Talk) -> None:
    talk.writes("ma carte finit le 1er mars 2028", "inform", expires_on="2028-03-01")
    assert talk.rendered[0].text == "J'ai noté la date de fin : mercredi 1 mars 2028."
    assert "noted_expires_on" not in talk.writes("le 1er mars 2028 !", "inform", expires_on="2028-03-01").says


def test_a_date_said_before_answers_its_question_when_it_comes(talk: Talk) -> None:
    talk.writes("pas de code, ma carte finit le 1er mars 2028", "sms_code_missing", expires_on="2028-03-01")
    assert talk.taps("foreign").taps("continue").step == "ladder/phone_call"


def test_what_one_problem_learnt_is_not_asked_in_another(sms: Talk) -> None:
    sms.taps("french").taps("switch:status_stuck").taps("switch:sms_code_missing").taps("command:restart")
    assert sms.opens("sms_code_missing").step == FIRST
    sms.writes("étranger").taps("switch:status_stuck").taps("problem:sms_code_missing")
    assert sms.step == "sms_code_missing/borrow"


def test_an_answer_said_in_passing_moves_on(stuck: Talk) -> None:
    stuck.taps("in_progress").writes("je l'ai envoyée le 20 novembre, pourquoi ?", "inform", filed_on="2026-11-20")
    assert (stuck.way, stuck.says) == ("answer", ["noted_filed_on", "status_stuck/wait"])


def test_a_value_no_choice_has_is_asked(sms: Talk) -> None:
    assert sms.writes("c'est un numéro de Mars", "inform", phone_origin="martian").step == FIRST


def test_what_no_tree_asks_about_is_not_remembered(sms: Talk) -> None:
    assert sms.writes("j'utilise Firefox", "inform", browser="firefox").session.said == {}


def test_what_is_told_anew_changes_the_answer_that_was_only_heard(talk: Talk) -> None:
    talk.writes("pas de code sur mon numéro étranger", "sms_code_missing", phone_origin="foreign")
    talk.writes("pardon, c'est un numéro français", "inform", phone_origin="french")
    assert talk.step == "sms_code_missing/wait"


def test_not_knowing_is_not_remembered_elsewhere(sms: Talk) -> None:
    assert sms.taps("unknown").session.said == {}


def test_back_to_what_was_only_heard_asks_it_after_all(talk: Talk) -> None:
    talk.writes("pas de code sur mon numéro étranger", "sms_code_missing", phone_origin="foreign")
    assert talk.writes("retour").step == FIRST
    assert talk.writes("répète").step == FIRST


def test_back_to_a_date_that_two_questions_ask_is_asked_once(kb_with: Callable[..., KnowledgeBase]) -> None:
    """The second question heard the date from the first: what stands between may say it."""
    twice = SMS.replace(
        "    tell: Votre titre se termine le {expires_on}. Écrivez dès aujourd'hui.\n    then: to_ticket\n",
        "    tell: Votre titre se termine le {expires_on}. Écrivez dès aujourd'hui.\n    then: again\n"
        "  again: { ask: Quel jour, entity: expires_on, then: last }\n"
        "  last: { tell: Bon courage., then: to_ticket }\n",
    )
    talk = Talk(kb_with(sms_code_missing=twice)).starts().opens("sms_code_missing").taps("foreign").taps("continue")
    talk.writes("le 1er décembre", date="2026-12-01").taps("continue")
    assert talk.step == "sms_code_missing/last"
    assert talk.writes("retour").step == "sms_code_missing/hurry"
    assert "mardi 1 décembre 2026" in talk.heard
    assert talk.writes("retour").step == DAY
    talk.writes("le 3 décembre", date="2026-12-03").taps("continue")
    assert talk.step == "sms_code_missing/last"
    assert {answer.value for answer in talk.session.walk.values()} >= {"2026-12-03"}
    assert "2026-12-01" not in {answer.value for answer in talk.session.walk.values()}


@pytest.mark.parametrize(
    ("told", "step"),
    [
        ("passing", SENT),  # asked anew where it was only heard
        ("answer", "status_stuck/judge"),  # known again where it was the answer
    ],
)
def test_a_date_that_back_forgets_in_one_problem_is_not_missing_in_another(
    kb_with: Callable[..., KnowledgeBase], told: str, step: str
) -> None:
    asks = "  day: { ask: Quel jour, entity: filed_on, then: bank }\n"
    talk = Talk(kb_with(scam=SCAM.replace("steps:\n", f"steps:\n{asks}"))).starts().opens("status_stuck")
    if told == "passing":
        talk.writes("envoyée le 1er juillet", "inform", filed_on="2026-07-01").taps("in_progress")
    else:
        talk.taps("in_progress").writes("le 1er juillet", date="2026-07-01")
    assert talk.step == "status_stuck/judge"
    assert talk.taps("switch:scam").step == "scam/bank"
    assert talk.writes("retour").step == "scam/day"
    assert talk.taps("switch:status_stuck").step == step


def test_a_value_no_choice_has_is_the_choice_other_where_there_is_one(kb_with: Callable[..., KnowledgeBase]) -> None:
    other = "      other: { label: Un autre, go: look }\n      unknown: { label: Impossible"
    kb = kb_with(sms_code_missing=SMS.replace("      unknown: { label: Impossible", other))
    talk = Talk(kb).starts().writes("pas de code sur mon numéro de Mars", "sms_code_missing", phone_origin="martian")
    assert talk.step == "sms_code_missing/look"
    assert talk.session.said == {"phone_origin": "martian"}


# -------------------------------------------------------------------------------------------------------------- dates


@pytest.mark.parametrize("entity", ["filed_on", "date"])
def test_a_date_in_words_answers_the_question_for_a_date(stuck: Talk, entity: str) -> None:
    stuck.taps("in_progress").writes("le 20 novembre 2026", **{entity: "2026-11-20"})
    assert (stuck.way, stuck.step) == ("answer", "status_stuck/wait")
    assert stuck.session.said == {"filed_on": "2026-11-20"}


@pytest.mark.parametrize("entity", ["filed_on", "date"])
@pytest.mark.parametrize("day", ["2026-11-24", "1987-02-01", "0001-01-01", "9999-12-31"])
def test_an_implausible_date_is_asked_back(stuck: Talk, entity: str, day: str) -> None:
    stuck.taps("in_progress").writes("ce jour-là", **{entity: day})
    assert stuck.says == ["date_improbable", SENT]
    assert stuck.session.said == {}


@pytest.mark.parametrize("day", ["2016-11-25", "2026-11-23", "2041-11-01"])
def test_a_paper_may_have_ended_ten_years_ago_or_end_in_fifteen(talk: Talk, day: str) -> None:
    assert talk.writes("ma carte", "inform", expires_on=day).session.said == {"expires_on": day}


def test_an_implausible_date_in_passing_is_not_remembered(talk: Talk) -> None:
    assert talk.writes("ma carte", "inform", expires_on="1926-11-23").session.said == {}


def test_a_date_that_cannot_be_read_is_asked_in_the_form_of_the_paper(stuck: Talk) -> None:
    stuck.taps("in_progress").writes("le 31/31/26")
    assert (stuck.way, stuck.says) == ("answer", ["date_unreadable", SENT])


def test_another_date_than_the_one_asked_is_noted_and_not_called_unreadable(stuck: Talk) -> None:
    stuck.taps("in_progress").writes("elle finit le 01/03/2028", "inform", expires_on="2028-03-01")
    assert stuck.says == ["noted_expires_on", SENT]


def test_a_date_told_anew_counts_from_then_on(stuck: Talk) -> None:
    stuck.taps("in_progress").writes("le 20", date="2026-11-20")
    assert stuck.step == "status_stuck/wait"
    assert stuck.writes("non pardon, en mai", "inform", filed_on="2026-05-20").step == "status_stuck/judge"


def test_a_date_that_nothing_awaits_is_asked_about(sms: Talk) -> None:
    sms.writes("le 3 mars", date="2027-03-03")
    assert sms.says == ["which_date"]
    assert sms.choices == ["date:expires_on:2027-03-03", "date:filed_on:2026-03-03", "date:other"]


def test_what_such_a_date_is_counts_from_there_on(stuck: Talk) -> None:
    stuck.writes("le 3 mars", date="2027-03-03").writes("2")
    assert stuck.says == ["noted_filed_on", "status_stuck/what_status"]
    assert stuck.taps("in_progress").step == "status_stuck/judge"


def test_such_a_date_may_be_none_that_counts(sms: Talk) -> None:
    assert sms.writes("le 3 mars", date="2027-03-03").taps("date:other").says == [FIRST]
    assert sms.session.said == {}


def test_such_a_date_is_asked_back_when_it_is_implausible(sms: Talk) -> None:
    assert sms.taps("date:filed_on:9999-12-31").says == ["date_improbable", FIRST]


@pytest.mark.parametrize("choice", ["date:filed_on:soon", "date:born_on:2026-03-03"])
def test_such_a_date_that_is_none_is_an_unknown_choice(sms: Talk, choice: str) -> None:
    assert sms.taps(choice).says == ["unknown_choice", FIRST]


# -------------------------------------------------------------------------------------------------------------- clock


@pytest.mark.parametrize(
    ("filed_on", "step"),
    [
        ("2026-11-20", "status_stuck/wait"),
        ("2026-10-01", "status_stuck/hurry"),
        ("2026-07-01", "status_stuck/judge"),
        ("2025-07-01", "status_stuck/judge"),
    ],
)
def test_the_clock_chooses_the_way(stuck: Talk, filed_on: str, step: str) -> None:
    assert stuck.taps("in_progress").writes("ce jour-là", date=filed_on).step == step


def test_the_clock_goes_on_between_two_visits(stuck: Talk) -> None:
    stuck.taps("in_progress").writes("ce jour-là", date="2026-11-20")
    stuck.today = dt.date(2027, 6, 1)
    assert stuck.taps("command:repeat").step == "status_stuck/judge"


def test_a_step_names_the_dates_of_the_clock(stuck: Talk) -> None:
    stuck.taps("in_progress").writes("ce jour-là", date="2026-10-01")
    assert "À partir du lundi 30 novembre 2026, le silence peut compter comme un refus." in stuck.heard


def test_dates_are_written_as_in_the_language_of_the_conversation(stuck: Talk) -> None:
    stuck.taps("language:en").taps("in_progress").writes("that day", date="2026-10-01")
    assert "Monday, November 30, 2026" in stuck.heard


# -------------------------------------------------------------------------------------------------- a date to watch


def test_a_near_date_is_said_before_the_step_with_its_facts_and_a_reminder(stuck: Talk) -> None:
    stuck.taps("in_progress").writes("ce jour-là", date="2026-10-01")
    assert stuck.says == ["watch", "due_implicit_refusal_alert", "status_stuck/hurry"]
    assert stuck.rendered[0].facts == ("C16", "U14")
    assert stuck.does_also == [Remind("implicit_refusal_alert", dt.date(2026, 11, 30))]


def test_a_date_to_watch_comes_after_the_notice_and_what_was_noted(small_kb: KnowledgeBase) -> None:
    talk = Talk(small_kb).writes("envoyé le 1er octobre", "status_stuck", filed_on="2026-10-01")
    assert talk.says == [
        "notice",
        "noted_filed_on",
        "understood",
        "watch",
        "due_implicit_refusal_alert",
        "status_stuck/what_status",
    ]


def test_a_date_to_watch_is_said_after_the_date_it_comes_from_even_without_a_step(talk: Talk) -> None:
    talk.writes("envoyé le 1er octobre", "inform", filed_on="2026-10-01")
    assert talk.says.index("noted_filed_on") < talk.says.index("due_implicit_refusal_alert")


def test_a_date_to_watch_is_said_once(stuck: Talk) -> None:
    stuck.taps("in_progress").writes("ce jour-là", date="2026-10-01").taps("command:repeat")
    assert stuck.says == ["status_stuck/hurry"]
    assert stuck.does_also == []


def test_a_date_to_watch_that_changes_is_said_anew(stuck: Talk) -> None:
    stuck.taps("in_progress").writes("ce jour-là", date="2026-10-01")
    stuck.writes("non, le 2 octobre", "inform", filed_on="2026-10-02")
    assert "due_implicit_refusal_alert" in stuck.says


def test_a_date_that_was_far_is_said_when_it_has_come_near(stuck: Talk) -> None:
    assert stuck.taps("in_progress").writes("ce jour-là", date="2026-11-20").says == ["status_stuck/wait"]
    stuck.today = TODAY + dt.timedelta(days=30)
    assert "due_implicit_refusal_alert" in stuck.taps("command:repeat").says


def test_the_end_of_a_paper_is_no_date_to_watch_by_itself(talk: Talk) -> None:
    assert talk.writes("ma carte", "inform", expires_on="2026-11-30").says == ["noted_expires_on", "tell_me"]


# ----------------------------------------------------------------------------------------------- problems for later


def test_a_second_problem_of_the_first_message_is_kept_aloud(talk: Talk) -> None:
    talk.writes("pas de code et le dossier dort", "sms_code_missing", 0.6, also={"status_stuck": ALSO_AT})
    assert talk.says == ["keep_for_later", "understood", FIRST]
    assert "Je garde pour après : Mon dossier ne bouge plus." in talk.heard


def test_an_unlikely_second_problem_is_not_kept(talk: Talk) -> None:
    talk.writes("pas de code", "sms_code_missing", 0.6, also={"status_stuck": ALSO_AT - 0.01})
    assert talk.session.later == ()


def test_what_was_kept_is_offered_at_the_end(sms: Talk) -> None:
    sms.taps("switch:status_stuck").taps("switch:server_down").taps("screen").taps("worked")
    assert sms.step == "ladder/solved"
    assert sms.choices == ["problem:sms_code_missing", "problem:status_stuck", "command:restart"]


def test_what_was_kept_is_taken_off_when_it_is_opened(sms: Talk) -> None:
    sms.taps("switch:status_stuck").taps("problem:sms_code_missing")
    assert sms.session.later == ()


def test_the_same_problem_is_kept_once(sms: Talk) -> None:
    sms.taps("switch:status_stuck").taps("problem:sms_code_missing").taps("switch:status_stuck")
    assert sms.session.later == ("sms_code_missing",)


def test_a_problem_that_came_to_its_end_begins_again_when_it_is_told_again(sms: Talk) -> None:
    sms.taps("french").taps("worked").taps("command:repeat").writes("encore pas de code", "sms_code_missing")
    assert sms.step == "sms_code_missing/wait"
    assert sms.session.walk == {FIRST: Answer("french", heard=True)}


def test_at_the_end_a_new_problem_is_opened_without_asking(sms: Talk) -> None:
    sms.taps("french").taps("worked").writes("mon dossier ne bouge plus", "status_stuck")
    assert sms.step == "status_stuck/what_status"
    assert sms.session.later == ()


def test_at_the_end_an_unclear_message_is_asked_in_other_words(sms: Talk) -> None:
    assert sms.taps("french").taps("worked").writes("zglorb").says == ["unclear"]


# --------------------------------------------------------------------------------------------------- letter and proof


def test_a_letter_is_given_in_french_whatever_the_language(talk: Talk) -> None:
    talk.taps("language:en").opens("ask_ticket")
    letter = talk.rendered[2]
    assert letter.text.startswith("Text to copy")
    assert letter.text.endswith("\n\nBlocage : demande d'aide\n\nMadame, Monsieur,\nJe suis bloqué depuis le ‹date›.")
    assert letter.facts == ("B2",)


def test_a_letter_comes_with_its_summary(talk: Talk) -> None:
    assert "Vous dites ce qui bloque." in talk.opens("ask_ticket").rendered[2].text


def test_the_proof_to_keep_has_its_own_message_and_carries_the_choices(talk: Talk) -> None:
    talk.opens("ask_ticket")
    assert [bool(message.choices) for message in talk.rendered] == [False, False, False, True]
    assert talk.rendered[-1].text == "Gardez la copie du message."
    assert talk.rendered[-1].facts == ("A6",)


# -------------------------------------------------------------------------------------------- a new version of a tree


def new_version(talk: Talk, kb: KnowledgeBase) -> Talk:
    return Talk(kb, talk.session, talk.today)


def test_a_step_that_is_gone_is_told_and_the_walk_goes_on(sms: Talk, kb_with: Callable[..., KnowledgeBase]) -> None:
    sms.taps("unknown").taps("unseen")
    kb = kb_with(sms_code_missing=SMS.replace("go: look", "go: ends_on").replace("  look:", "  looked:"))
    later = new_version(sms, kb).taps("command:repeat")
    assert later.says == ["steps_changed", DAY]
    assert later.taps("command:repeat").says == [DAY]


def test_a_choice_that_is_gone_is_told_and_its_question_asked_again(
    sms: Talk, kb_with: Callable[..., KnowledgeBase]
) -> None:
    sms.taps("foreign").taps("continue")
    kb = kb_with(sms_code_missing=SMS.replace("      foreign:", "      abroad:"))
    later = new_version(sms, kb).writes("bonjour")
    assert later.says[:1] == ["steps_changed"]
    assert later.step == FIRST
    assert later.taps("abroad").step == DAY


def test_a_tree_that_is_gone_gives_way_to_the_general_path(sms: Talk, kb_with: Callable[..., KnowledgeBase]) -> None:
    later = new_version(sms.taps("french"), kb_with(sms_code_missing=None)).taps("command:repeat")
    assert later.says == ["steps_changed", "general/what_blocks"]
    assert later.taps("command:repeat").says == ["general/what_blocks"]


def test_a_problem_taken_up_again_tells_at_once_that_its_steps_changed(
    sms: Talk, kb_with: Callable[..., KnowledgeBase]
) -> None:
    sms.taps("foreign").taps("switch:status_stuck")
    later = new_version(sms, kb_with(sms_code_missing=SMS.replace("      foreign:", "      abroad:")))
    assert "steps_changed" in later.opens("sms_code_missing").says
    assert "steps_changed" not in later.taps("command:repeat").says


def test_a_place_of_the_ladder_that_is_gone_is_told(talk: Talk, kb_with: Callable[..., KnowledgeBase]) -> None:
    talk.opens("ask_ticket")
    later = new_version(talk, kb_with(ladder=LADDER.replace("ticket_send", "ticket_post"))).taps("command:repeat")
    assert later.says == ["steps_changed", "tell_me"]


def test_a_changed_edge_is_followed_from_the_same_answers(sms: Talk, kb_with: Callable[..., KnowledgeBase]) -> None:
    sms.taps("foreign")
    later = new_version(sms, kb_with(sms_code_missing=SMS.replace("go: borrow", "go: look"))).taps("command:repeat")
    assert later.says == ["sms_code_missing/look"]


def test_an_answer_that_has_become_a_date_is_asked_again(stuck: Talk) -> None:
    stuck.session = stuck.taps("in_progress").session.with_walk({**stuck.session.walk, SENT: Answer("last_month")})
    assert stuck.taps("command:repeat").says == ["steps_changed", SENT]


# Trees are renamed: a problem can be known to an old session and to no tree of today.
RENAMED = "no_such_problem"


def test_a_problem_kept_for_later_that_is_gone_is_no_longer_offered(sms: Talk) -> None:
    sms.session = Session(problem="sms_code_missing", later=(RENAMED, "status_stuck"))
    assert sms.taps("french").taps("worked").choices == ["problem:status_stuck", "command:restart"]


def test_an_offered_problem_that_is_gone_does_not_stop_the_next_message(talk: Talk) -> None:
    talk.session = Session(offered=(f"problem:{RENAMED}", "problem:other"), turn=1)
    assert talk.writes("mon dossier ne bouge plus", "status_stuck").step == "status_stuck/what_status"


def test_an_open_problem_that_is_gone_is_told(talk: Talk) -> None:
    talk.session = Session(problem=RENAMED, turn=3)
    assert talk.taps("command:repeat").says == ["steps_changed", "tell_me"]


# -------------------------------------------------------------------------------------------------------------- loops

LOOP = """
id: scam
title: On tourne
label: On tourne
steps:
  knock: { try: Frappez à la porte., worked: ladder/solved, failed: wait, cannot: ladder/who_helps }
  wait: { tell: Attendez un peu., then: knock }
"""


def test_a_loop_that_no_check_refused_is_left_by_another_answer(kb_with: Callable[..., KnowledgeBase]) -> None:
    talk = Talk(kb_with(scam=LOOP)).starts().opens("scam").taps("failed").taps("continue").taps("worked")
    assert talk.step == "ladder/solved"


# ------------------------------------------------------------------------------------------------------------- render


def test_a_sentence_without_translation_falls_back_and_says_so_first(sms: Talk) -> None:
    said = render(sms.kb, sms.decision.effects, "tlh")
    assert said[0].text == "This step is not translated into your language yet."
    assert said[-1].text == "Quel numéro est dans votre compte ?"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_languages_everything_falls_back_to_say_nothing_of_it(sms: Talk, language: str) -> None:
    assert len(render(sms.kb, sms.decision.effects, language)) == len(sms.messages)


# --------------------------------------------------------------------------------------------------------------- walk


@pytest.mark.parametrize("session", [Session(), Session(problem=RENAMED)])
def test_there_is_nothing_to_replay_without_a_problem_of_todays_trees(
    small_kb: KnowledgeBase, session: Session
) -> None:
    with pytest.raises(ValueError, match=r"no (problem is open|tree begins)"):
        replay(small_kb, session, TODAY)
