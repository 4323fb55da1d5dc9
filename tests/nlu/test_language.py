"""In which language a message is written, in which letters, or that we cannot tell."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core.agent import Agent

from bot.assistant import understand
from bot.nlu.language import Detector, grams
from tests.nlu.corpus import LANGUAGES, messages

DETECTOR = Detector.fit([(message.text, message.language) for message in messages("training")])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("je n'ai plus de nouvelles depuis des mois", "fr"),
        ("Bonjour, mon titre expire vendredi", "fr"),
        ("jarrive pas a me connecté", "fr"),
        ("le site affiche toujours bad gateway", "fr"),
        ("I have had no news for months", "en"),
        ("Hello, my permit expires on Friday", "en"),
        ("cant log in since yesterday", "en"),
        ("my récépissé ends and the préfecture does not answer", "en"),
    ],
)
def test_french_and_english_are_told_apart(text: str, language: str) -> None:
    assert DETECTOR.detect(text) == language


@pytest.mark.parametrize(
    ("word", "language"),
    [
        *((word, "fr") for word in ("bonjour", "oui", "merci", "aidez-moi", "je sais pas")),
        *((word, "en") for word in ("hello", "yes", "thanks", "help me", "I don't know")),
    ],
)
def test_a_plain_short_word_is_enough(word: str, language: str) -> None:
    assert DETECTOR.detect(word) == language


@pytest.mark.parametrize("text", ["sms", "ANEF", "rdv", "captcha", "12/03/2026", "503", "😀 👍", "?!", "", "\x00"])
def test_what_both_languages_share_tells_no_language(text: str) -> None:
    assert DETECTOR.detect(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "hola, no recibo el código por sms",
        "mi tarjeta de residencia caduca la semana que viene y nadie responde",
        "bom dia, o meu cartão expira amanhã e não tenho notícias",
        "ich bekomme keinen Code per SMS auf mein Handy",
        "non capisco, il mio permesso di soggiorno scade",
        "goedemorgen, ik krijg geen code per sms",
        "bună ziua, nu primesc codul pe telefon",
        "nie dostałem kodu sms",
        "merhaba, oturma iznim bitiyor",
        "saya tidak menerima kode",
        "مرحبا لم أستلم الرمز",
        "я не получаю код",
        "我收不到短信验证码",
        "tôi không nhận được mã",
    ],
)
def test_another_language_is_none_rather_than_a_wrong_one(text: str) -> None:
    assert DETECTOR.detect(text) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_whom_we_have_not_met_are_read_in_their_language(language: str) -> None:
    told = [message for message in messages("validation") if message.language == language]
    assert sum(DETECTOR.detect(message.text) == language for message in told) / len(told) > 0.97


def test_a_wider_margin_makes_it_shyer() -> None:
    assert DETECTOR.detect("merci", margin=0.0) == "fr"
    assert DETECTOR.detect("merci", margin=1e6) is None


def test_a_detector_that_was_never_trained_knows_no_language() -> None:
    assert Detector.fit([]).detect("bonjour") is None


def test_one_language_alone_is_told_only_where_its_words_are() -> None:
    only_french = Detector.fit([("bonjour je vous écris", "fr"), ("bonjour je vous attends", "fr")])
    assert only_french.detect("bonjour je vous attends") == "fr"
    assert only_french.detect("xyzzy qwkv") is None


def test_the_ends_of_words_count() -> None:
    counted = grams("Le, le!")
    assert counted["word:le"] == 4
    assert counted[" le "] == 2
    assert not grams("12 34 !?")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_anything_gives_a_language_of_ours_or_none(text: str) -> None:
    assert DETECTOR.detect(text) in (*LANGUAGES, None)


async def test_rasa_hands_the_language_on(agent_and_store: tuple[Agent, object]) -> None:
    agent, _ = agent_and_store
    said = ("je ne reçois pas le code", "I do not receive the code", "93")
    assert [(await understand(agent, text)).get("language") for text in said] == ["fr", "en", None]
