"""The book for a helpline without network, and the pictures in it."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from knowledge_base import book
from knowledge_base.clock_words import DATES, OUTCOMES
from knowledge_base.deadlines import CLOCKS, PLACEHOLDERS
from knowledge_base.loader import KnowledgeBase
from knowledge_base.picture import BETWEEN, BOX_WIDTH, Picture, draw
from knowledge_base.schema import GROUPS
from knowledge_base.words import languages
from tests.knowledge_base.conftest import SOUND, Copy
from tests.knowledge_base.pages import Page
from tests.knowledge_base.test_commands import declic_kb

DAY = dt.date(2026, 11, 25)


def printed(folder: Path, *arguments: str) -> Page:
    """Return the book that ``declic kb show --html`` writes."""
    file = folder.parent / "book.html"
    result = declic_kb("show", "--html", str(file), *arguments, folder=folder)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"written: {file}\n", "")
    return Page(file.read_text(encoding="utf-8"))


# ---------------------------------------------------------------- what is in it
def test_the_book_holds_every_tree_step_letter_term_and_cited_fact(copy: Copy) -> None:
    page, kb = printed(copy.folder), copy.load()
    assert page.wrong == []
    assert {*kb.trees, *kb.steps, "letters/message", "glossary/anef", "F1", "F2", "U1"} <= set(page.ids)
    assert "F3" not in page.ids  # nothing cites it
    for words in (
        "mercredi 25 novembre 2026" if dt.date.today() == DAY else str(dt.date.today().year),
        "Sommaire",
        "1 Le code n'arrive pas",
        "1.3 À essayer no_code/wait Attendez, puis demandez un seul code.",
        "Si on demande Deux codes demandés ensemble se mélangent.",
        "Preuve à garder Faites une capture de l'écran. Texte à copier message",
        "1.4 Question no_code/again Voulez-vous essayer encore\u00a0?",
        "Encore une fois Avec un autre navigateur → 1.5 J'arrête → 1.6",
        "1.6 Vers les recours no_code/call Il faut téléphoner. Continuer → 2.1",
        "1.7 Fin, réglé no_code/solved Bien. Gardez vos captures.",
        "Le juge → 2.5 arrête le délai La demande le garde. Lisez vos messages. Faits\u00a0: F2 (written rule)",
        "Le guichet → 2.3 n'arrête aucun délai Appelez ou écrivez d'abord. On peut vous y renvoyer. Continuez sans",
        "Le silence devient un refus. Passe avant\u00a0: Écrire, Le guichet. Le silence peut devenir un refus",
        "Depuis le ‹date›, je ne reçois pas le code.",
        "L'ANEF est un site de l'État.",
        "The number is free. Source\u00a0: a page (2026)",
        "U1 Which permit has which time Use the shortest.",
    ):
        assert "".join(words.split()) in "".join(page.text.split()), words


def test_a_clock_and_its_dates_are_told_in_words(copy: Copy) -> None:
    text = printed(copy.folder).text
    assert "Le silence peut devenir un refus le ‹jour d'alerte›, au plus tard le ‹dernier jour›." in text
    assert "alerte lointaine" in text
    assert "le jour d'alerte est dans plus de 30 jours" in text
    assert "il prend fin dans 15 jours au plus" in text
    assert "silence:" not in text
    assert "{" not in text


def test_the_book_speaks_the_language_that_is_asked_for(copy: Copy) -> None:
    page = printed(copy.folder, "--lang", "en")
    assert page.wrong == []
    for words in (
        "Contents",
        "The code does not come",
        "Wait, then ask for one code only.",
        "‹alert day›",
        "Once more",
    ):
        assert words in page.text
    assert "Sommaire" not in page.text
    assert "Attendez" not in page.text
    assert "Depuis le ‹date›, je ne reçois pas le code." in page.text  # a letter goes to a French administration
    assert "No native speaker has reviewed this translation yet." in page.text


def test_a_sentence_without_translation_is_marked_as_of_its_language(copy: Copy) -> None:
    copy.change("locales/en/no_code.po", 'msgstr "Take a screenshot."', 'msgstr ""')
    file = copy.folder.parent / "book.html"
    assert declic_kb("show", "--html", str(file), "--lang", "en", folder=copy.folder).exit_code == 0
    assert '<p lang="fr" dir="auto">Faites une capture de l&#39;écran.</p>' in file.read_text(encoding="utf-8")


def test_a_language_written_from_right_to_left_makes_such_a_book(copy: Copy) -> None:
    assert declic_kb("translate", "ar", folder=copy.folder).exit_code == 0
    file = copy.folder.parent / "book.html"
    assert declic_kb("show", "--html", str(file), "--lang", "ar", folder=copy.folder).exit_code == 0
    html = file.read_text(encoding="utf-8")
    assert '<html lang="ar" dir="rtl">' in html
    assert Page(html).wrong == []


# ---------------------------------------------------------------- the cover
def sign(copy: Copy, *ids: str) -> None:
    assert declic_kb("review", "--sign", *ids, "--by", "Jane Doe, avocate", folder=copy.folder).exit_code == 0


def test_the_cover_tells_that_no_lawyer_has_reviewed_the_book(copy: Copy) -> None:
    assert "Aucun juriste n'a relu ce livre. Faits signés\u00a0: 0 sur 2." in printed(copy.folder).text
    assert "No lawyer has reviewed this book. Facts signed: 0 of 2." in printed(copy.folder, "--lang", "en").text


def test_the_cover_tells_how_much_is_signed_and_by_whom(copy: Copy) -> None:
    sign(copy, "F1")
    text = printed(copy.folder).text
    assert "Aucun juriste" not in text
    assert (
        "Ce livre n'est relu qu'en partie par un juriste. Faits signés\u00a0: 1 sur 2, par\u00a0: Jane Doe, avocate."
        in text
    )
    sign(copy, "F2")
    assert "Les 2 faits cités sont signés, par\u00a0: Jane Doe, avocate." in printed(copy.folder).text
    copy.change("facts.yml", "The number is free.", "The number costs something.")
    copy.change("facts.yml", "Silence is a refusal one day.", "Silence is never a refusal.")
    text = printed(copy.folder).text
    assert "Aucun juriste n'a relu ce livre. Faits signés\u00a0: 0 sur 2." in text
    assert text.count("A changé depuis sa signature.") == 2


def test_emergencies_come_first_and_the_ladder_last(kb: KnowledgeBase) -> None:
    made = book.Book(kb, "fr", DAY)
    chapters = [chapter for part in made.parts for chapter in part.chapters]
    assert {chapter.id for chapter in chapters[:3]} == {"oqtf", "scam", "distress"}
    assert made.ladder
    assert [chapter.number for chapter in (*chapters, made.ladder)] == list(range(1, len(kb.trees) + 1))
    assert {chapter.id for chapter in chapters} == set(kb.trees) - {"ladder"}
    assert set(book.PARTS) - {""} == set(GROUPS) - {"conversation"}


# ---------------------------------------------------------------- the whole, and what it is made of
@pytest.mark.parametrize("language", languages())
def test_the_book_of_the_whole_knowledge_base_is_sound(kb: KnowledgeBase, language: str) -> None:
    html = book.page(kb, language, DAY)
    page = Page(html)
    assert page.wrong == []
    assert {*kb.trees, *kb.steps} <= set(page.ids)
    assert "{" not in page.text
    assert html == book.page(kb, language, DAY)


def test_an_unsure_fact_is_no_contact(kb: KnowledgeBase) -> None:
    contacts = book.Book(kb, "fr", DAY).contacts
    assert set(book.EMERGENCIES) <= set(contacts)
    assert "A2" in contacts
    assert all(any(part.may_be_stated for part in fact.confidence) for fact in contacts.values())


def test_every_outcome_of_a_clock_and_every_date_has_its_words() -> None:
    assert {clock: set(outcomes) for clock, outcomes in OUTCOMES.items()} == {
        clock: set(outcomes) for clock, (_, outcomes) in CLOCKS.items()
    }
    assert set(DATES) == set(PLACEHOLDERS)


def test_the_facts_by_which_dates_are_counted_exist(kb: KnowledgeBase) -> None:
    assert {fact for _, _, facts in DATES.values() for fact in facts} <= {*kb.facts, *kb.wordings}


# ---------------------------------------------------------------- on a phone, and on paper
@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("command", [["show"], ["review"]])
def test_a_page_fits_a_phone_loads_nothing_and_bars_nobody(
    copy: Copy, command: list[str], scheme: Literal["light", "dark"]
) -> None:
    file = copy.folder.parent / "page.html"
    assert declic_kb(*command, "--html", str(file), folder=copy.folder).exit_code == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        phone = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme, bypass_csp=True)
        asked: list[str] = []
        phone.on("request", lambda request: asked.append(request.url))
        page = phone.new_page()
        page.goto(file.as_uri())
        found, width = Axe().run(page), page.evaluate("document.documentElement.scrollWidth")
        paper = page.pdf(prefer_css_page_size=True)
        browser.close()
    assert found.violations_count == 0, found.generate_report()
    assert (width, asked) == (360, [file.as_uri()])
    assert paper.count(b"/Type /Page\n") >= 2


# ---------------------------------------------------------------- asking for it
def test_what_is_asked_amiss_is_told(copy: Copy) -> None:
    file = str(copy.folder.parent / "book.html")
    for arguments, told in (
        ([], "Name a tree to read, or --html FILE to write all of them as a book.\n"),
        (["no_code", "--html", file], "The book holds every tree: leave out the tree, or --html.\n"),
        (["--html", file, "--lang", "ar"], "There is no language 'ar'. There are: fr, en.\n"),
        (["--html", "/nowhere/book.html"], "/nowhere/book.html cannot be written: No such file or directory.\n"),
    ):
        result = declic_kb("show", *arguments, folder=copy.folder)
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", told)
    assert not Path(file).exists()


def test_a_translation_file_that_is_broken_is_told(copy: Copy) -> None:
    path = copy.folder / "locales" / "en" / "no_code.po"
    path.write_bytes(path.read_bytes().replace(b"Take a screenshot.", b"D\xe9j\xe0"))
    result = declic_kb("show", "--html", str(copy.folder / "book.html"), "--lang", "en", folder=copy.folder)
    assert result.exit_code == 1
    assert "no_code.po:1: The file is not UTF-8" in result.stderr


def test_what_the_files_say_is_never_taken_for_markup(copy: Copy) -> None:
    copy.change("trees/no_code.yml", "Il faut téléphoner.", "Il <b onclick=x()>faut</b> téléphoner & vite.")
    page = printed(copy.folder)
    assert page.wrong == []
    assert "Il <b onclick=x()>faut</b> téléphoner & vite." in page.text


# ---------------------------------------------------------------- the picture
def pictured(kb: KnowledgeBase, tree: str) -> Picture:
    steps = [f"{tree}/{name}" for name in kb.trees[tree].steps]
    return draw(kb, steps, lambda step_id: kb.steps[step_id].text, lambda _, answer: answer)


def test_the_picture_shows_each_step_once_and_each_way_as_a_line_or_in_its_box(sound: KnowledgeBase) -> None:
    picture = pictured(sound, "no_code")
    assert {box.step.partition("/")[2]: [*box.exits] for box in picture.boxes} == {
        "end_date": [],
        "dated": [],
        "wait": [("worked", "no_code/solved")],
        "again": [],
        "browser": [("worked", "no_code/solved")],
        "call": [("continue", "ladder/phone")],
    }
    assert sorted(" ".join(label.lines) for label in picture.labels) == [
        "again",
        "cannot",
        "continue",
        "expiry:passed · expiry:soon",
        "failed",
        "failed",
        "stop",
        "unknown · expiry:near · expiry:far · …",
    ]
    assert len(picture.lines) == len(picture.labels)


def test_a_step_stands_below_those_that_lead_to_it(sound: KnowledgeBase) -> None:
    heights = {box.step.partition("/")[2]: box.y for box in pictured(sound, "no_code").boxes}
    assert sorted(heights, key=heights.__getitem__) == ["end_date", "dated", "wait", "again", "browser", "call"]


@pytest.mark.parametrize(
    "tree", sorted(path.stem for path in (SOUND.parents[2] / "knowledge_base/trees").glob("*.yml"))
)
def test_no_box_of_a_picture_lies_on_another_and_nothing_is_lost(kb: KnowledgeBase, tree: str) -> None:
    picture = pictured(kb, tree)
    assert sorted(box.step for box in picture.boxes) == sorted(
        f"{tree}/{name}" for name, step in kb.trees[tree].steps.items() if step.kind != "end"
    )
    for one, other in itertools.combinations(picture.boxes, 2):
        beside = abs(one.x - other.x) >= BOX_WIDTH + BETWEEN - 0.01
        assert beside or one.y + one.height < other.y or other.y + other.height < one.y, (one.step, other.step)
    for box in picture.boxes:
        assert box.x >= -0.01
        assert box.x + BOX_WIDTH <= picture.width + 0.01
        assert box.y + box.height <= picture.height + 0.01
    answers = sum(len(kb.edges(f"{tree}/{name}")) for name in kb.trees[tree].steps)
    exits = sum(len(box.exits) for box in picture.boxes)
    assert len(picture.lines) == len(picture.labels) <= answers - exits


def test_a_loop_is_drawn_as_a_way_in_its_box(copy: Copy) -> None:
    """``declic kb check`` refuses loops, but one may want to look at the tree that has one."""
    copy.change("trees/no_code.yml", "go: call, means: deny", "go: end_date, means: deny")
    copy.change("trees/no_code.yml", "worked: solved\n    failed: call", "worked: browser\n    failed: call")
    boxes = {box.step: box.exits for box in pictured(copy.load(), "no_code").boxes}
    assert boxes["no_code/again"] == (("stop", "no_code/end_date"),)
    assert boxes["no_code/browser"] == (("worked", "no_code/browser"),)


def test_a_picture_of_nothing_but_ends_is_empty(sound: KnowledgeBase) -> None:
    assert draw(sound, ["no_code/solved"], str, lambda _, answer: answer).boxes == ()
