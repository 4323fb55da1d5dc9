"""What no text may say: each rule on its own examples, the whole product, and what an author is told."""

from __future__ import annotations

import pytest

from knowledge_base.checks import check
from knowledge_base.forbidden import Rule, breaches, needless_exceptions, wrong_examples
from knowledge_base.loader import HERE, KnowledgeBase, load
from knowledge_base.search import forbidden, said
from knowledge_base.words import languages
from tests.conftest import TODAY
from tests.knowledge_base.conftest import Copy

RULES = load(HERE).forbidden
EXAMPLES = [
    pytest.param(rule, language, kind, example, id=f"{rule}, {language}, {kind}: {example}")
    for rule, found in RULES.items()
    for language, patterns in found.languages.items()
    for kind in ("wrong", "right")
    for example in getattr(patterns, kind)
]
TREE, ENGLISH = "trees/no_code.yml", "locales/en/no_code.po"


# ---------------------------------------------------------------- the rules
@pytest.mark.parametrize(("rule", "language", "kind", "example"), EXAMPLES)
def test_each_example_of_a_rule_does_what_it_says(rule: str, language: str, kind: str, example: str) -> None:
    broken = {breach.rule for breach in breaches(RULES, example, language)}
    assert rule in broken if kind == "wrong" else broken == set()


@pytest.mark.parametrize(
    "asked",
    [
        "paper_filing", "binding_recommendations", "legal_status", "waiting_is_safe", "asks_for_secrets",
        "second_factor", "home_fingerprint_reader", "upload_limit", "anef_repaired", "filing_receipt_protects",
    ],
)  # fmt: skip
def test_what_the_facts_forbid_has_its_rule_in_every_language_that_says_everything(
    asked: str, kb: KnowledgeBase
) -> None:
    assert set(languages()) - kb.partly <= set(RULES[asked].languages)


#: Sentences of the article that the facts correct, and others that a tired author may write.
SEED = {
    "les usagers conservent le droit de déposer leurs demandes par voie papier en cas de panne": "paper_filing",
    "Cette institution peut formuler des recommandations contraignantes pour améliorer les services": (
        "binding_recommendations"
    ),
    "Les limitations de taille de fichier, souvent fixées à 2 Mo par document, sont insuffisantes": "upload_limit",
    "Les applications d'authentification comme Google Authenticator ou Authy peuvent dysfonctionner": "second_factor",
    "Il convient de sauvegarder les codes de récupération fournis lors de l'activation": "second_factor",
    "Les lecteurs biométriques compatibles restent rares et coûteux": "home_fingerprint_reader",
    "Cette procédure s'avère particulièrement efficace pour contraindre les préfectures": "promised_success",
    "Recours contentieux et saisine du médiateur de la république": "old_ombudsman",
    "Votre titre est encore valable : vous êtes donc en règle, et rien ne presse": "legal_status",
    "Votre attestation est valable, vous pouvez donc attendre la réponse": "waiting_is_safe",
}


@pytest.mark.parametrize(("sentence", "rule"), SEED.items())
def test_what_the_seed_says_wrongly_is_caught(sentence: str, rule: str) -> None:
    assert rule in {breach.rule for breach in breaches(RULES, sentence, "fr")}


def test_capitals_curly_apostrophes_and_hard_spaces_hide_nothing() -> None:
    for text in ("VOUS ÊTES EN RÈGLE.", "Vous n’êtes pas en règle.", "Vous êtes\u00a0en\u202frègle."):
        assert [breach.rule for breach in breaches(RULES, text, "fr")] == ["legal_status"]


def test_what_excuses_a_sentence_does_not_excuse_the_next_one() -> None:
    text = "Je ne sais pas si vous êtes en règle. Vous êtes en règle."
    assert [breach.words for breach in breaches(RULES, text, "fr")] == ["Vous êtes en règle"]


# ---------------------------------------------------------------- the product
def test_nothing_that_is_said_in_any_language_breaks_a_rule(kb: KnowledgeBase) -> None:
    assert [str(mistake) for mistake in forbidden(kb)] == []


def test_everything_that_is_said_is_searched(kb: KnowledgeBase) -> None:
    searched = list(said(kb))
    for language in languages():
        names = {one.name.partition(" ")[0] for one in searched if one.language == language}
        if language in kb.partly:
            assert {f"words/{word}" for word in kb.words} | {step for step in kb.steps if "oqtf/" in step} <= names
            continue
        assert {*kb.steps, *(f"glossary/{term}" for term in kb.terms), *(f"words/{word}" for word in kb.words)} <= names
        assert {f"ladder/rungs/{rung}" for rung in kb.rungs} | {f"letters/{letter}" for letter in kb.letters} <= names
    french = "\n".join(one.text for one in searched if one.language == "fr")
    assert all(line in french for letter in kb.letters.values() for line in letter.body.splitlines())


# ---------------------------------------------------------------- what an author is told
def told(copy: Copy) -> list[str]:
    found = check(copy.load(), {}, TODAY, copy.folder)
    return [str(mistake).replace(f"{copy.folder}/", "") for mistake in found]


def test_an_author_reads_file_line_why_and_how_to_mend_it(french: Copy) -> None:
    french.change(TREE, "Essayez avec l'autre navigateur.", "Essayez avec l'autre navigateur. C'est sûr.")
    line = french.line(TREE, "    try: Essayez avec")
    what = "no_code/browser (try) says in fr «C'est sûr». Nobody can promise it. Say what is known."
    assert told(french) == [f"{TREE}:{line}: {what}"]


