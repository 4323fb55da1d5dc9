"""The chat page in a real browser: on a telephone and on a computer, by touch, by typing and by the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from bot.app import create_app
from bot.paths import home
from knowledge_base.loader import KnowledgeBase
from knowledge_base.words import RIGHT_TO_LEFT, languages
from tests.store.databases import rows, sqlite_in
from tests.web.conftest import Caller, Server

pytestmark = pytest.mark.browser

TELEPHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
COMPUTER: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
#: Without movement a photograph shows where the page comes to rest.
CALM: dict[str, Any] = {"locale": "fr-FR", "reduced_motion": "reduce"}
SIZES = [pytest.param(TELEPHONE, id="telephone"), pytest.param(COMPUTER, id="computer")]
STORY = "je ne reçois pas le code par SMS"


class Screen:
    """The page as a person meets it: what is said, what can be tapped."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        #: What the browser complained of, and every host that it asked.
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("console", lambda message: message.type in ("error", "warning") and self.complain(message.text))
        self.page.on("pageerror", lambda error: self.complain(str(error)))
        context.on("request", lambda request: self.hosts.add(re.sub(r"^\w+://([^/:]+).*", r"\1", request.url)))
        self.page.goto(address)
        self.words = self.page.locator("#words")
        self.settle()

    def complain(self, about: str) -> None:
        # A network that is away is what some tests are about; the browser says so by itself.
        if "ERR_CONNECTION_REFUSED" not in about and "ERR_FAILED" not in about:
            self.complaints.append(about)

    def settle(self) -> None:
        """Wait until nothing is on its way any more."""
        expect(self.page.locator(".theirs").first).to_be_visible(timeout=30_000)
        expect(self.page.locator("#state")).to_have_text("", timeout=30_000)

    def says(self, text: str, settle: bool = True) -> None:
        self.words.fill(text)
        self.words.press("Enter")
        if settle:
            self.settle()

    def taps(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).last.click()
        self.settle()

    def presses(self, label: str) -> None:
        """Reach a choice with the keyboard alone, from the text field backwards, and press it."""
        expect(self.words).to_be_focused()
        for _ in self.choices:
            self.page.keyboard.press("Shift+Tab")
            if self.page.evaluate("document.activeElement.firstChild.textContent") == label:
                self.page.keyboard.press("Enter")
                self.settle()
                return
        raise AssertionError(f"the keyboard does not reach {label!r}")

    @property
    def heard(self) -> list[str]:
        """What the assistant said since the person's last word."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll(".message")].reduce((heard, node) =>
                 node.matches(".mine") ? [] : [...heard, node.lastChild.textContent], [])"""
        )

    @property
    def choices(self) -> list[str]:
        """The labels of the choices shown last."""
        labels = "nodes => nodes.map(node => node.firstChild.textContent)"
        return self.page.locator(".choices").last.locator("button").evaluate_all(labels)


@pytest.fixture
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(**{**CALM, **getattr(request, "param", TELEPHONE)})
    yield opened
    opened.close()


@pytest.fixture
def screen(context: BrowserContext, server: Server) -> Iterator[Screen]:
    opened = Screen(context, server.address)
    yield opened
    assert opened.complaints == []
    assert opened.hosts <= {"127.0.0.1"}


@pytest.mark.parametrize("context", SIZES, indirect=True)
def test_a_word_that_a_message_uses_is_explained_by_a_tap(screen: Screen, kb: KnowledgeBase) -> None:
    screen.says("mon attestation de prolongation finit bientot, que vaut-elle pour mon patron ?")
    while screen.page.locator(".terms").count() == 0:
        screen.taps(screen.choices[0])
    label = screen.page.locator(".terms button").last.inner_text()
    screen.page.locator(".terms button").last.click()
    screen.settle()
    explained = next(term.text for term in kb.terms.values() if term.title == label)
    assert screen.heard[0] == explained
    found = Axe().run(screen.page)
    assert found.violations_count == 0, found.generate_report()


