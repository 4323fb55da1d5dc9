"""Words are read in this order: safety, a command, an answer, a digression, a new problem, unclear."""

from __future__ import annotations

import pytest

from bot.dialogue.decide import LONGEST_MESSAGE
from bot.dialogue.events import Entity, HandOver, Understanding
from bot.dialogue.outcome import (
    COMMAND_AT,
    LIKELY_AT,
    SAFETY_ASK_AT,
    SAFETY_OPEN_AT,
    SAFETY_STRONG_AT,
    SURE_AT,
)
from bot.dialogue.session import Answer
from knowledge_base.loader import KnowledgeBase
from tests.dialogue.conftest import Talk

ROADSIDE = "on m'a arrêté dans la rue"


# ------------------------------------------------------------------------------------------------ the first message


def test_a_first_message_opens_its_problem_and_is_answered_with_the_notice(small_kb: KnowledgeBase) -> None:
    talk = Talk(small_kb).writes("je ne reçois pas le code", "sms_code_missing")
    assert talk.way == "problem"
    assert talk.says == ["notice", "understood", "sms_code_missing/which_number"]
    assert "J'ai compris : Le code du téléphone n'arrive pas." in talk.heard


def test_the_notice_is_said_once(sms: Talk) -> None:
    assert "notice" not in sms.writes("français").says


def test_before_any_advice_nothing_has_worked_or_failed(small_kb: KnowledgeBase) -> None:
    talk = Talk(small_kb).writes("toujours pas de code", "not_worked", 0.8, also={"sms_code_missing": 0.16})
    assert talk.step == "sms_code_missing/which_number"


def test_danger_is_answered_before_any_notice(small_kb: KnowledgeBase) -> None:
    assert Talk(small_kb).writes(ROADSIDE, "oqtf").says == ["oqtf/held"]


# --------------------------------------------------------------------------------------------------------- 1. safety


@pytest.mark.parametrize(
    ("intent", "step"), [("oqtf", "oqtf/held"), ("scam", "scam/paid"), ("distress", "distress/danger")]
)
def test_safety_comes_before_everything(sms: Talk, intent: str, step: str) -> None:
    sms.writes("français, et puis autre chose de grave", intent)
    assert (sms.way, sms.step) == ("safety", step)


def test_a_sign_of_danger_opens_its_tree_before_a_likelier_problem(talk: Talk) -> None:
    assert talk.writes(ROADSIDE, "status_stuck", 0.6, also={"oqtf": SAFETY_OPEN_AT}).way == "safety"
    assert talk.step == "oqtf/held"


def test_a_weak_sign_of_danger_is_enough_to_ask(talk: Talk) -> None:
    talk.writes(ROADSIDE, "status_stuck", 0.8, also={"oqtf": SAFETY_ASK_AT})
    assert (talk.way, talk.says) == ("safety", ["which_problem"])
    assert talk.choices == ["problem:oqtf", "problem:status_stuck", "problem:other"]


def test_weak_signs_of_two_dangers_add_up_and_the_likelier_one_opens(talk: Talk) -> None:
    signs = {"scam": SAFETY_OPEN_AT * 0.6, "oqtf": SAFETY_OPEN_AT * 0.5}
    assert talk.writes(ROADSIDE, "status_stuck", 0.6, also=signs).step == "scam/paid"


def test_a_trace_of_danger_is_not_enough(talk: Talk) -> None:
    assert talk.writes(ROADSIDE, "status_stuck", 0.6, also={"oqtf": SAFETY_ASK_AT - 0.01}).way == "problem"


def test_a_farewell_with_a_weak_sign_of_danger_is_asked_about(talk: Talk) -> None:
    talk.writes("merci pour tout, vous avez été gentils", "goodbye", 0.8, also={"distress": SAFETY_ASK_AT})
    assert (talk.way, talk.says) == ("safety", ["which_problem"])
    assert talk.choices[0] == "problem:distress"


