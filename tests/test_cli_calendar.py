"""The calendar file in the terminal: where it is written, what is said of it, and when it goes away again."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from icalendar import Calendar

from bot.paths import home
from knowledge_base.loader import KnowledgeBase
from tests.test_cli import TURN, answers, declic, lines

pytestmark = pytest.mark.usefixtures("model")


@pytest.fixture
def own_home(tmp_path: Path) -> Path:
    """A folder for what is written, with nothing in it but the model."""
    for name in ("models", "cache"):
        (tmp_path / name).symlink_to(home() / name)
    return tmp_path


_DATED = "mon titre de séjour finit le 10 mars 2027"


def test_the_dates_are_kept_as_a_calendar_file_and_the_person_is_told_where(own_home: Path, kb: KnowledgeBase) -> None:
    typed = f"{_DATED}\nmes dates\najouter à mon calendrier\n"
    result = declic("chat", "--today", "2026-11-23", stdin=typed, DECLIC_HOME=str(own_home), NO_COLOR="1", TERM="dumb")
    assert result.exit_code == 0
    file = own_home / "declic.ics"
    assert f"Le fichier est ici : {file}" in result.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert dt.date(2027, 3, 10) in [event.start for event in Calendar.from_ical(file.read_bytes()).events]


def test_choices_that_a_number_does_not_mean_have_none(own_home: Path) -> None:
    typed = f"je ne reçois pas le code par SMS et {_DATED}\nmes dates\n"
    result = declic("chat", "--today", "2026-11-23", stdin=typed, DECLIC_HOME=str(own_home), NO_COLOR="1", TERM="dumb")
    dates = result.stdout.split("\n> ")[2]
    assert "  – Ajouter à mon calendrier" in dates
    assert dates.count(" 1. ") == 1


@pytest.mark.parametrize("typed", ["", "bonjour\n", "mes dates\nics\n"])
def test_no_calendar_file_is_written_unasked_or_without_a_date(own_home: Path, typed: str) -> None:
    assert declic("chat", stdin=typed, DECLIC_HOME=str(own_home)).exit_code == 0
    assert not (own_home / "declic.ics").exists()


def test_a_calendar_file_that_cannot_be_written_is_told_with_what_to_look_at(own_home: Path) -> None:
    (own_home / "declic.ics").mkdir()
    result = declic("chat", stdin=f"{_DATED}\nics\n", DECLIC_HOME=str(own_home), NO_COLOR="1", TERM="dumb")
    assert result.exit_code == 0
    assert f"Je n'ai pas pu écrire le fichier ici : {own_home / 'declic.ics'}." in result.stdout
    assert "Le fichier est ici" not in result.stdout


def test_what_is_erased_is_erased_from_the_folder_too(own_home: Path, kb: KnowledgeBase) -> None:
    typed = f"{_DATED}\nics\neffacer\n1\n"
    result = declic("chat", stdin=typed, DECLIC_HOME=str(own_home), NO_COLOR="1", TERM="dumb")
    assert "Le fichier est ici" in result.stdout
    assert kb.words["erased"].text in re.sub(r"\s+", " ", result.stdout)
    assert not (own_home / "declic.ics").exists()


def test_to_a_program_the_calendar_file_is_written_too_and_its_line_stays_a_turn(own_home: Path) -> None:
    said = lines({"text": "my permit ends on 10 March 2027"}, {"choice": "command:calendar"})
    result = declic("chat", "--json", "--lang", "en", "--today", "2026-11-23", stdin=said, DECLIC_HOME=str(own_home))
    assert set(answers(result)[1]) == TURN
    assert result.stderr == f"The file is here: {own_home / 'declic.ics'}\n"
    events = Calendar.from_ical((own_home / "declic.ics").read_bytes()).events
    assert {str(event["SUMMARY"]) for event in events} == {"Déclic: a date to watch"}