def test_the_page_has_its_words_in_every_language_that_is_spoken(screen: Screen) -> None:
    offered = screen.page.locator("#language option").evaluate_all("nodes => nodes.map(node => node.value)")
    keys = screen.page.evaluate("Object.fromEntries(Object.entries(DECLIC_WORDS).map(([k, v]) => [k, Object.keys(v)]))")
    assert {*offered} == {*keys} == {*languages()}
    assert {tuple(sorted(of_one)) for of_one in keys.values()} == {tuple(sorted(keys["fr"]))}


@pytest.mark.parametrize("language", ["ar", "fa", "ps", "zh"])
def test_the_page_turns_with_the_language_and_stays_in_its_width(screen: Screen, language: str) -> None:
    screen.page.locator("#language").select_option(language)
    screen.settle()
    right_to_left = language in RIGHT_TO_LEFT
    assert screen.page.evaluate("document.documentElement.dir") == ("rtl" if right_to_left else "ltr")
    assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    photograph(screen.page, f"chat-{language}")
    found = Axe().run(screen.page)
    assert found.violations_count == 0, found.generate_report()


def walk_to_the_end(screen: Screen, kb: KnowledgeBase, choose: str) -> int:
    """Answer each question, try each remedy in vain, up to the end of the ladder; return how many answers it took."""
    failed, end = kb.words["failed"].text, kb.words["another_problem"].text
    for count in range(60):
        if end in screen.choices:
            return count
        getattr(screen, choose)(failed if failed in screen.choices else screen.choices[-1])
        assert screen.heard
    raise AssertionError("no end after sixty answers")


def photograph(page: Page, name: str) -> None:
    page.screenshot(path=home() / "screenshots" / f"{name}.png")


# -- a whole conversation --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("context", "choose"),
    [
        pytest.param(TELEPHONE, "taps", id="telephone by touch"),
        pytest.param(TELEPHONE, "says", id="telephone by typing"),
        pytest.param(COMPUTER, "taps", id="computer by mouse"),
        pytest.param(COMPUTER, "presses", id="computer by keyboard"),
    ],
    indirect=["context"],
)
def test_a_person_goes_the_whole_way(
    screen: Screen, kb: KnowledgeBase, choose: str, request: pytest.FixtureRequest
) -> None:
    name = re.sub(r"\W+", "-", request.node.callspec.id)
    assert screen.heard[0] == kb.words["welcome"].text
    photograph(screen.page, f"{name}-1-welcome")
    screen.says(STORY)
    photograph(screen.page, f"{name}-2-first-question")
    assert walk_to_the_end(screen, kb, choose) > 3
    photograph(screen.page, f"{name}-3-end")
    width = screen.page.viewport_size["width"] if screen.page.viewport_size else 0
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= width
    expect(screen.words).to_be_focused()
    expect(screen.words).to_be_in_viewport()


@pytest.mark.parametrize("context", SIZES, indirect=True)
def test_the_newest_answer_is_in_view_from_its_first_word(screen: Screen, kb: KnowledgeBase) -> None:
    screen.says(STORY)
    for _ in range(12):
        first = screen.page.locator(".message").nth(-len(screen.heard))
        top, above = first.evaluate("node => [node, node.closest('main')].map(n => n.getBoundingClientRect().top)")
        assert top > above - 1, screen.heard
        expect(screen.page.locator("header h1")).to_be_in_viewport()
        assert screen.page.evaluate("document.scrollingElement.scrollTop") == 0
        if kb.words["another_problem"].text in screen.choices:
            return
        screen.taps(screen.choices[-1])


@pytest.mark.parametrize("context", SIZES, indirect=True)
def test_everything_that_can_be_touched_is_large_enough(screen: Screen) -> None:
    screen.says(STORY)
    for box in screen.page.locator("button, select, textarea").evaluate_all(
        "nodes => nodes.map(node => { const box = node.getBoundingClientRect(); return [box.width, box.height]; })"
    ):
        assert min(box) >= 40


def test_messages_written_faster_than_the_answers_come_are_answered_in_order(screen: Screen) -> None:
    for text in (STORY, "effacer", "non"):
        screen.says(text, settle=False)
    screen.settle()
    said = screen.page.locator(".message").evaluate_all(
        "nodes => nodes.map(node => [node.matches('.mine'), node.lastChild.textContent])"
    )
    assert [text for mine, text in said if mine] == [STORY, "effacer", "non"]
    assert len(said) >= 3 + 3 + 2  # the welcome, three messages, and their answers