def test_a_weak_sign_in_what_answers_nothing_is_asked_about(sms: Talk) -> None:
    sms.writes(ROADSIDE, "status_stuck", 0.6, also={"oqtf": SAFETY_ASK_AT})
    assert (sms.way, sms.says, sms.step) == ("safety", ["which_problem"], "sms_code_missing/which_number")
    assert sms.choices == ["problem:oqtf", "problem:status_stuck", "problem:other"]


def test_a_weak_sign_in_the_words_of_an_answer_is_the_answer(sms: Talk) -> None:
    assert sms.writes("un numéro étranger", "status_stuck", 0.4, also={"oqtf": SAFETY_ASK_AT}).way == "answer"


@pytest.mark.parametrize("text", ["personne décroche jamais", "nobody picks up", "c'est fait"])
def test_a_weak_sign_in_what_came_of_advice_is_what_came_of_it(sms: Talk, text: str) -> None:
    assert sms.writes("français").writes(text, "status_stuck", 0.4, also={"distress": 0.3}).way == "answer"


@pytest.mark.parametrize("text", ["c'est quoi une API", "API, ça veut dire quoi ?"])
def test_who_only_asks_what_a_word_means_is_told_it_whatever_danger_it_sounds_of(talk: Talk, text: str) -> None:
    assert talk.writes(text, "oqtf", 0.9, also={"explain_term": 0.1}).says == ["glossary/api"]


def test_a_word_asked_about_in_a_story_of_danger_is_danger(talk: Talk) -> None:
    story = "c'est quoi une API, la police est venue chez moi ce matin et m'a pris la mienne"
    assert talk.writes(story, "oqtf", 0.9).step == "oqtf/held"


def test_back_from_a_danger_goes_to_what_was_talked_about(sms: Talk) -> None:
    assert sms.writes(ROADSIDE, "oqtf").writes("retour").step == "sms_code_missing/which_number"


def test_a_problem_told_with_a_danger_is_kept_for_later(talk: Talk) -> None:
    talk.writes("je veux mourir, je ne reçois pas le code", "distress", 0.7, also={"sms_code_missing": LIKELY_AT})
    assert talk.session.later == ("sms_code_missing",)


def test_a_strong_sign_in_the_words_of_an_answer_is_danger(sms: Talk) -> None:
    assert sms.writes("un numéro étranger", "oqtf", SAFETY_STRONG_AT).way == "safety"


def test_danger_is_looked_for_where_no_question_is_open(talk: Talk) -> None:
    assert talk.writes("le numéro étranger", "inform", 0.8, also={"scam": SAFETY_OPEN_AT}).way == "safety"


def test_the_problem_left_for_a_danger_is_kept_for_later(sms: Talk) -> None:
    sms.writes(ROADSIDE, "oqtf")
    assert sms.session.later == ("sms_code_missing",)


def test_distress_calls_for_a_person(sms: Talk) -> None:
    assert sms.writes("je n'en peux plus", "distress").does_also == [HandOver("safety")]


def test_the_danger_being_talked_about_does_not_open_again(talk: Talk) -> None:
    talk.writes(ROADSIDE, "oqtf").writes("Retenu", "oqtf")
    assert (talk.way, talk.step) == ("answer", "oqtf/call")


def test_a_date_said_with_a_danger_is_remembered_and_not_talked_about(talk: Talk) -> None:
    talk.writes(ROADSIDE, "oqtf", expires_on="2027-03-01")
    assert talk.session.said == {"expires_on": "2027-03-01"}
    assert talk.says == ["oqtf/held"]


def test_a_bare_command_carries_no_danger(sms: Talk) -> None:
    assert sms.writes("retour", "distress").way == "command"


# ------------------------------------------------------------------------------------------------------- 2. commands


@pytest.mark.parametrize("text", ["retour", "Retour !", "/retour", "go back", "UNDO"])
def test_a_command_is_the_whole_message_in_any_language(sms: Talk, text: str) -> None:
    sms.writes("français").writes(text)
    assert (sms.way, sms.step) == ("command", "sms_code_missing/which_number")


