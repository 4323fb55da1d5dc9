"""The sentences that translators translate, and their files kept in step with the French."""

from __future__ import annotations

import pytest
from babel.messages.pofile import read_po

from knowledge_base.loader import KnowledgeBase
from knowledge_base.texts import Text, review, texts, update
from knowledge_base.words import catalog, lookup
from tests.knowledge_base.conftest import Copy

TREE, ENGLISH = "trees/no_code.yml", "locales/en/no_code.po"
DOMAINS = ["glossary", "ladder", "letters", "no_code", "taxonomy", "words"]


def written(copy: Copy, language: str = "en", only: str | None = None) -> list[str]:
    """Return the files that ``declic kb translate`` writes anew."""
    changed = update(copy.load(), language, copy.folder / "locales", only)
    return sorted(path.relative_to(copy.folder).as_posix() for path in changed)


def translations(copy: Copy, context: str, language: str = "en") -> dict[str, tuple[str, bool]]:
    """Return what stands under a context in the file of ``no_code``: French -> (translation, fuzzy)."""
    sheet = catalog(language, "no_code", copy.folder / "locales")
    return {str(m.id): (str(m.string), m.fuzzy) for m in sheet if m.id and m.context == context}


def test_a_translation_is_kept_when_nothing_changed(copy: Copy) -> None:
    before = {path: path.read_bytes() for path in (copy.folder / "locales").rglob("*.po")}
    assert written(copy) == []
    assert {path: path.read_bytes() for path in (copy.folder / "locales").rglob("*.po")} == before


def test_a_new_language_gets_one_file_for_each_file_of_sentences(copy: Copy) -> None:
    assert written(copy, "ar") == [f"locales/ar/{domain}.po" for domain in DOMAINS]
    assert (
        (copy.folder / "locales/ar/no_code.po")
        .read_text(encoding="utf-8")
        .startswith(
            "# ar translation of no_code. French is the source; see docs/how-to/translate.md.\n"
            "# Native review: none yet\n"
            'msgid ""\n'
            'msgstr ""\n'
            '"MIME-Version: 1.0\\n"\n'
            '"Content-Type: text/plain; charset=utf-8\\n"\n'
            '"Content-Transfer-Encoding: 8bit\\n"\n'
            '"Language: ar\\n"\n'
            "\n"
            "#: trees/no_code.yml\n"
            'msgctxt "no_code"\n'
            'msgid "Le code n\'arrive pas"\n'
            'msgstr ""\n'
        )
    )
    assert written(copy, "ar") == []


def test_a_new_sentence_is_added_empty_and_one_that_is_gone_leaves(copy: Copy) -> None:
    copy.change(TREE, "    explain: Deux codes demandés ensemble se mélangent.\n", "")
    copy.change(TREE, "    failed: call", "    failed: call\n    explain: Un navigateur ouvre les pages.")
    assert written(copy) == [ENGLISH]
    assert translations(copy, "no_code/browser") == {
        "Essayez avec l'autre navigateur.": ("Try with the other browser.", False),
        "Un navigateur ouvre les pages.": ("", False),
    }
    assert "Deux codes demandés ensemble se mélangent." not in translations(copy, "no_code/wait")


@pytest.mark.parametrize(
    ("french", "changed", "english"),
    [
        pytest.param("Attendez, puis demandez", "Attendez un peu, puis demandez",
                     "Wait, then ask for one code only.", id="the message"),
        pytest.param("Deux codes demandés ensemble", "Deux codes demandés à la suite",
                     "Two codes asked for together get mixed up.", id="the explanation"),
        pytest.param("Faites une capture", "Faites deux captures", "Take a screenshot.", id="the proof"),
    ],
)  # fmt: skip
def test_a_changed_french_sentence_makes_its_own_translation_fuzzy(
    copy: Copy, french: str, changed: str, english: str
) -> None:
    copy.change(TREE, french, changed)
    assert written(copy) == [ENGLISH]
    found = translations(copy, "no_code/wait")
    assert [told for told in found.items() if told[1][1]] == [
        (sentence, (english, True)) for sentence in found if changed in sentence
    ]
    assert len(found) == 3


def test_two_changed_sentences_of_a_step_keep_each_its_own_translation(copy: Copy) -> None:
    copy.change(TREE, "label: Encore une fois", "label: Encore un essai")
    copy.change(TREE, "detail: Avec un autre navigateur", "detail: Avec tout autre navigateur")
    written(copy)
    found = translations(copy, "no_code/again")
    assert found["Encore un essai"] == ("Once more", True)
    assert found["Avec tout autre navigateur"] == ("With another browser", True)


