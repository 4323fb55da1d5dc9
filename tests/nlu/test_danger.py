"""The words of danger count whatever the classifier makes of the rest."""

from __future__ import annotations

import asyncio

import pytest
from rasa.core.agent import Agent

from bot.assistant import understand
from bot.dialogue.events import Understanding
from bot.nlu.danger import dangers, raised


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("jai recu une OQTF ce matin", "oqtf"),
        ("Assignée à résidence depuis lundi", "oqtf"),
        ("ils l'ont mis au C.R.A", "oqtf"),
        ("they will deport my brother", "oqtf"),
        ("ordered to leave, 30 days", "oqtf"),
        ("il veut une carte PCS de 200", "scam"),
        ("I was scammed by the man of the café", "scam"),
        ("j'ai plus envie de vivre", "distress"),
        ("elle parle de suicide", "distress"),
        ("we sleep outside with the baby", "distress"),
        # The ends of these words are those of a denial in some language.
        ("mon voisin menace de me tuer", "distress"),
        ("mon cousin en garde à vue depuis hier", "oqtf"),
        ("Bruno en garde à vue", "oqtf"),
    ],
)
def test_words_of_danger_are_found_in_any_spelling(text: str, danger: str) -> None:
    assert dangers(text) == (danger,)


@pytest.mark.parametrize(
    "text",
    [
        "je n'ai pas eu d'OQTF, juste un refus",
        "I got no order to leave",
        "I didn't get an order to leave",
        "on est morts de rire",
        "un faux site m'a vendu une friteuse, c'était sur leboncoin",
        "peut-on quitter la France avec ce papier ?",
        "the machine swallowed my card",
        "",
    ],
)
def test_other_words_are_no_danger(text: str) -> None:
    assert dangers(text) == ()


def test_a_danger_is_raised_to_the_floor_and_the_rest_shared() -> None:
    assert raised({"status_stuck": 0.8, "oqtf": 0.0, "refused": 0.2}, "oqtf", 0.4) == pytest.approx(
        {"status_stuck": 0.48, "oqtf": 0.4, "refused": 0.12}
    )


def test_a_danger_beyond_the_floor_stays() -> None:
    assert raised({"oqtf": 0.7, "refused": 0.3}, "oqtf", 0.4) == {"oqtf": 0.7, "refused": 0.3}


def test_the_assistant_hears_the_words_of_danger_in_a_story_of_something_else(
    agent_and_store: tuple[Agent, object],
) -> None:
    story = "le site me déconnecte sans arrêt quand j'envoie la photo, et l'avocat dit que l'OQTF court toujours"
    heard = Understanding.from_message(asyncio.run(understand(agent_and_store[0], story)))
    assert dict(heard.ranking)["oqtf"] >= 0.5