def test_a_command_is_read_before_an_answer(sms: Talk) -> None:
    assert sms.writes("répéter", "inform", phone_origin="french").way == "command"


def test_a_command_in_other_words_is_believed_when_the_classifier_is_sure(sms: Talk) -> None:
    sms.writes("français").writes("reviens donc à la question d'avant", "go_back", COMMAND_AT)
    assert (sms.way, sms.step) == ("command", "sms_code_missing/which_number")


def test_a_command_the_classifier_is_not_sure_of_is_none(sms: Talk) -> None:
    sms.writes("français").writes("reviens donc à la question d'avant", "go_back", COMMAND_AT - 0.01)
    assert (sms.way, sms.step) == ("unclear", "sms_code_missing/wait")


def test_no_command_hides_in_a_story(sms: Talk) -> None:
    story = "alors hier je suis revenu en arrière sur la page et puis elle a disparu"
    assert sms.writes("français").writes(story, "go_back").way == "unclear"


def test_a_long_wish_to_talk_to_a_person_is_still_heard(sms: Talk) -> None:
    wish = "je voudrais parler avec une vraie personne qui connaît bien tout cela s'il vous plaît merci"
    assert "human" in sms.writes(wish, "ask_human").says


def test_a_yes_is_never_taken_for_the_command_the_classifier_saw_in_it(sms: Talk) -> None:
    sms.writes("aucune idée").writes("oui", "restart")
    assert (sms.way, sms.step) == ("answer", "sms_code_missing/wait")


# -------------------------------------------------------------------------------------------------------- 3. answers


def test_an_answer_by_entity(sms: Talk) -> None:
    sms.writes("c'est celui que j'avais à Dakar", "inform", phone_origin="foreign")
    assert (sms.way, sms.step) == ("answer", "sms_code_missing/borrow")


@pytest.mark.parametrize(
    ("text", "intent", "step"),
    [
        ("oui", "nlu_fallback", "sms_code_missing/wait"),
        ("non", "nlu_fallback", "sms_code_missing/ends_on"),
        ("yep", "nlu_fallback", "sms_code_missing/wait"),
        ("je crois bien", "affirm", "sms_code_missing/wait"),
        ("oui elle est devant moi", "nlu_fallback", "sms_code_missing/wait"),
        ("non pas chez moi", "nlu_fallback", "sms_code_missing/ends_on"),
    ],
)
def test_an_answer_by_meaning(sms: Talk, text: str, intent: str, step: str) -> None:
    sms.taps("unknown").writes(text, intent)
    assert (sms.way, sms.step) == ("answer", step)


@pytest.mark.parametrize("text", ["je ne sais pas", "idk", "no idea"])
def test_not_knowing_is_an_answer_where_a_choice_says_so(sms: Talk, text: str) -> None:
    assert sms.writes(text).step == "sms_code_missing/look"


@pytest.mark.parametrize("text", ["no idea about that one", "aucune idée pour celui-là"])
def test_not_knowing_that_begins_with_a_no_is_not_a_no(sms: Talk, text: str) -> None:
    sms.taps("unknown").writes(text)
    assert sms.step == "sms_code_missing/look"


@pytest.mark.parametrize("text", ["ok mais c'est où ?", "si je change de téléphone, ça ira ?", "non mais pourquoi ?"])
def test_a_question_that_begins_with_a_yes_or_a_no_is_neither(sms: Talk, text: str) -> None:
    sms.taps("unknown").writes(text)
    assert (sms.way, sms.step) == ("unclear", "sms_code_missing/look")


def test_not_knowing_elsewhere_is_a_wish_for_an_explanation(sms: Talk) -> None:
    sms.taps("unknown").writes("je ne sais pas")
    assert sms.says == ["no_more_explanation", "sms_code_missing/look"]


def test_an_answer_by_words(sms: Talk) -> None:
    sms.writes("un numéro étranger je crois")
    assert (sms.way, sms.step) == ("answer", "sms_code_missing/borrow")


