"""The calendar file in a real browser: it is downloaded, a calendar opens it, and no address holds the token."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from icalendar import Calendar
from playwright.sync_api import BrowserContext, Download, Request, expect

from knowledge_base.loader import KnowledgeBase
from tests.web.test_chat_page import COMPUTER, SIZES, Screen, context, photograph, screen

__all__ = ["context", "screen"]
pytestmark = pytest.mark.browser

#: Whatever the day of the test, it is to come.
ENDS = dt.date.today() + dt.timedelta(days=200)
STORY = f"je ne reçois pas le code par SMS et mon titre finit le {ENDS:%d/%m/%Y}"
LINK = "Télécharger « declic.ics »"


def downloaded(screen: Screen, wish: Callable[[], None]) -> Download:
    with screen.page.expect_download(timeout=30_000) as waited:
        wish()
    screen.settle()
    return waited.value


def days(download: Download) -> list[dt.date]:
    return [event.start for event in Calendar.from_ical(Path(download.path()).read_bytes()).events]


@pytest.mark.parametrize("context", SIZES, indirect=True)
def test_a_tap_under_the_dates_downloads_a_file_that_a_calendar_opens(
    screen: Screen, kb: KnowledgeBase, request: pytest.FixtureRequest
) -> None:
    screen.says(STORY)
    screen.says("mes dates")
    photograph(screen.page, f"my-dates-{request.node.callspec.id}")
    got = downloaded(screen, lambda: screen.taps(kb.words["to_calendar"].text))
    assert got.suggested_filename == "declic.ics"
    assert ENDS in days(got)
    assert screen.heard[0] == kb.words["calendar"].text
    assert Axe().run(screen.page).violations_count == 0
    photograph(screen.page, f"calendar-{request.node.callspec.id}")


@pytest.mark.parametrize("wish", ["mettre dans mon calendrier", "ics"])
def test_words_download_it_too(screen: Screen, wish: str) -> None:
    screen.says(STORY)
    assert ENDS in days(downloaded(screen, lambda: screen.says(wish)))


def test_the_link_stays_under_the_answer_for_who_missed_the_download(screen: Screen) -> None:
    screen.says(STORY)
    downloaded(screen, lambda: screen.says("ics"))
    link = screen.page.get_by_role("link", name=LINK)
    box = link.bounding_box()
    assert box
    assert box["height"] >= 40
    assert link.evaluate("node => node.previousElementSibling.lastChild.textContent") == screen.heard[0]
    assert ENDS in days(downloaded(screen, link.click))


def test_the_token_is_in_no_address_and_the_file_is_asked_for_once(screen: Screen, context: BrowserContext) -> None:
    asked: list[Request] = []
    context.on("request", lambda request: asked.append(request))
    screen.says(STORY)
    downloaded(screen, lambda: screen.says("ics"))
    token = json.loads(screen.page.evaluate("sessionStorage['declic.conversation']"))["token"]
    assert not [request.url for request in asked if token in request.url]
    files = [request for request in asked if request.url.endswith(".ics")]
    assert [request.headers["authorization"] for request in files] == [f"Bearer {token}"]


def test_a_file_that_did_not_arrive_is_asked_for_again(screen: Screen, context: BrowserContext) -> None:
    screen.says(STORY)
    context.route("**/deadlines.ics", lambda route: route.abort(), times=1)
    screen.says("ics", settle=False)
    expect(screen.page.get_by_text("Le fichier n'est pas arrivé.")).to_be_visible()
    retry = screen.page.get_by_role("button", name="Réessayer")
    assert ENDS in days(downloaded(screen, retry.click))
    assert screen.page.locator(".mine").count() == 2, "the message itself went, and is not sent again"


def test_without_a_date_nothing_is_downloaded_and_the_person_is_told_what_to_say(
    screen: Screen, kb: KnowledgeBase
) -> None:
    screen.says("ics")
    assert kb.words["no_dates"].text in screen.heard
    assert screen.page.get_by_role("link", name=LINK).count() == 0


def test_erasing_takes_the_file_away_from_the_page(screen: Screen, kb: KnowledgeBase) -> None:
    screen.says(STORY)
    downloaded(screen, lambda: screen.says("ics"))
    screen.taps("Effacer")
    address = screen.page.locator("a.file").get_attribute("href")
    screen.taps(kb.words["erase_yes"].text)
    assert screen.page.locator("a.file").count() == 0
    gone = "address => fetch(address).then(() => false, () => true)"
    assert screen.page.evaluate(gone, address)
    screen.complaints.clear()  # of the fetch above


@pytest.mark.parametrize("context", [{**COMPUTER, "locale": "en-GB"}], indirect=True)
def test_in_english_it_is_a_calendar_in_english(screen: Screen) -> None:
    screen.says(f"I do not receive the code by text message and my permit ends on {ENDS:%d %B %Y}")
    got = downloaded(screen, lambda: screen.says("put them in my calendar"))
    events = Calendar.from_ical(Path(got.path()).read_bytes()).events
    assert {str(event["SUMMARY"]) for event in events} == {"Déclic: a date to watch"}
    expect(screen.page.get_by_role("link", name="Download “declic.ics”")).to_be_visible()
