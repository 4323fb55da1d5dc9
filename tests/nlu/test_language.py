"""In which language a message is written, in which letters, or that we cannot tell."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core.agent import Agent

from bot.assistant import understand
from bot.nlu.language import Detector, grams, language_of, variety
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
        *((word, "en") for word in ("hello", "yes", "thank you", "help me", "I don't know")),
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
        "ich bekomme keinen Code per SMS auf mein Handy",
        "non capisco, il mio permesso di soggiorno scade",
        "goedemorgen, ik krijg geen code per sms",
        "bună ziua, nu primesc codul pe telefon",
        "moja karta pobytu kończy się w piątek i nikt nie odpowiada",
        "saya tidak menerima kode",
        "tôi không nhận được mã",
    ],
)
def test_another_language_is_none_rather_than_a_wrong_one(text: str) -> None:
    assert DETECTOR.detect(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hola, no recibo el código por sms", "es"),
        ("bom dia, o meu cartão expira amanhã e não tenho notícias", "pt"),
        ("merhaba, oturma iznim bitiyor", "tr"),
        ("مرحبا لم أستلم الرمز", "ar"),
        ("salam khoya, ma wselnich lcode f sms ou récépissé dyali sala", "ar-Latn"),
        ("я не получаю код по смс", "ru"),
        ("u menya zakanchivaetsya titr de sezhur v pyatnicu", "ru-Latn"),
        ("я не отримую код, сайт не працює", "uk"),
        ("我收不到短信验证码", "zh"),
        ("আমি এসএমএস কোড পাচ্ছি না", "bn"),
        ("amar card er meyad sesh hoye gese, ki korbo", "bn-Latn"),
        ("کد پیامک به دستم نمی‌رسد", "fa"),
        ("salam, karte eghamatam dare tamoom mishe", "fa-Latn"),
        ("زما کارت ختم شوی دی او هېڅوک ځواب نه راکوي", "ps"),
    ],
)
def test_the_language_and_its_letters_are_found(text: str, found: str) -> None:
    assert DETECTOR.detect(text) == found


def test_the_letters_of_a_text_make_its_variety() -> None:
    assert variety("я не получаю код sms", "ru") == "ru"
    assert variety("ne prihodit kod", "ru") == "ru-Latn"
    assert variety("no llega el código", "es") == "es"
    assert variety("503", "zh") == "zh"
    assert language_of("ar-Latn") == language_of("ar") == "ar"


def test_people_whom_we_have_not_met_are_read_in_their_language() -> None:
    """The bar of issue 4: of messages of three words or more, in all languages, Latin letters included."""
    told = [message for message in messages("validation") if len(message.text.split()) >= 3 or message.language == "zh"]
    right = [language_of(DETECTOR.detect(each.text) or "") == each.language for each in told]
    assert sum(right) / len(right) > 0.97


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
    assert language_of(DETECTOR.detect(text) or "") in (*LANGUAGES, "")


async def test_rasa_hands_the_language_on(agent_and_store: tuple[Agent, object]) -> None:
    agent, _ = agent_and_store
    said = ("je ne reçois pas le code", "I do not receive the code", "93")
    assert [(await understand(agent, text)).get("language") for text in said] == ["fr", "en", None]