def test_the_longest_words_win(sms: Talk) -> None:
    assert sms.writes("c'est un zéro six de mon pays").step == "sms_code_missing/borrow"


def test_words_as_long_of_two_choices_prove_nothing(talk: Talk) -> None:
    talk.opens("server_down").writes("des écrans, elle attend encore")
    assert (talk.way, talk.step) == ("unclear", "general/what_blocks")


def test_words_of_a_choice_in_a_story_prove_nothing(sms: Talk) -> None:
    story = "mon ami français m'a dit que pour lui cela marche très bien depuis un mois déjà"
    assert sms.writes(story).way == "unclear"


@pytest.mark.parametrize("text", ["2", " 2. ", "2)"])
def test_an_answer_by_number(sms: Talk, text: str) -> None:
    sms.writes(text)
    assert (sms.way, sms.step) == ("answer", "sms_code_missing/borrow")


@pytest.mark.parametrize("text", ["0", "4", "22"])
def test_a_number_that_no_choice_has_is_not_an_answer(sms: Talk, text: str) -> None:
    assert sms.writes(text).step == "sms_code_missing/which_number"


@pytest.mark.parametrize("text", ["Numéro d'ailleurs", "numero d’ailleurs !", "NUMÉRO D'AILLEURS"])
def test_an_answer_by_label(sms: Talk, text: str) -> None:
    sms.writes(text, "oqtf")
    assert (sms.way, sms.step) == ("answer", "sms_code_missing/borrow")


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("C'est réglé", "ladder/solved"),
        ("it worked", "ladder/solved"),
        ("Ça ne marche pas", "sms_code_missing/ends_on"),
        ("non", "sms_code_missing/ends_on"),
        ("Je ne peux pas", "sms_code_missing/ends_on"),
        ("I can't", "sms_code_missing/ends_on"),
        ("c'est réglé, j'ai tout reçu", "ladder/solved"),
        ("the case is grey, it doesn't work", "sms_code_missing/ends_on"),
        ("la case est grise, ça marche pas", "sms_code_missing/ends_on"),
        ("c'est pas encore réglé", "sms_code_missing/ends_on"),
        ("toujours pas de réponse", "sms_code_missing/ends_on"),
        ("je peux pas, j'ai pas d'autre navigateur", "sms_code_missing/ends_on"),
    ],
)
def test_what_came_of_a_try_is_told_in_words(sms: Talk, text: str, step: str) -> None:
    assert sms.taps("french").writes(text).step == step


@pytest.mark.parametrize("text", ["c'est fait", "yes done", "oui je l'ai fait hier"])
def test_what_was_done_is_asked_whether_it_worked(sms: Talk, text: str) -> None:
    assert sms.taps("french").writes(text).says == ["did_it_work"]
    assert sms.choices == ["outcome:worked", "outcome:failed"]


@pytest.mark.parametrize(("text", "step"), [("oui", "ladder/solved"), ("no", "sms_code_missing/ends_on")])
def test_a_yes_or_a_no_tells_whether_it_worked(sms: Talk, text: str, step: str) -> None:
    assert sms.taps("french").writes("c'est fait").writes(text).step == step


@pytest.mark.parametrize(("intent", "step"), [("worked", "ladder/solved"), ("not_worked", "sms_code_missing/ends_on")])
def test_what_came_of_a_try_is_understood(sms: Talk, intent: str, step: str) -> None:
    assert sms.taps("french").writes("enfin vous voyez bien", intent).step == step


@pytest.mark.parametrize("text", ["oui", "d'accord"])
def test_a_yes_to_a_try_gives_the_time_to_try(sms: Talk, text: str) -> None:
    assert sms.taps("french").writes(text).says == ["say_if_it_worked", *["sms_code_missing/wait"] * 2]


@pytest.mark.parametrize("text", ["ok", "Continuer", "Continue"])
def test_a_yes_goes_on_from_what_was_told(sms: Talk, text: str) -> None:
    assert sms.taps("foreign").writes(text).step == "sms_code_missing/ends_on"


