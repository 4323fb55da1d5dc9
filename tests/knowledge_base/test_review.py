"""The review of the facts: what a lawyer reads, what signing writes, what a release asks for."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from knowledge_base import review, source
from knowledge_base.loader import HERE, KnowledgeBase
from knowledge_base.pages import unbroken
from knowledge_base.schema import Confidence, Fact
from knowledge_base.signatures import Refused, Signature, digest, may_be_signed, sign, state
from knowledge_base.timing import DeadlineKind
from knowledge_base.worked import examples
from tests.knowledge_base.conftest import Copy
from tests.knowledge_base.pages import Page
from tests.knowledge_base.test_commands import declic_kb

TODAY = dt.date.today().isoformat()
JANE = "Jane Doe, avocate"


@pytest.fixture
def copy(copy: Copy) -> Copy:
    """The copy, its facts checked today: the command takes the day of the machine."""
    facts = copy.folder / "facts.yml"
    facts.write_bytes(facts.read_bytes().replace(b"2026-11-23", TODAY.encode()))
    return copy


def signed(copy: Copy, *ids: str, by: str = JANE) -> None:
    result = declic_kb("review", "--sign", *ids, "--by", by, folder=copy.folder)
    assert (result.exit_code, result.stderr) == (0, "")


def refused(copy: Copy, *arguments: str) -> str:
    """Return what is said of a signature that is refused; the file of facts stays as it was, to the byte."""
    before = (copy.folder / "facts.yml").read_bytes()
    result = declic_kb("review", *arguments, folder=copy.folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert (copy.folder / "facts.yml").read_bytes() == before
    return result.stderr


def differences(before: str, after: str) -> list[str]:
    """Return the lines that went (``-``) and came (``+``)."""
    lines = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line for line in lines if line[0] in "+-"]


def put(facts: Iterable[str], path: Path, fact_ids: list[str], by: str = JANE, again: bool = False) -> str:
    """Write ``facts`` as the file, sign, and return the file."""
    path.write_bytes("".join(facts).encode())
    sign(path, read(path), fact_ids, Signature(by, dt.date(2027, 1, 4)), again)
    return path.read_bytes().decode()


def read(path: Path) -> dict[str, Fact]:
    return {key: Fact.parse_obj(value) for key, value in source.read(path).value.items()}


# ---------------------------------------------------------------- the list
def test_the_list_tells_each_fact_and_each_sentence_that_rests_on_it(copy: Copy) -> None:
    result = declic_kb("review", folder=copy.folder)
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "F. What is on ANEF and what is not (facts 3, to sign 2, signed 0)\n\nF1  The number\n"
    )
    assert (
        "F1  The number\n  The number is free.\n  source: a page\n"
        f"  as of: 2026; read on {TODAY}\n"
        "  confidence: seen in an official page or in the text of the law\n"
        "  reviewed by: nobody yet\n"
        "  rests on it: 6\n"
        "  - step ladder/phone\n      Appelez le 0806 001 620.\n      Notez l'heure.\n"
        "  - step no_code/wait\n      Attendez, puis demandez un seul code.\n"
        "      Deux codes demandés ensemble se mélangent.\n      Faites une capture de l'écran.\n"
        "  - rung phone\n      Téléphoner\n      Rappelez un autre jour.\n"
        "  - letter message\n      Message de contact\n      Vous demandez pourquoi le code n'arrive pas.\n"
        "  - term anef\n      L'ANEF est un site de l'État.\n"
        "  - word number\n      Le numéro est gratuit.\n"
    ) in result.stdout
    assert (
        "  - rung court (written rule)\n      Le juge\n      Lisez vos messages.\n      La demande le garde.\n"
    ) in result.stdout
    assert "written rule: seen in an official page or in the text of the law; rule of thumb: not sure" in result.stdout
    assert (
        "U1  Which permit has which time\n  Use the shortest.\n  rests on it: 1\n  - step ladder/watch\n"
    ) in result.stdout
    assert result.stdout.endswith("2 facts need a signature: 0 signed, 0 changed since, 2 unsigned.\n")


def test_what_waits_for_a_signature_comes_first(copy: Copy) -> None:
    assert order(copy) == ["F1", "F2", "F3"]
    signed(copy, "F1")
    assert order(copy) == ["F2", "F3", "F1"]
    copy.change("facts.yml", "The number is free.", "The number costs something.")
    assert order(copy) == ["F1", "F2", "F3"]


def order(copy: Copy) -> list[str]:
    return [entry.id for section in review.sections(copy.load()) for entry in section.entries]


def test_only_some_facts_or_one_section_may_be_asked_for(copy: Copy) -> None:
    assert "F2  The clock" not in declic_kb("review", "F1", folder=copy.folder).stdout
    assert "F2  The clock" in declic_kb("review", "F", folder=copy.folder).stdout
    for unknown in ("F9", "Z", "f1", "[bold]"):
        assert refused(copy, unknown) == f"There is no fact and no section of facts '{unknown}'.\n"


def test_a_wording_that_names_a_fact_is_told_with_it_but_does_not_make_it_needed(copy: Copy) -> None:
    copy.change("unknowns.yml", "Use the shortest.", "Use the shortest of F2-F3.")
    entries = {entry.id: entry for section in review.sections(copy.load()) for entry in section.entries}
    (mention,) = entries["F3"].citations
    assert (mention.kind, mention.where, entries["F3"].needed) == ("unknown", "U1", False)
    assert [citation.kind for citation in entries["F2"].citations] == ["rung", "unknown"]


def test_the_clock_is_told_as_resting_on_its_facts(kb: KnowledgeBase) -> None:
    found = review.clock_facts()
    assert set(found) == set(get_args(DeadlineKind))
    assert {fact.partition("#")[0] for facts in found.values() for fact in facts} <= {*kb.facts, *kb.wordings}
    clocks = {one.where: one for one in review.citations(kb)["C16"] if one.kind == "clock"}
    assert set(clocks) == {"implicit_refusal_alert", "implicit_refusal", "appeal_ends"}
    assert clocks["implicit_refusal"].sentences == (kb.words["due_implicit_refusal"].text,)


def test_no_citation_of_the_knowledge_base_is_missing_from_the_review(kb: KnowledgeBase) -> None:
    told = {(fact, one.where) for fact, cited in review.citations(kb).items() for one in cited if one.kind == "step"}
    assert told == {(fact.partition("#")[0], step_id) for step_id, step in kb.steps.items() for fact in step.facts}


def test_every_section_and_level_of_the_facts_has_its_words(kb: KnowledgeBase) -> None:
    assert {fact_id[0] for fact_id in kb.facts} <= set(review.SECTIONS)
    levels = set(get_args(Confidence.__fields__["level"].outer_type_))
    assert set(review.CONFIDENCE) == levels


# ---------------------------------------------------------------- the page
def test_the_page_can_be_read_ticked_and_signed_without_anything_else(copy: Copy, tmp_path: Path) -> None:
    file = tmp_path / "review.html"
    result = declic_kb("review", "--html", str(file), folder=copy.folder)
    assert (result.exit_code, result.stdout) == (0, f"written: {file}\n")
    page = Page(file.read_text(encoding="utf-8"))
    assert page.wrong == []
    # F3 is unsure: nothing to tick; of the clock every worked example.
    assert page.tags.count("input") == 3 * 2 + len(examples())
    assert {"F1", "F2", "F3", "U1", "letter-message", "worked"} <= set(page.ids)
    for words in (
        "Faits signés\u00a0: 0 sur 2.",
        "The number is free.",
        "Attendez, puis demandez un seul code.",
        "Depuis le ‹date›, je ne reçois pas le code.",
        "rule of thumb\u00a0: pas sûr\u00a0: n'est jamais dit",
        "Le silence peut devenir un refus le ‹jour d'alerte›",
        "Nom et qualité\u00a0:",
    ):
        assert words in page.text
    facts = copy.load().facts
    assert f"declic kb review --sign F1={digest(facts['F1'])} F2={digest(facts['F2'])} --by" in page.text


def test_the_page_may_speak_english_and_hold_some_facts_only(copy: Copy, tmp_path: Path) -> None:
    file = tmp_path / "review.html"
    assert declic_kb("review", "F2", "--html", str(file), "--lang", "en", folder=copy.folder).exit_code == 0
    page = Page(file.read_text(encoding="utf-8"))
    assert page.wrong == []
    assert "Facts signed: 0 of 1." in page.text
    assert not {"F1", "U1", "letters"} & set(page.ids)
    assert "There is no language 'ar'." in refused(copy, "--html", str(file), "--lang", "ar")


def test_what_the_files_say_is_never_taken_for_markup(copy: Copy, tmp_path: Path) -> None:
    copy.change("facts.yml", "The number is free.", "The <script>alert(1)</script> & https://a.fr/b(c)?d&e). ok")
    copy.change("facts.yml", "source: a page", "source: javascript:alert(1) https://a.fr/…/b")
    file = tmp_path / "review.html"
    assert declic_kb("review", "--html", str(file), folder=copy.folder).exit_code == 0
    page = Page(file.read_text(encoding="utf-8"))
    assert page.wrong == []
    assert "The <script>alert(1)</script> & https://a.fr/b(c)?d&e ). ok" in page.text
    assert [link for link in page.links if link[0] != "#"] == ["https://a.fr/b(c)?d&e"]


def test_the_page_of_the_whole_knowledge_base_is_sound(kb: KnowledgeBase) -> None:
    page = Page(review.page(kb, (), "fr", dt.date(2026, 11, 25)))
    assert page.wrong == []
    assert set(kb.facts) | set(kb.wordings) <= set(page.ids)
    for step in kb.steps.values():
        assert not step.facts or unbroken(step.text.partition("{")[0].strip()) in page.text


def test_a_page_that_cannot_be_written_is_told(copy: Copy) -> None:
    assert refused(copy, "--html", "/nowhere/review.html") == (
        "/nowhere/review.html cannot be written: No such file or directory.\n"
    )


# ---------------------------------------------------------------- signing
def test_signing_adds_three_lines_to_the_fact_and_changes_nothing_else(copy: Copy) -> None:
    path = copy.folder / "facts.yml"
    before = path.read_text(encoding="utf-8")
    result = declic_kb("review", "--sign", "F2", "F1", "F2", "--by", " Jane  Doe, avocate ", folder=copy.folder)
    assert (result.exit_code, result.stdout) == (0, "Signed by Jane Doe, avocate: F2, F1.\n")
    facts = copy.load().facts
    assert differences(before, path.read_text(encoding="utf-8")) == [
        line
        for fact_id in ("F1", "F2")
        for line in (
            '+   reviewed_by: "Jane Doe, avocate"\n',
            f'+   reviewed_on: "{TODAY}"\n',
            f'+   reviewed_digest: "{digest(facts[fact_id])}"\n',
        )
    ]
    assert {fact_id: state(fact) for fact_id, fact in facts.items()} == {
        "F1": "signed",
        "F2": "signed",
        "F3": "unsigned",
    }


def test_every_fact_of_the_product_can_be_signed_and_every_other_byte_stays(tmp_path: Path) -> None:
    before = (HERE / "facts.yml").read_text(encoding="utf-8")
    unsigned = "".join(line for line in before.splitlines(keepends=True) if not line.startswith("  reviewed_"))
    path = tmp_path / "facts.yml"
    path.write_text(unsigned, encoding="utf-8")
    ids = [fact_id for fact_id, fact in read(path).items() if may_be_signed(fact)]
    after = put([unsigned], path, ids)
    lines = after.splitlines(keepends=True)
    assert "".join(line for line in lines if not line.startswith("  reviewed_")) == unsigned
    assert len(lines) == unsigned.count("\n") + 3 * len(ids)
    assert [fact_id for fact_id, fact in read(path).items() if state(fact) == "signed"] == ids
    assert put([after], path, ids) == after


FACT = (
    "# above\n",
    "F1:   # beside\n",
    "    topic: 'The number'\n",
    "    statement: >-\n      The number\n      is free.\n\n",
    "    confidence: [{level: V-off}]\n",
    "    source: a page\n",
    '    as_of: "2026"\n',
    '    checked: "2026-11-23"   # read\n',
)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("after", ["", "\n# between\n\nF2: {}\n"])
def test_comments_indentation_and_line_ends_stay(tmp_path: Path, newline: str, after: str) -> None:
    path = tmp_path / "facts.yml"
    text = "".join(FACT).replace("\n", newline)
    rest = after.replace(
        "{}", "{ topic: a, statement: b, source: c, as_of: d, confidence: [{level: stale}], checked: '2026-01-01' }"
    )
    rest = rest.replace("\n", newline)
    assert put([text, rest], path, ["F1"]) == (
        f'{text}    reviewed_by: "{JANE}"{newline}    reviewed_on: "2027-01-04"{newline}'
        f'    reviewed_digest: "{digest(read(path)["F1"])}"{newline}{rest}'
    )


def test_a_file_that_ends_without_a_line_end_is_signed(tmp_path: Path) -> None:
    text = "".join(FACT).removesuffix("   # read\n")
    assert put([text], tmp_path / "facts.yml", ["F1"]).startswith(f"{text}\n    reviewed_by: ")


@pytest.mark.parametrize(
    "by", ['Zoé "Z" Ünal: avocate, barreau de Lyon #1', "李小龙, lawyer's clerk", "a, {b}", "Null, ~"]
)
def test_any_name_is_written_as_it_is(tmp_path: Path, by: str) -> None:
    path = tmp_path / "facts.yml"
    put(FACT, path, ["F1"], by=by)
    assert read(path)["F1"].reviewed_by == by
    assert state(read(path)["F1"]) == "signed"


def test_an_older_signature_is_replaced_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "facts.yml"
    old = (
        '    reviewed_on: "2026-12-01"\n',
        "    reviewed_by:\n      John Roe,\n      notaire\n",
        "    reviewed_digest: abc\n",
    )
    assert put([*FACT[:4], *old, *FACT[4:]], path, ["F1"]) == put(FACT, path, ["F1"])


def test_what_was_signed_and_then_changed_is_unsigned_again(copy: Copy) -> None:
    signed(copy, "F1", "F2")
    copy.change("facts.yml", "statement: The number is free.", "statement: >-\n    The number\n    is  free.")
    assert state(copy.load().facts["F1"]) == "signed"  # only wrapped anew
    copy.change("facts.yml", "source: a page", "source: another page")
    copy.change("facts.yml", "Silence is a refusal one day.", "Silence is never a refusal.")
    assert {state(fact) for fact in copy.load().facts.values()} == {"changed", "unsigned"}
    told = declic_kb("review", "F1", folder=copy.folder).stdout
    assert f"  reviewed by: {JANE}, on {TODAY}, but it has changed since\n" in told
    signed(copy, "F1", by="John Roe, notaire")  # the old signature no longer stands: nobody's is replaced
    assert state(copy.load().facts["F1"]) == "signed"


def test_a_fact_that_changed_since_its_page_was_written_is_not_signed(copy: Copy) -> None:
    read_then = f"F1={digest(copy.load().facts['F1'])}"
    copy.change("facts.yml", "The number is free.", "The number costs something.")
    assert refused(copy, "--sign", read_then, "--by", JANE) == (
        f"F1 has changed since the page with {read_then[3:]} was written: write the page again, and read it again.\n"
    )
    signed(copy, f"F1={digest(copy.load().facts['F1'])}")


def test_somebody_elses_signature_is_told_and_replaced_only_when_asked(copy: Copy) -> None:
    signed(copy, "F1")
    signed(copy, "F1")  # the same person may read again
    john = ("--sign", "F1", "F2", "--by", "John Roe, notaire")
    assert refused(copy, *john) == f"F1 was signed by {JANE} on {TODAY}. To sign it anew, add --again.\n"
    assert declic_kb("review", *john, "--again", folder=copy.folder).stdout == "Signed by John Roe, notaire: F1, F2.\n"
    assert copy.load().facts["F1"].reviewed_by == "John Roe, notaire"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["F9", "F1", "--by", JANE], "There is no fact F9. `declic kb review` lists them.\n"),
        (["F3", "F1", "--by", JANE], "F3 is marked unsure (K-unsure): verify it and change its confidence first.\n"),
        (["F", "--by", JANE], "There is no fact F. `declic kb review` lists them.\n"),
        (["F1"], 'Say who signs, and as what: --by "Name, role".\n'),
        (["F1", "--by", "  "], 'Say who signs, and as what: --by "Name, role".\n'),
        (["F1", "--by", "Jane Doe"], 'Say who signs, and as what: --by "Name, role".\n'),
        (["F1", "--by", "Jane Doe, "], 'Say who signs, and as what: --by "Name, role".\n'),
        (["F1", "--by", ", avocate"], 'Say who signs, and as what: --by "Name, role".\n'),
        (["F1", "--by", "Jane\x07, avocate"], "The name holds a character that cannot be printed: type it again.\n"),
        (["--by", JANE], 'Name the facts to sign: declic kb review --sign ID … --by "Name, role".\n'),
    ],
)
def test_what_cannot_be_signed_is_told_and_nothing_is_written(copy: Copy, arguments: list[str], told: str) -> None:
    assert refused(copy, "--sign", *arguments) == told


@pytest.mark.parametrize("arguments", [["--by", JANE], ["F1", "--by", JANE], ["F1", "--again"]])
def test_who_forgets_to_say_sign_is_told(copy: Copy, arguments: list[str]) -> None:
    assert refused(copy, *arguments) == 'To sign, name the facts: declic kb review --sign ID … --by "Name, role".\n'


def test_signing_and_writing_the_page_are_two_things(copy: Copy, tmp_path: Path) -> None:
    file = tmp_path / "review.html"
    told = refused(copy, "--sign", "F1", "--by", JANE, "--html", str(file))
    assert told == "Sign first, then write the page: leave out --sign or --html.\n"
    assert not file.exists()


def test_a_fact_written_in_braces_is_not_signed(tmp_path: Path) -> None:
    path = tmp_path / "facts.yml"
    braces = (
        "F1: { topic: a, statement: b, source: c, as_of: d, confidence: [{level: V-off}], checked: '2026-01-01' }\n"
    )
    with pytest.raises(Refused, match="F1 is written in braces"):
        put([braces], path, ["F1"])
    assert path.read_text(encoding="utf-8") == braces


def test_half_a_signature_written_by_hand_is_refused(copy: Copy) -> None:
    copy.change("facts.yml", "source: a page", f"source: a page\n  reviewed_by: {JANE}")
    (mistake,) = copy.refused()
    assert "F1" in mistake
    assert "sign with `declic kb review --sign`" in mistake


# ---------------------------------------------------------------- release
def released(copy: Copy) -> None:
    """Do all that a release asks for."""
    signed(copy, "F1", "F2")
    for path in (copy.folder / "locales" / "en").glob("*.po"):
        path.write_text(
            path.read_text(encoding="utf-8").replace("Native review: none yet", "Native review: Ann"), "utf-8"
        )


def test_without_release_nothing_of_it_is_asked_for(copy: Copy) -> None:
    result = declic_kb("check", folder=copy.folder)
    assert (result.exit_code, result.stdout.count("\n"), result.stderr) == (0, 1, "")


def test_a_release_tells_how_much_is_unread_the_first_few_and_what_to_run(copy: Copy) -> None:
    result = declic_kb("check", "--release", folder=copy.folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "Cited facts unsigned: 2 of 2 (F1, F2). Let a lawyer read `declic kb review --html review.html`,"
        ' then run `declic kb review --sign ID … --by "Name, role"`.',
        "Translation files without a native review: 6 (locales/en/glossary.po, locales/en/ladder.po,"
        " locales/en/letters.po, locales/en/no_code.po, locales/en/taxonomy.po and 1 more)."
        " Who has read one writes their name after `Native review:` at its head (docs/how-to/translate.md).",
        "Not to be released.",
    ]


def test_what_everybody_has_read_may_be_released(copy: Copy) -> None:
    released(copy)
    result = declic_kb("check", "--release", folder=copy.folder)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("Ready for release: cited facts are signed, translations read by native speakers.\n")


def test_a_fact_that_changed_after_it_was_signed_stops_a_release(copy: Copy) -> None:
    released(copy)
    copy.change("facts.yml", "The number is free.", "The number costs something.")
    result = declic_kb("check", "--release", folder=copy.folder)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Cited facts changed after they were signed: 1 of 2 (F1 by {JANE}). Let a lawyer")


def test_one_locale_file_that_nobody_has_read_stops_a_release(copy: Copy) -> None:
    released(copy)
    copy.change("locales/en/words.po", "Native review: Ann", "Native review:")
    result = declic_kb("check", "--release", folder=copy.folder)
    assert result.exit_code == 1
    assert result.stderr.startswith("Translation files without a native review: 1 (locales/en/words.po). Who")


def test_a_fact_that_nothing_cites_does_not_stop_a_release(copy: Copy) -> None:
    copy.change("trees/ladder.yml", ", facts: [F2#written-rule]", "")
    signed(copy, "F1")
    assert "Cited facts" not in declic_kb("check", "--release", folder=copy.folder).stderr


def test_a_mistake_stops_a_release_too(copy: Copy) -> None:
    released(copy)
    copy.change("words.yml", "facts: [F1]", "facts: [F9]")
    result = declic_kb("check", "--release", folder=copy.folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "There is no fact F9." in result.stderr


def test_a_release_takes_every_file(copy: Copy) -> None:
    result = declic_kb("check", "--release", "--only", "words", folder=copy.folder)
    assert (result.exit_code, result.stderr) == (2, "A release takes every file: leave out --only.\n")