# -- what stays and what goes ----------------------------------------------------------------------------------------


def test_a_reload_keeps_the_place(screen: Screen, kb: KnowledgeBase) -> None:
    screen.says(STORY)
    screen.taps(screen.choices[-1])
    question, choices = screen.heard[-1], screen.choices
    screen.page.reload()
    screen.settle()
    assert screen.heard == [question]
    assert screen.choices == choices
    screen.taps(choices[-1])
    assert screen.heard[-1] != question


def test_the_browser_keeps_the_key_to_the_conversation_while_the_tab_is_open_and_nothing_else(
    screen: Screen, context: BrowserContext
) -> None:
    screen.says(STORY)
    kept = screen.page.evaluate("JSON.stringify(sessionStorage)")
    assert "SMS" not in kept
    assert screen.page.evaluate("localStorage.length") == 0
    assert context.cookies() == []


@pytest.mark.parametrize("confirm", ["taps", "says"])
def test_erasing_asks_first_then_leaves_nothing_here_or_there(
    screen: Screen, kb: KnowledgeBase, database_url: str, confirm: str
) -> None:
    screen.says(STORY)
    before = rows(database_url)
    screen.taps("Effacer")
    assert screen.heard == [kb.words["erase_confirm"].text]
    getattr(screen, confirm)(kb.words["erase_yes"].text)
    assert screen.heard == [kb.words["erased"].text]
    assert screen.page.evaluate("sessionStorage.length") == 0
    assert rows(database_url)["conversations"] == before["conversations"] - 1
    assert STORY not in (screen.page.locator("#log").text_content() or "")
    screen.says("bonjour")
    assert kb.words["notice"].text in screen.heard


def test_starting_again_asks_for_the_problem_anew(screen: Screen, kb: KnowledgeBase) -> None:
    screen.says(STORY)
    screen.taps("Recommencer")
    assert screen.heard == [kb.words["tell_me"].text]


# -- languages -------------------------------------------------------------------------------------------------------


def test_the_language_can_be_switched_at_any_step(screen: Screen) -> None:
    screen.says(STORY)
    french = screen.heard[-1]
    screen.page.get_by_role("combobox", name="Langue").select_option("en")
    screen.settle()
    assert screen.page.locator("html").get_attribute("lang") == "en"
    assert screen.heard[-1] != french
    assert screen.page.locator(".theirs").last.get_attribute("lang") == "en"
    expect(screen.page.get_by_role("button", name="Erase")).to_be_visible()
    expect(screen.page.get_by_role("textbox", name="Your message")).to_have_attribute(
        "placeholder", "Write in your own words"
    )


@pytest.mark.parametrize("context", [{**COMPUTER, "locale": "en-GB"}], indirect=True)
def test_a_browser_in_english_is_greeted_in_english(screen: Screen, kb: KnowledgeBase) -> None:
    assert screen.page.locator("html").get_attribute("lang") == "en"
    assert screen.heard[0] != kb.words["welcome"].text


@pytest.mark.parametrize("context", [{**COMPUTER, "locale": "ar-MA"}], indirect=True)
def test_a_language_that_was_only_guessed_gives_way_to_the_one_that_the_person_writes(screen: Screen) -> None:
    screen.says("I do not receive the code by text message on my phone")
    adopted = screen.page.locator("html").get_attribute("lang") == "en"
    proposed = screen.page.get_by_role("button", name="English").count() == 2  # the first is under the welcome
    assert adopted or proposed


# -- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>",
        "</div></body>&lt;b&gt;<svg/onload=document.title='owned'>",
        "\u202egnp.exe לא أعرف javascript:alert(1)",
    ],
)
def test_what_a_person_types_is_never_markup(screen: Screen, text: str) -> None:
    screen.says(text)
    assert screen.page.locator(".mine").last.evaluate("node => node.lastChild.textContent") == text
    assert screen.page.locator("#log :is(img, script, svg, b)").count() == 0
    assert screen.page.title() == "Déclic"