@pytest.mark.parametrize(("text", "month"), [("en mai 2027", "2027-05"), ("mi-novembre", "--11")])
def test_a_month_without_its_day_is_asked_for_the_day(sms: Talk, text: str, month: str) -> None:
    sms.taps("foreign").taps("continue").writes(text, month=month)
    assert sms.says[0] == "date_unreadable"


def test_the_day_of_a_call_is_not_asked_what_it_is(sms: Talk) -> None:
    assert "which_date" not in sms.writes("j'ai appelé hier", date="2026-11-22", contact="call").says


def test_a_long_thanks_goes_on_from_what_was_told(sms: Talk) -> None:
    thanks = "merci beaucoup pour tout cela je vais donc demander à ma cousine de le faire"
    assert sms.taps("foreign").writes(thanks, "thank").step == "sms_code_missing/ends_on"


# ---------------------------------------------------------------------------------------------------- 4. digressions


@pytest.mark.parametrize(
    ("text", "intent", "sure"),
    [
        ("c'est quoi une API", "nlu_fallback", 0.2),
        ("une API, dites", "explain_term", 0.3),
        ("expliquez-moi mieux l'API", "explain_more", 0.9),
    ],
)
def test_a_word_is_explained_and_the_question_comes_back(sms: Talk, text: str, intent: str, sure: float) -> None:
    sms.writes(text, intent, sure)
    assert sms.way == "digression"
    assert sms.says == ["glossary/api", "back_to_step", "sms_code_missing/which_number"]


def test_an_explained_word_cites_its_facts(sms: Talk) -> None:
    assert sms.writes("c'est quoi une API").rendered[0].facts == ("C6",)


def test_the_longest_word_is_the_one_explained(sms: Talk) -> None:
    assert sms.writes("c'est quoi l'attestation de prolongation").says[0] == "glossary/api"


def test_a_word_named_without_being_asked_is_not_explained(sms: Talk) -> None:
    assert sms.writes("j'ai une API depuis un mois").way == "unclear"


def test_a_word_asked_in_a_story_is_not_explained(sms: Talk) -> None:
    story = "à la mairie on m'a dit c'est quoi votre problème alors moi j'ai montré mon API et voilà"
    assert sms.writes(story).way == "unclear"


@pytest.mark.parametrize(
    "text", ["qu'est-ce que je fais maintenant avec mon API", "what is the best thing to do with my API"]
)
def test_a_question_of_what_to_do_is_no_question_about_a_word(sms: Talk, text: str) -> None:
    assert "glossary/api" not in sms.writes(text).says


@pytest.mark.parametrize("text", ["c'est quoi une API?", "API ça veut dire quoi ?", "what is an API?"])
def test_a_word_is_known_with_its_question_mark(sms: Talk, text: str) -> None:
    assert sms.writes(text).says[0] == "glossary/api"


def test_an_unknown_word_is_owned_up_to(sms: Talk) -> None:
    assert sms.writes("c'est quoi un zglorb", "explain_term").says[:2] == ["unknown_term", "back_to_step"]


def test_before_any_problem_a_word_is_explained_with_nothing_to_come_back_to(talk: Talk) -> None:
    assert talk.writes("what is API").says == ["glossary/api"]


@pytest.mark.parametrize("text", ["qui peut m'aider à Bobigny ?", "who can help me in bobigny", "une asso dans le 93"])
def test_who_can_help_near_a_town_is_its_prefecture_and_its_court(sms: Talk, text: str) -> None:
    sms.writes(text, "ask_association", 0.6)
    assert sms.says == ["near", "back_to_step", "sms_code_missing/which_number"]
    told = sms.rendered[0].text
    assert "Seine-Saint-Denis (93)" in told
    assert "www.seine-saint-denis.gouv.fr" in told
    assert "tribunal administratif de Montreuil" in told