def test_a_fuzzy_translation_is_not_said_until_somebody_has_read_it(copy: Copy) -> None:
    copy.change(TREE, "Il faut téléphoner.", "Il faut téléphoner aujourd'hui.")
    assert written(copy) == [ENGLISH]
    said = lookup("no_code/call", "Il faut téléphoner aujourd'hui.", "en", copy.folder / "locales")
    assert (said.text, said.language) == ("Il faut téléphoner aujourd'hui.", "fr")
    assert written(copy) == []  # and it stays fuzzy
    assert translations(copy, "no_code/call") == {"Il faut téléphoner aujourd'hui.": ("You have to phone.", True)}


def test_a_translation_read_again_is_kept(copy: Copy) -> None:
    copy.change(TREE, "Il faut téléphoner.", "Il faut téléphoner aujourd'hui.")
    written(copy)
    copy.change(ENGLISH, "#, fuzzy\n", "")
    copy.change(ENGLISH, "You have to phone.", "You have to phone today.")
    assert written(copy) == []
    assert translations(copy, "no_code/call") == {
        "Il faut téléphoner aujourd'hui.": ("You have to phone today.", False)
    }


def test_the_same_words_in_another_step_lend_no_translation(copy: Copy) -> None:
    copy.change(TREE, "Bien. Gardez vos captures.", "Il faut téléphoner.")
    written(copy)
    assert translations(copy, "no_code/solved")["Il faut téléphoner."] != ("You have to phone.", False)


def test_who_has_reviewed_a_language_is_kept(copy: Copy) -> None:
    copy.change(ENGLISH, "# Native review: none yet", "# Native review: Jane Doe, 2026-11-20")
    copy.change(TREE, "Il faut téléphoner.", "Il faut téléphoner aujourd'hui.")
    assert written(copy) == [ENGLISH]
    assert review(catalog("en", "no_code", copy.folder / "locales")) == "Jane Doe, 2026-11-20"
    assert review(catalog("en", "words", copy.folder / "locales")) == "none yet"
    assert review(catalog("en", "no_such_file", copy.folder / "locales")) == "none yet"


def test_a_translator_keeps_their_notes(copy: Copy) -> None:
    copy.change(
        ENGLISH,
        '#: trees/no_code.yml\nmsgctxt "no_code/call"',
        '# "phone" is a verb here\n#: trees/no_code.yml\nmsgctxt "no_code/call"',
    )
    assert written(copy) == []


def test_only_one_file_may_be_brought_in_step(copy: Copy) -> None:
    copy.change(TREE, "Il faut téléphoner.", "Il faut téléphoner aujourd'hui.")
    copy.change("words.yml", "greet: Bonjour.", "greet: Bonsoir.")
    assert written(copy, only="words") == ["locales/en/words.po"]
    assert written(copy) == [ENGLISH]


def test_any_gettext_tool_reads_what_is_written(copy: Copy) -> None:
    written(copy, "ar")
    with (copy.folder / "locales/ar/ladder.po").open("rb") as file:
        sheet = read_po(file)
    assert str(sheet.locale) == "ar"
    assert sheet.get("Les recours", context="ladder") is not None
    assert not list(sheet.check())


# ---------------------------------------------------------------- what is to be translated
def test_every_sentence_has_its_place(sound: KnowledgeBase) -> None:
    every = list(texts(sound))
    assert {text.domain for text in every} == set(DOMAINS)
    for expected in (
        Text("no_code", "title", "Le code n'arrive pas", TREE, ("title",)),
        Text("no_code", "tree.label", "Code absent", TREE, ("label",)),
        Text("no_code/again", "again.detail", "Avec un autre navigateur", TREE, ("steps", "again")),
        Text("ladder/rungs/court", "rung.wait", "Lisez vos messages.", "trees/ladder.yml", ("rungs", "court")),
        Text("server_down", "title", "Le site est en panne", "taxonomy.yml", ("titles", "server_down")),
        Text("glossary/anef", "term.text", "L'ANEF est un site de l'État.", "glossary.yml", ("anef",)),
        Text("letters/message", "letter.title", "Message de contact", "letters/message.yml", ("title",)),
        Text("words/greet", "words", "Bonjour.", "words.yml", ("greet",)),
    ):
        assert expected in every


def test_the_body_of_a_letter_is_not_translated(sound: KnowledgeBase) -> None:
    """It goes to a French authority: it is copied in French, with a summary in the person's language."""
    said = {text.french for text in texts(sound)}
    assert sound.letters["message"].summary in said
    assert sound.letters["message"].body not in said