def test_nothing_is_sent_when_nothing_is_written(screen: Screen) -> None:
    screen.says("   \n  ")
    assert screen.page.locator(".mine").count() == 0


# -- a network that fails --------------------------------------------------------------------------------------------


def test_a_server_that_goes_away_and_comes_back_gets_the_message_once(
    context: BrowserContext, model: Path, tmp_path: Path
) -> None:
    url = sqlite_in(tmp_path)
    server = Server(create_app(model, url))
    with server:
        screen = Screen(context, server.address)
    screen.says(STORY, settle=False)
    retry = screen.page.get_by_role("button", name="Réessayer")
    expect(retry).to_be_visible()
    photograph(screen.page, "the-server-went-away")
    assert Axe().run(screen.page).violations_count == 0
    retry.click()
    expect(retry).to_be_visible()
    with server:
        retry.click()
        screen.settle()
    assert screen.page.locator(".mine").count() == 1
    assert rows(url)["inbox"] == 2  # the welcome and the message
    assert screen.complaints == []


def test_an_answer_that_was_lost_on_the_way_is_given_again_and_the_message_counts_once(
    screen: Screen, context: BrowserContext, database_url: str
) -> None:
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    context.route("**/messages*", lose_the_first)
    before = rows(database_url)["inbox"]
    screen.says(STORY, settle=False)
    screen.page.get_by_role("button", name="Réessayer").click()
    screen.settle()
    assert lost == [200]
    assert rows(database_url)["inbox"] == before + 1
    assert screen.choices


def test_a_message_that_did_not_go_is_not_forgotten_when_another_one_goes(
    screen: Screen, context: BrowserContext, kb: KnowledgeBase, database_url: str
) -> None:
    before = rows(database_url)["inbox"]
    context.route("**/messages*", lambda route: route.abort(), times=1)
    screen.says(STORY, settle=False)
    retry = screen.page.get_by_role("button", name="Réessayer")
    expect(retry).to_be_visible()
    screen.says("bonjour")
    assert rows(database_url)["inbox"] == before + 2
    said = screen.page.locator(".mine").evaluate_all("nodes => nodes.map(node => node.lastChild.textContent)")
    assert said == [STORY, "bonjour"]


def test_a_conversation_that_was_erased_elsewhere_begins_anew(
    screen: Screen, kb: KnowledgeBase, http: httpx.Client
) -> None:
    screen.says(STORY)
    kept = screen.page.evaluate("JSON.parse(sessionStorage['declic.conversation'])")
    elsewhere = Caller(http, kept["id"], kept["token"])
    elsewhere.taps("command:erase_yes")
    screen.says("bonjour")
    assert kb.words["notice"].text in screen.heard
    screen.complaints[:] = [about for about in screen.complaints if "404" not in about]


# -- for everybody ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_to_mend(browser: Browser, server: Server, size: dict[str, Any], scheme: Any) -> None:
    context = browser.new_context(**CALM, **size, color_scheme=scheme)
    screen = Screen(context, server.address)
    screen.says(STORY)
    screen.taps(screen.choices[-1])
    photograph(screen.page, f"{scheme}-{size['viewport']['width']}")
    found = Axe().run(screen.page)
    context.close()
    assert found.violations_count == 0, found.generate_report()


# -- the page of the API -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "declic.test"])
def test_the_page_of_the_api_describes_it_and_asks_nobody_else(browser: Browser, server: Server, host: str) -> None:
    context = browser.new_context(**COMPUTER)
    page, complaints, hosts = context.new_page(), [], set()
    # Said by the browser of any address that is neither https nor this machine.
    untrustworthy = "Cross-Origin-Opener-Policy header has been ignored"
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    context.on("request", lambda request: hosts.add(re.sub(r"^\w+:/*([^/:]*).*", r"\1", request.url)))
    page.goto(f"http://{host}:{server.port}/docs")
    expect(page.get_by_text("/api/v1/conversations/{conversation_id}/messages").first).to_be_visible(timeout=30_000)
    page.wait_for_load_state("networkidle")
    photograph(page, "docs")
    context.close()
    assert [about for about in complaints if untrustworthy not in about] == []
    assert hosts <= {host, "image"}  # data:image/…