def test_a_town_in_another_problem_is_no_question_of_who_can_help(talk: Talk) -> None:
    story = "le guichet de Bobigny ne trouve pas mon code"
    assert "near" not in talk.writes(story, "sms_code_missing", 0.6, also={"ask_association": 0.35}).says


def test_a_name_of_several_towns_gives_each_of_them(sms: Talk) -> None:
    sms.writes("qui peut m'aider à saint denis", "ask_association", 0.6)
    assert sms.says.count("near") == 3
    assert "(93)" in sms.heard
    assert "(974)" in sms.heard


def test_what_proof_to_keep_is_that_of_the_step(sms: Talk) -> None:
    sms.taps("french").writes("quelle preuve je garde", "ask_evidence")
    assert sms.says[:2] == ["proof_here", "back_to_step"]
    assert "La preuve à garder à cette étape : Faites une capture de l'écran, avec la date." in sms.heard
    assert sms.rendered[0].facts == ("D6",)


def test_what_proof_to_keep_where_the_step_names_none_is_said_in_general(sms: Talk) -> None:
    assert sms.writes("quelle preuve je garde", "ask_evidence").says[:2] == ["proof_general", "back_to_step"]


def test_the_number_is_given_and_the_question_comes_back(sms: Talk) -> None:
    sms.writes("quel est le numéro de téléphone", "ask_phone_support")
    assert (sms.way, sms.says) == ("digression", ["number", "back_to_step", "sms_code_missing/which_number"])


def test_before_any_problem_the_number_is_the_rung_of_the_phone(talk: Talk) -> None:
    assert talk.writes("quel est le numéro de téléphone", "ask_phone_support").step == "ladder/phone_call"


# ---------------------------------------------------------------------------------------------------- 5. new problem


def test_a_new_problem_is_asked_about_before_switching(sms: Talk) -> None:
    sms.writes("mon dossier ne bouge plus", "status_stuck")
    assert (sms.way, sms.step, sms.says) == ("problem", "sms_code_missing/which_number", ["switch"])
    assert sms.choices == ["switch:status_stuck", "switch:stay"]


@pytest.mark.parametrize("yes", ["oui", "yes", "1"])
def test_a_yes_switches_and_keeps_the_first_problem(sms: Talk, yes: str) -> None:
    sms.writes("mon dossier ne bouge plus", "status_stuck").writes(yes)
    assert sms.step == "status_stuck/what_status"
    assert sms.session.later == ("sms_code_missing",)


@pytest.mark.parametrize("no", ["non", "no", "2"])
def test_a_no_stays_and_asks_the_open_question_again(sms: Talk, no: str) -> None:
    sms.writes("mon dossier ne bouge plus", "status_stuck").writes(no)
    assert sms.says == ["sms_code_missing/which_number"]
    assert sms.session.later == ()


def test_switching_back_finds_the_answers_given_before(sms: Talk) -> None:
    sms.taps("foreign").taps("switch:status_stuck").taps("switch:sms_code_missing")
    assert sms.step == "sms_code_missing/borrow"
    assert sms.session.later == ("status_stuck",)


def test_the_open_problem_told_again_is_acknowledged(sms: Talk) -> None:
    sms.writes("toujours pas de code", "sms_code_missing")
    assert sms.says == ["understood", "sms_code_missing/which_number"]


def test_the_open_problem_told_again_with_news_says_only_the_news(sms: Talk) -> None:
    sms.writes("toujours pas de code et ma carte finit en 2028", "sms_code_missing", expires_on="2028-01-01")
    assert sms.says == ["noted_expires_on", "sms_code_missing/which_number"]


def test_a_problem_too_unsure_to_leave_for_is_unclear(sms: Talk) -> None:
    assert sms.writes("et le dossier alors", "status_stuck", SURE_AT - 0.01).way == "unclear"


def test_a_problem_without_tree_gets_the_general_path_and_is_told_so(talk: Talk) -> None:
    talk.writes("le site est en panne", "server_down")
    assert talk.says == ["no_tree_yet", "general/what_blocks"]
    assert "Titre de server_down" in talk.heard