def test_a_translator_is_sent_to_the_translation(copy: Copy) -> None:
    copy.change(ENGLISH, 'msgstr "Take a screenshot."', 'msgstr "Take a screenshot. A code is guaranteed."')
    line = copy.line(ENGLISH, 'msgid "Faites une capture')
    what = "no_code/wait (proof) says in en «guaranteed». Nobody can promise it. Say what is known."
    assert told(copy) == [f"{ENGLISH}:{line}: {what}"]


@pytest.mark.parametrize(
    ("file", "old", "new", "name", "at"),
    [
        pytest.param("glossary.yml", "un site de l'État.", "un site garanti.", "glossary/anef (term.text)",
                     "  text:", id="a term"),
        pytest.param("words.yml", "greet: Bonjour.", "greet: C'est sûr.", "words/greet (words)", "greet:", id="a word"),
        pytest.param("words.yml", "Le numéro est gratuit.", "C'est garanti.", "words/number (words)", "  text:",
                     id="a word with facts"),
        pytest.param("trees/ladder.yml", "Lisez vos messages.", "C'est sûr.", "ladder/rungs/court (rung.wait)",
                     "  court: {", id="a rung"),
        pytest.param("trees/no_code.yml", "label: J'arrête", "label: C'est sûr", "no_code/again (stop.label)",
                     "      stop:", id="a choice"),
        pytest.param("trees/no_code.yml", "title: Le code n'arrive pas", "title: Le code garanti", "no_code (title)",
                     "title:", id="a title"),
        pytest.param("letters/message.yml", "Vous demandez pourquoi le code n'arrive pas.", "C'est sûr.",
                     "letters/message (letter.summary)", "summary:", id="the summary of a letter"),
    ],
)  # fmt: skip
def test_every_kind_of_text_is_told_at_its_line(
    french: Copy, file: str, old: str, new: str, name: str, at: str
) -> None:
    french.change(file, old, new)
    (mistake,) = told(french)
    assert mistake.startswith(f"{file}:{french.line(file, at)}: {name} says in fr ")


def test_the_body_of_a_letter_is_searched(french: Copy) -> None:
    body = french.load().letters["message"].body.splitlines()[0]
    french.change("letters/message.yml", body, f"{body} C'est sûr.")
    (mistake,) = told(french)
    assert "letters/message (body) says in fr «C'est sûr»" in mistake


def test_the_other_words_for_an_answer_are_the_persons_own(french: Copy) -> None:
    french.change(TREE, 'words: "oui, encore"', 'words: "oui, c\'est sûr"')
    assert told(french) == []


def test_a_language_without_patterns_is_told(copy: Copy) -> None:
    (copy.folder / "locales/ar").mkdir()
    (copy.folder / "locales/ar/words.po").write_text("", encoding="utf-8")
    line = copy.line("forbidden.yml", "  languages:")
    what = "The rule 'promise' has no patterns for ar. Write how it is said: `ar:` with `says`, `wrong` and `right`."
    assert f"forbidden.yml:{line}: {what}" in told(copy)


def test_a_rule_that_lets_its_own_example_pass_is_told(copy: Copy) -> None:
    copy.change("forbidden.yml", "- Le code est garanti.", "- Le code est promis.")
    line = copy.line("forbidden.yml", "- Le code est promis.")
    what = "The rule 'promise' lets «Le code est promis.» pass. Correct the pattern, or the example."
    assert told(copy) == [f"forbidden.yml:{line}: {what}"]


def test_a_rule_that_catches_what_is_right_is_told(copy: Copy) -> None:
    copy.change("forbidden.yml", "- Rien n'est garanti.", "- Un code garanti par la poste.")
    line = copy.line("forbidden.yml", "- Un code garanti par la poste.")
    what = (
        "The rule 'promise' catches «garanti» in «Un code garanti par la poste.», which is right."
        " Correct the pattern, or the example."
    )
    assert told(copy) == [f"forbidden.yml:{line}: {what}"]


def test_an_exception_lets_one_text_say_it_and_must_be_needed(copy: Copy) -> None:
    copy.change("forbidden.yml", "  mend:", "  except:\n    no_code/browser (try): It is so.\n  mend:")
    line = copy.line("forbidden.yml", "    no_code/browser (try)")
    assert told(copy) == [
        f"forbidden.yml:{line}: The rule 'promise' excepts no_code/browser (try), which does not break it."
        " Remove it, or correct its name."
    ]
    copy.change(ENGLISH, 'msgstr "Try with the other browser."', 'msgstr "The other browser is guaranteed."')
    assert told(copy) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("- \\bc'est sûr\\b", "- \\b(c'est sûr\\b", "not a regular expression"),
        ("        - Rien n'est garanti.\n", "", "promise.languages.fr.right"),
        ("  reason: Nobody can promise it.\n", "", "promise.reason is missing."),
    ],
)
def test_a_rule_has_a_form(copy: Copy, old: str, new: str, what: str) -> None:
    copy.change("forbidden.yml", old, new)
    (mistake,) = copy.refused()
    assert mistake.startswith("forbidden.yml:")
    assert what in mistake


def test_a_rule_can_be_tried_alone() -> None:
    patterns = {"says": [r"\bfoo\b"], "unless": r"\bno\b", "wrong": ["A foo."], "right": ["No foo."]}
    rule = Rule.parse_obj({"reason": "r", "mend": "m", "except": {"a": "b"}, "languages": {"en": patterns}})
    assert [breach.words for breach in breaches({"x": rule}, "Foo! no foo. Foo?", "en")] == ["Foo", "Foo"]
    assert list(breaches({"x": rule}, "Foo.", "en", "a")) == list(breaches({"x": rule}, "Foo.", "fr")) == []
    assert list(wrong_examples({"x": rule})) == []
    assert needless_exceptions(rule, [("a", "en", "A foo.")]) == ()
    assert needless_exceptions(rule, [("b", "en", "A foo."), ("a", "en", "No foo.")]) == ("a",)