@pytest.mark.parametrize(
    ("intent", "step"),
    [
        ("ask_ticket", "ladder/ticket_send"),
        ("ask_appointment", "ladder/desk_book"),
        ("ask_legal", "ladder/court_file"),
        ("ask_association", "ladder/who_helps"),
    ],
)
def test_a_wish_for_a_next_step_goes_straight_to_that_place_of_the_ladder(talk: Talk, intent: str, step: str) -> None:
    assert talk.writes("je voudrais cela", intent).step == step


def test_likely_problems_are_offered_by_their_titles(talk: Talk) -> None:
    talk.writes(
        "ça bloque",
        "nlu_fallback",
        0.3,
        also={"status_stuck": 0.3, "server_down": LIKELY_AT, "refused": LIKELY_AT - 0.01},
    )
    assert (talk.way, talk.says) == ("problem", ["which_problem"])
    labels = [choice["label"] for choice in talk.rendered[0].choices]
    assert labels == ["Dossier immobile", "Label de server_down", "Autre chose"]


def test_at_most_three_problems_are_offered(talk: Talk) -> None:
    likely = {"status_stuck": 0.3, "server_down": 0.2, "file_closed": 0.1, "refused": 0.09}
    assert len(talk.writes("ça bloque", "nlu_fallback", 0.3, also=likely).choices) == 4


@pytest.mark.parametrize("text", ["Dossier immobile", "mon dossier ne bouge plus", "1"])
def test_an_offered_problem_is_chosen_in_words(talk: Talk, text: str) -> None:
    talk.writes("ça bloque", "status_stuck", 0.3, also={"server_down": 0.2}).writes(text)
    assert talk.step == "status_stuck/what_status"


@pytest.mark.parametrize("text", ["Autre chose", "Something else", "3"])
def test_something_else_asks_for_other_words(talk: Talk, text: str) -> None:
    talk.writes("ça bloque", "status_stuck", 0.3, also={"server_down": 0.2}).writes(text)
    assert talk.says == ["tell_me"]


def test_another_subject_is_said_to_be_one(sms: Talk) -> None:
    sms.writes("une recette de couscous", "out_of_scope")
    assert sms.says == ["out_of_scope", "sms_code_missing/which_number"]


def test_something_told_about_oneself_before_any_problem_is_noted(talk: Talk) -> None:
    talk.writes("ma carte finit le premier mars 2028", "inform", expires_on="2028-03-01")
    assert talk.says == ["noted_expires_on", "tell_me"]


def test_something_told_about_oneself_that_answers_nothing_is_noted_and_the_question_comes_back(sms: Talk) -> None:
    sms.writes("ma carte finit le premier mars 2028", "inform", expires_on="2028-03-01")
    assert sms.says == ["noted_expires_on", "sms_code_missing/which_number"]


# --------------------------------------------------------------------------------------------------------- 6. unclear


def test_an_unclear_answer_is_asked_again(sms: Talk) -> None:
    sms.writes("zglorb")
    assert (sms.way, sms.says) == ("unclear", ["unclear_choice", "sms_code_missing/which_number"])


def test_an_unclear_problem_is_asked_in_other_words(talk: Talk) -> None:
    assert talk.writes("zglorb").says == ["unclear"]


def test_unclear_twice_offers_a_person(sms: Talk) -> None:
    sms.writes("zglorb").writes("zglorb")
    assert (sms.says, sms.choices) == (["unclear_twice"], ["command:human", "command:repeat", "command:restart"])


def test_unclear_twice_without_a_problem_has_nothing_to_resume(talk: Talk) -> None:
    assert talk.writes("zglorb").writes("zglorb").choices == ["command:human", "command:restart"]


@pytest.mark.parametrize("between", ["c'est quoi une API", "répéter", "1", "Numéro d'ici"])
def test_what_is_understood_in_between_starts_the_count_again(sms: Talk, between: str) -> None:
    assert "unclear_twice" not in sms.writes("zglorb").writes(between).writes("zglorb").says


def test_a_tap_in_between_starts_the_count_again(sms: Talk) -> None:
    assert "unclear_twice" not in sms.writes("zglorb").taps("french").writes("zglorb").says


@pytest.mark.parametrize("text", ["", "   ", "🙏🙏", "…!"])
def test_a_message_without_words_is_said_to_be_empty(sms: Talk, text: str) -> None:
    assert sms.writes(text, "oqtf").says == ["empty", "sms_code_missing/which_number"]


def test_a_very_long_message_is_asked_for_its_most_urgent_part(sms: Talk) -> None:
    assert sms.writes("m" * (LONGEST_MESSAGE + 1), "status_stuck").says == ["too_long", "sms_code_missing/which_number"]


def test_a_very_long_message_with_danger_in_it_is_answered(sms: Talk) -> None:
    assert sms.writes("m" * (LONGEST_MESSAGE + 1), "oqtf", SAFETY_OPEN_AT).step == "oqtf/held"


def test_an_answer_taken_in_words_is_stored_like_a_tap(sms: Talk) -> None:
    assert sms.writes("un numéro étranger").session.walk == {"sms_code_missing/which_number": Answer("foreign")}


# ------------------------------------------------------------------------------------------- what the classifier says


def test_a_parsed_message_is_read_in_rasas_own_form() -> None:
    parsed = {
        "text": "le 3 mars avec Free",
        "intent": {"name": "inform", "confidence": 0.7},
        "intent_ranking": [{"name": "inform", "confidence": 0.7}, {"name": "oqtf", "confidence": 0.1}],
        "entities": [{"entity": "date", "value": "2026-03-03", "start": 3, "end": 9}],
        "metadata": {"language": "fr"},
    }
    assert Understanding.from_message(parsed) == Understanding(
        "le 3 mars avec Free",
        "fr",
        "inform",
        0.7,
        (("inform", 0.7), ("oqtf", 0.1)),
        (Entity("date", "2026-03-03", "3 mars"),),
    )


@pytest.mark.parametrize("parsed", [{}, {"text": None, "intent": None, "metadata": None, "intent_ranking": None}])
def test_a_message_that_nothing_was_understood_of_is_empty(parsed: dict[str, None]) -> None:
    assert Understanding.from_message(parsed) == Understanding("")


def test_who_can_help_near_a_town_opens_the_way_to_find_them(talk: Talk) -> None:
    talk.writes("who can help me in Bobigny", "ask_association", 0.6)
    assert talk.says[0] == "near"
    assert talk.step == "ladder/who_helps"  # the small knowledge base has no tree for it


# ------------------------------------------------------------------------------------------- what a guess may not do


def test_a_restart_that_is_only_guessed_is_asked_before_anything_is_forgotten(sms: Talk) -> None:
    sms.taps("unknown").writes("its a renewal", "restart", 0.86)
    assert sms.says == ["restart_confirm"]
    assert sms.session.walk
    assert sms.writes("non").step == "sms_code_missing/look"
    assert sms.writes("its a renewal", "restart", 0.86).writes("oui").step is None
    assert not sms.session.walks


def test_a_guessed_command_does_not_follow_an_answer_that_was_noted(sms: Talk) -> None:
    sms.writes("my own, french sim", "change_language", 0.8, phone_origin="french")
    assert (sms.way, sms.step) == ("answer", "sms_code_missing/wait")


def test_a_date_that_was_asked_for_is_an_answer_though_danger_is_faintly_heard(stuck: Talk) -> None:
    stuck.taps("in_progress").writes("I signed for it on 2 november", also={"oqtf": 0.2}, filed_on="2026-11-02")
    assert stuck.way == "answer"
    stuck.taps("command:back").writes("oqtf du 2 novembre", "oqtf", 0.9, filed_on="2026-11-02")
    assert stuck.way == "safety"
