"""Every kind of mistake that ``declic kb check`` tells: a sound knowledge base, one change, the sentence."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.commands.kb import channel_limits
from knowledge_base.checks import LONGEST_MESSAGE_WORDS, Limits, check
from knowledge_base.deadlines import CLOCKS, PLACEHOLDERS
from knowledge_base.ladder_checks import LONGEST_RUNG_WORDS
from knowledge_base.loader import KnowledgeBase
from tests.conftest import TODAY
from tests.knowledge_base.conftest import Copy

TREE, LADDER, ENGLISH = "trees/no_code.yml", "trees/ladder.yml", "locales/en/no_code.po"
LIMITS = {
    "wide": Limits(text=400, with_choices=400, label=60, detail=80, choices=20),
    "narrow": Limits(text=400, with_choices=300, label=20, detail=40, choices=3),
}
Change = tuple[str, str, str]


def mistakes(copy: Copy, today: dt.date = TODAY) -> list[str]:
    found = check(copy.load(), LIMITS, today, copy.folder)
    return [str(mistake).replace(f"{copy.folder}/", "") for mistake in found]


def test_the_sound_knowledge_base_has_nothing_to_mend(copy: Copy) -> None:
    assert mistakes(copy) == []


#: What somebody writes: the file, what is replaced by what; the words on the line that is told; what is said.
MISTAKES: dict[str, tuple[Change, str, str]] = {
    # ---------------------------------------------------------------- where the answers lead
    "a choice that leads to no step": (
        (TREE, "go: call, means: deny", "go: nowhere, means: deny"),
        "  again:\n",
        "'stop' of no_code/again goes to no_code/nowhere, which is not a step. Correct the name, or write that step.",
    ),
    "a failure that leads to a step of no tree": (
        (TREE, "failed: call", "failed: ladders/phone"),
        "  browser:",
        "'failed' of no_code/browser goes to ladders/phone, which is not a step."
        " Correct the name, or write that step.",
    ),
    "a clock that leads to no step": (
        (LADDER, "late: watch", "late: lawyer"),
        "  court:\n",
        "'silence:late' of ladder/court goes to ladder/lawyer, which is not a step."
        " Correct the name, or write that step.",
    ),
    "a rung that begins at no step": (
        (LADDER, "step: court", "step: judge"),
        "  court: {",
        "The rung 'court' begins at judge, which is not a step of the ladder. Correct `step:`, or write that step.",
    ),
    "a step that nothing leads to": (
        (TREE, "  call:\n", "  lonely:\n    tell: Personne ne vient.\n    then: call\n  call:\n"),
        "  lonely:",
        "Nothing leads to no_code/lonely. Lead an answer to it, or remove it.",
    ),
    "a loop": (
        (TREE, "    failed: call", "    failed: wait"),
        "  wait:",
        "From no_code/wait one may come back to it: no_code/wait → no_code/again → no_code/browser → no_code/wait."
        " Lead on instead: the walk is a replay of answers, and a step has one.",
    ),
    "a step that leads to itself": (
        (LADDER, "    failed: desk", "    failed: ticket"),
        "  ticket:\n",
        "From ladder/ticket one may come back to it: ladder/ticket → ladder/ticket."
        " Lead on instead: the walk is a replay of answers, and a step has one.",
    ),
    "a problem that never comes to the ladder": (
        (TREE, "    escalate: Il faut téléphoner.\n    rung: phone",
         "    tell: Il faut téléphoner.\n    then: solved"),
        "id: no_code",
        "No path of no_code leads into the ladder. Lead what fails to `escalate`, or to a rung.",
    ),
    "a failure that ends as solved": (
        (TREE, "    failed: call", "    failed: solved"),
        "failed: solved",
        "'failed' of no_code/browser ends as solved. Lead on: to another try, or into the ladder.",
    ),
    "what one cannot do that ends as solved": (
        (TREE, "    cannot: call", "    cannot: ladder/solved"),
        "cannot: ladder/solved",
        "'cannot' of no_code/wait ends as solved. Lead on: to another try, or into the ladder.",
    ),
    "a term that opens what is no problem": (
        ("glossary.yml", "  facts: [F1]", "  facts: [F1]\n  opens: no_such_problem"),
        "opens: no_such_problem",
        "The term 'anef' opens 'no_such_problem', which is no problem of the taxonomy."
        " Name a problem, or remove `opens:`.",
    ),
    # ---------------------------------------------------------------- clocks, choices and letters
    "a clock that does not exist": (
        (TREE,
         "clock: expiry\n    then: { passed: dated, soon: dated, near: wait, far: wait, unknown: wait }\n"
         "  dated:\n    tell: Votre papier se termine le {expires_on}.",
         "clock: hourglass\n    then: { full: dated, empty: wait }\n"
         "  dated:\n    tell: Votre papier se termine."),
        "clock: hourglass",
        f"There is no clock 'hourglass'. Use one of: {', '.join(CLOCKS)}.",
    ),
    "an outcome of the clock that is forgotten": (
        (TREE, "far: wait, ", ""),
        "then: { passed",
        "`then` of no_code/end_date does not name each outcome of the clock 'expiry'."
        " Name exactly: passed, soon, near, far, unknown.",
    ),
    "an outcome that the clock does not have": (
        (LADDER, "late: watch", "late: watch, tomorrow: watch"),
        "then: { early",
        "`then` of ladder/court does not name each outcome of the clock 'silence'."
        " Name exactly: early, soon, refused, late, unknown.",
    ),
    "a choice beside a date that is no date either": (
        (TREE, "means: dont_know", "means: deny"),
        "      unknown: {",
        "'unknown' of no_code/end_date is neither a date nor the way on without one."
        " Give it `means: dont_know`, or ask in two steps.",
    ),
    "two choices that mean the same": (
        (TREE, "means: deny", "means: affirm"),
        "    choices:\n      again",
        "Two choices of no_code/again mean the same (`means`)."
        " Keep `means` on the one that a bare yes or no stands for.",
    ),
    "a letter that does not exist": (
        (TREE, "copy: message", "copy: postcard"),
        "copy: postcard",
        "There is no letter 'postcard'. Write letters/ID.yml first.",
    ),
    # ---------------------------------------------------------------- the data of the ladder
    "a rung that needs one above it": (
        (LADDER, "needs: [[phone, ticket]]", "needs: [[phone, court]]"),
        "  desk:\n    label",
        "The rung 'desk' needs 'court', which is not below it. Name what comes before.",
    ),
    "a jump that the ladder does not have": (
        (LADDER, "wait: Écrivez encore., jump_when: [silence]", "wait: Écrivez encore., jump_when: [silence, flood]"),
        "  ticket: {",
        "The rung 'ticket' names no jump of the ladder: 'flood'. Add it under `jumps:`.",
    ),
    "a jump that does not lead up": (
        (LADDER, "    go: court", "    go: desk"),
        "  desk:\n    label",
        "The jump 'silence' of the rung 'desk' goes to 'desk', which is not above it."
        " Take it out of `jump_when`, or lead it up.",
    ),
    "a jump that no rung names": (
        (
            LADDER,
            "jumps:\n",
            "jumps:\n  idle: { clock: expiry, say: { soon: Vite. }, when: Bientôt., go: court, label: Vite }\n",
        ),
        "  idle:",
        "No rung is jumped over by 'idle'. Name it in `jump_when` of a rung, or remove it.",
    ),
    "a jump whose clock does not exist": (
        (LADDER, "    clock: silence\n    say", "    clock: hourglass\n    say"),
        "  silence:\n    clock",
        f"There is no clock 'hourglass'. Use one of: {', '.join(CLOCKS)}.",
    ),
    "a jump at an outcome that its clock does not have": (
        (LADDER, "say: { soon:", "say: { tomorrow:"),
        "  silence:\n    clock",
        "'tomorrow' of the jump 'silence' is no outcome of the clock 'silence'."
        " Use some of: early, soon, refused, late.",
    ),
    "a jump when nothing is known": (
        (LADDER, "say: { soon:", "say: { unknown:"),
        "  silence:\n    clock",
        "'unknown' of the jump 'silence' is no outcome of the clock 'silence'."
        " Use some of: early, soon, refused, late.",
    ),
    "a jump that says a date its clock has not read": (
        (LADDER, 'un refus le {alert_on}."', 'un refus le {expires_on}."'),
        "  silence:\n    clock",
        "The jump 'silence' says {expires_on}, which the clock 'silence' has not read."
        " Leave it out, or read another clock.",
    ),
    "a jump that is said at a step of no ladder": (
        (LADDER, "at: [watch]", "at: [watched]"),
        "  silence:\n    clock",
        "The jump 'silence' is said at watched, which is not a step of the ladder. Correct `at:`.",
    ),
    "a jump that is said in too many words": (
        (LADDER, "Le silence peut devenir un refus le {alert_on}.", "a " * (LONGEST_MESSAGE_WORDS + 1)),
        "  silence:\n    clock",
        "ladder/jumps/silence (jump.say.soon) is 66 words long in fr. Say it in 65, or make two steps of it.",
    ),
    "a jump whose choice is too long": (
        (LADDER, "label: Juge d'abord", "label: Le juge avant les autres"),
        "  silence:\n    clock",
        "ladder/jumps/silence (jump.label) has 24 characters in fr; narrow takes 20. Shorten it.",
    ),
    "a rung that says a date": (
        (LADDER, "wait: Continuez ensuite.", 'wait: "Continuez le {alert_on}."'),
        "  defenseur: {",
        "`wait` of the rung 'defenseur' has a blank that nothing fills. Dates stand in `say:` of a jump only.",
    ),
    "a jump that says a date before it holds": (
        (LADDER, "when: Le silence devient un refus.", 'when: "Le silence, le {alert_on}."'),
        "  silence:\n    clock",
        "`when` of the jump 'silence' has a blank that nothing fills. Dates stand in `say:` of a jump only.",
    ),
    "a rung that asks more than a message holds": (
        (LADDER, "wait: Continuez ensuite.", f"wait: {'a ' * (LONGEST_RUNG_WORDS + 1)}"),
        "  defenseur: {",
        "What the rung 'defenseur' asks is 43 words long in fr. Say it in 42: it is one message.",
    ),
    "a letter of a rung that does not exist": (
        (LADDER, "letters: [message]", "letters: [message, postcard]"),
        "  ticket: {",
        "There is no letter 'postcard'. Write letters/ID.yml first.",
    ),
    "a letter of two rungs": (
        (LADDER, "step: phone, stops_clock", "step: phone, letters: [message], stops_clock"),
        "  ticket: {",
        "The letter 'message' belongs to two rungs: 'phone' and 'ticket'."
        " Keep it on one: it tells which of them was tried.",
    ),
    "a letter that its rung does not know": (
        (LADDER, "letters: [message], stops_clock: never, wait: Écrivez", "stops_clock: never, wait: Écrivez"),
        "  ticket:\n    try",
        "ladder/ticket gives the letter 'message', which is not among those of the rung 'ticket'."
        " Add it to `letters:` of the rung.",
    ),
    "something to do without its proof": (
        (LADDER, "    proof: Notez l'heure.\n", ""),
        "  phone:\n    try",
        "ladder/phone does not say what proof to keep. Add `proof:`: the judge will ask for it.",
    ),
    # ---------------------------------------------------------------- blanks
    "a blank that nothing fills": (
        (TREE, "Bien. Gardez", "Bien, {name}. Gardez"),
        "  solved:",
        "no_code/solved has a blank that nothing fills: {name}."
        f" Use one of: {', '.join(PLACEHOLDERS)}.",
    ),
    "a date that is not known on every way there": (
        (TREE, "Attendez, puis", "Avant le {expires_on}, puis"),
        "  wait:",
        "no_code/wait says {expires_on}, but one may come there without having said that date."
        " Ask for the date on every way there, or leave it out.",
    ),
    "a date that is not known where a conversation may begin": (
        (LADDER, "Appelez le", "Avant le {filed_on}, appelez le"),
        "  phone:\n",
        "ladder/phone says {filed_on}, but one may come there without having said that date."
        " Ask for the date on every way there, or leave it out.",
    ),
    # ---------------------------------------------------------------- facts
    "a fact that does not exist": (
        (TREE, "facts: [F1]", "facts: [F1, F9]"),
        "  wait:",
        "There is no fact F9. Cite one of facts.yml or unknowns.yml.",
    ),
    "a fact that is not sure": (
        (TREE, "facts: [F1]", "facts: [F3]"),
        "  wait:",
        "F3 is not sure, and may not be stated."
        " Cite a part of it that is sure (ID#words-of-its-about), or word it as unknowns.yml does.",
    ),
    "a fact that is sure only in part": (
        (TREE, "facts: [F1]", "facts: [F2]"),
        "  wait:",
        "F2 is sure only in part, and the citation does not say which."
        " Cite a part of it that is sure (ID#words-of-its-about), or word it as unknowns.yml does.",
    ),
    "the part of a fact that is not sure": (
        (LADDER, 'F2#written-rule', 'F2#rule-of-thumb'),
        "  court: {",
        "F2#rule-of-thumb cites a part that is not sure."
        " Cite a part of it that is sure (ID#words-of-its-about), or word it as unknowns.yml does.",
    ),
    "a part that the fact does not have": (
        ("words.yml", "facts: [F1]", 'facts: ["F2#hours"]'),
        "number:",
        "F2#hours names no part of the fact (its parts: written rule, rule of thumb)."
        " Cite a part of it that is sure (ID#words-of-its-about), or word it as unknowns.yml does.",
    ),
    "a part of a fact that has no parts": (
        ("glossary.yml", "facts: [F1]", 'facts: ["F1#free"]'),
        "anef:",
        "F1#free names no part of the fact (its parts: all)."
        " Cite a part of it that is sure (ID#words-of-its-about), or word it as unknowns.yml does.",
    ),
    "words that fit a sure part and an unsure one": (
        ("letters/message.yml", "facts: [F1]", 'facts: ["F2#rule"]'),
        "title:",
        "F2#rule cites a part that is not sure."
        " Cite a part of it that is sure (ID#words-of-its-about), or word it as unknowns.yml does.",
    ),
    "a fact that nobody has checked for a year": (
        ("facts.yml", '    - { level: K-unsure }\n  checked: "2026-11-23"',
         '    - { level: K-unsure }\n  checked: "2025-11-21"'),
        'checked: "2025-11-21"',
        "F3 was last checked on 2025-11-21. Read its source again and write the new date.",
    ),
    # ---------------------------------------------------------------- intents
    "an intent without tree": (
        ("taxonomy.yml", "[danger]", "[danger, oqtf]"),
        "groups:",
        "The intent 'oqtf' has no tree. Write trees/oqtf.yml, or give it a title.",
    ),
    "a title of a problem that has a tree": (
        ("taxonomy.yml", "titles:\n", "titles:\n  no_code: { title: Le code, label: Code }\n"),
        "  no_code: {",
        "'no_code' has a tree, and a title here as well. Remove this one: a tree carries its own.",
    ),
    # ---------------------------------------------------------------- what does not fit
    "a label too long for one of the channels": (
        (TREE, "label: Encore une fois,", "label: Encore une seule fois,"),
        "  again:\n",
        "no_code/again (again.label) has 21 characters in fr; narrow takes 20. Shorten it.",
    ),
    "a detail too long": (
        (TREE, "detail: Avec un autre navigateur", "detail: Avec un autre navigateur ou un autre appareil"),
        "  again:\n",
        "no_code/again (again.detail) has 45 characters in fr; narrow takes 40. Shorten it.",
    ),
    "the label of a tree too long": (
        (TREE, "label: Code absent", "label: Code absent ou perdu en route"),
        "label: Code absent",
        "no_code (tree.label) has 29 characters in fr; narrow takes 20. Shorten it.",
    ),
    "the label of a rung too long": (
        (LADDER, "label: Le juge", "label: Le juge administratif"),
        "  court: {",
        "ladder/rungs/court (rung.label) has 21 characters in fr; narrow takes 20. Shorten it.",
    ),
    "a title too long": (
        ("taxonomy.yml", "title: Le site est en panne", "title: Le site est en panne depuis ce matin ou presque"),
        "  server_down:",
        "server_down (title) has 47 characters in fr; narrow takes 40. Shorten it.",
    ),
    "a message too long": (
        (TREE, "Il faut téléphoner.", "Téléphonez" + "!" * 291),
        "  call:",
        "no_code/call (escalate) has 301 characters in fr; narrow takes 300. Shorten it.",
    ),
    "a message of too many words": (
        (TREE, "Il faut téléphoner.", "a " * (LONGEST_MESSAGE_WORDS + 1)),
        "  call:",
        "no_code/call (escalate) is 66 words long in fr. Say it in 65, or make two steps of it.",
    ),
    "a term of too many words": (
        ("glossary.yml", "L'ANEF est un site de l'État.", "a " * (LONGEST_MESSAGE_WORDS + 1)),
        "anef:",
        "glossary/anef (term.text) is 66 words long in fr. Say it in 65, or make two steps of it.",
    ),
    "a summary of too many words": (
        ("letters/message.yml", "Vous demandez pourquoi le code n'arrive pas.", "a " * (LONGEST_MESSAGE_WORDS + 1)),
        "summary:",
        "letters/message (letter.summary) is 66 words long in fr. Say it in 65, or make two steps of it.",
    ),
    "a sentence of the assistant of too many words": (
        ("words.yml", "Bonjour.", "a " * (LONGEST_MESSAGE_WORDS + 1)),
        "greet:",
        "words/greet (words) is 66 words long in fr. Say it in 65, or make two steps of it.",
    ),
    "too many choices": (
        (TREE, "      stop:", "      one: { label: Un, go: call }\n      two: { label: Deux, go: call }\n      stop:"),
        "  again:\n",
        "no_code/again has 4 choices; narrow takes 3. Split the question.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "at", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_by_file_and_line_and_nothing_else_is(
    french: Copy, change: Change, at: str, said: str
) -> None:
    french.change(*change)
    file = change[0]
    assert mistakes(french) == [f"{file}:{french.line(file, at)}: {said}"]


def test_a_path_that_ends_neither_solved_nor_in_the_ladder_is_told(french: Copy) -> None:
    french.change(TREE, "    failed: call", "    failed: sorry")
    french.change(TREE, "  call:\n", "  sorry:\n    end: Je ne sais pas quoi faire.\n    outcome: human\n  call:\n")
    (told,) = mistakes(french)
    assert told.startswith(f"{TREE}:{french.line(TREE, '  sorry:')}: ")
    assert "no_code/sorry" in told


def test_what_was_tried_before_a_rung_is_below_it(french: Copy) -> None:
    asked = (
        "    ask: Avez-vous écrit ?\n    choices:\n      done: {{ label: C'est fait, go: defenseur, tried: [{0}] }}\n"
    )
    french.change(LADDER, "    tell: Allez au guichet.\n", asked.format("ticket"))
    french.change(LADDER, "    then: defenseur\n", "")
    assert mistakes(french) == []
    french.change(LADDER, "tried: [ticket]", "tried: [desk]")
    (told,) = mistakes(french)
    assert told.startswith(f"{LADDER}:{french.line(LADDER, '      done:')}: ")
    assert told.endswith(
        "'done' of ladder/desk tells of a rung that is not below 'desk'. Name in `tried:` what was done before."
    )


def test_two_choices_with_the_same_label_are_both_told(french: Copy) -> None:
    french.change(TREE, "label: J'arrête", "label: encore une FOIS")
    assert mistakes(french) == [
        f"{TREE}:{french.line(TREE, f'      {choice}: {{')}: Two choices of no_code/again have the label '{label}'."
        " Give each its own words."
        for choice, label in (("again", "Encore une fois"), ("stop", "encore une FOIS"))
    ]


def test_a_rung_that_is_missing_is_told(french: Copy) -> None:
    french.change(LADDER, "  defenseur: { label", "  # defenseur: { label")
    assert mistakes(french) == [
        f"{LADDER}:1: The ladder has no rung 'defenseur'. Add `rungs: defenseur:` to trees/ladder.yml."
    ]


def test_without_a_ladder_every_rung_is_missing(french: Copy) -> None:
    (french.folder / LADDER).unlink()
    told = mistakes(french)
    for rung in ("court", "defenseur", "desk", "phone", "ticket"):
        assert f"{LADDER}:1: The ladder has no rung '{rung}'. Add `rungs: {rung}:` to trees/ladder.yml." in told


def test_mistakes_come_in_the_order_of_files_and_lines(french: Copy) -> None:
    french.change(TREE, "label: Code absent", "label: Code absent ou perdu en route")
    french.change(TREE, "means: deny", "means: affirm")
    french.change(LADDER, "facts: [U1]", "facts: [U9]")
    french.change("glossary.yml", "facts: [F1]", "facts: [F3]")
    assert [told.split(": ")[0] for told in mistakes(french)] == [
        "glossary.yml:1",
        f"{LADDER}:55",
        f"{TREE}:3",
        f"{TREE}:26",
    ]


# ---------------------------------------------------------------- dates that are known
@pytest.mark.parametrize("outcome", ["near: dated", "far: dated"])
def test_a_date_that_a_clock_has_read_may_be_said(french: Copy, outcome: str) -> None:
    french.change(TREE, outcome.replace("dated", "wait"), outcome)
    assert mistakes(french) == []


def test_a_date_that_the_clock_did_not_find_may_not_be_said(french: Copy) -> None:
    french.change(TREE, "unknown: wait }", "unknown: dated }")
    (told,) = mistakes(french)
    assert "no_code/dated says {expires_on}, but one may come there without having said that date." in told


def test_a_date_that_was_just_given_may_be_said(french: Copy) -> None:
    french.change(TREE, "    clock: expiry\n", "")
    french.change(TREE, "then: { passed: dated, soon: dated, near: wait, far: wait, unknown: wait }", "then: dated")
    assert mistakes(french) == []


@pytest.mark.parametrize("part", ["explain", "proof"])
def test_a_date_may_stand_only_where_it_is_filled_in(french: Copy, part: str) -> None:
    """Explanations, proofs and labels are said as they are written: a blank there would stop the conversation."""
    french.change(LADDER, "    facts: [U1]\n", f"    facts: [U1]\n    {part}: Agissez avant le {{alert_on}}.\n")
    (told,) = mistakes(french)
    assert told.startswith(f"{LADDER}:{french.line(LADDER, '  watch:')}: ")
    assert "alert_on" in told


# ---------------------------------------------------------------- claims
@pytest.mark.parametrize(
    ("words", "claim"),
    [
        ("Le préfet a quatre mois.", "quatre mois"),
        ("Le préfet a 4 mois.", "4 mois"),
        ("Vous avez 15 jours pour répondre.", "15 jours"),
        ("Le juge décide en 48 heures.", "juge"),
        ("Cela coûte 180 €.", "180 €"),
        ("Cela coûte 25 euros.", "25 euros"),
        ("C'est gratuit.", "gratuit"),
        ("Appelez le 0806 001 620.", "0806 001 620"),
        ("Le bureau ferme à 17 h le vendredi.", "17 h"),
        ("Demandez un référé (L. 521-3).", "L. 521"),
        ("Le CESEDA le dit (R.* 432-1).", "R.* 432"),
        ("L'article 4 le dit.", "article 4"),
        ("Depuis 2021, tout se fait en ligne.", "2021"),
        ("Le silence vaut refus.", "vaut refus"),
        ("La préfecture est obligée de répondre.", "obligée"),
        ("La préfecture doit vous inviter.", "doit vous"),
        ("Vous avez droit à un reçu.", "avez droit"),
        ("Ce papier prouve votre séjour.", "prouve"),
        ("Ce papier autorise le travail.", "autorise"),
        ("Le délai passe.", "délai"),
        ("C'est la loi.", "la loi"),
        ("Ouvrez www.lacimade.org pour cela.", "www.lacimade.org"),
    ],
)
def test_a_claim_of_law_number_price_or_deadline_needs_its_fact(french: Copy, words: str, claim: str) -> None:
    french.change(TREE, "Il faut téléphoner.", words)
    line = french.line(TREE, "  call:")
    assert mistakes(french) == [
        f"{TREE}:{line}: no_code/call states something ('{claim}') and cites no fact."
        " Add `facts:`, or take the claim out."
    ]
    french.change(TREE, "    rung: phone", "    rung: phone\n    facts: [F1]")
    assert mistakes(french) == []


@pytest.mark.parametrize("part", ["explain", "proof"])
def test_an_explanation_and_a_proof_are_claims_like_the_message(french: Copy, part: str) -> None:
    french.change(TREE, "    failed: call", f"    failed: call\n    {part}: Vous avez deux mois.")
    (told,) = mistakes(french)
    assert "no_code/browser states something ('deux mois') and cites no fact." in told


LETTER = "letters/message.yml"


@pytest.mark.parametrize(
    ("file", "words", "facts", "at", "name"),
    [
        pytest.param(
            LETTER,
            "Vous demandez pourquoi le code n'arrive pas.",
            "facts: [F1]",
            "title:",
            "letters/message",
            id="the summary of a letter",
        ),
        pytest.param(LETTER, "Code non reçu", "facts: [F1]", "title:", "letters/message", id="the subject of a letter"),
        pytest.param(
            LETTER, "Madame, Monsieur,", "facts: [F1]", "title:", "letters/message", id="the body of a letter"
        ),
        pytest.param(
            "glossary.yml", "L'ANEF est un site de l'État.", "  facts: [F1]", "anef:", "glossary/anef", id="a term"
        ),
        pytest.param(
            "words.yml", "Le numéro est gratuit.", "  facts: [F1]\n", "number:", "words/number", id="a sentence"
        ),
        pytest.param(
            LADDER, "Rappelez un autre jour.", ", facts: [F1]", "  phone: {", "ladder/rungs/phone", id="a rung"
        ),
        pytest.param(
            LADDER,
            "La demande le garde.",
            ", facts: [F2#written-rule]",
            "  court: {",
            "ladder/rungs/court",
            id="what a rung does to the clock",
        ),
    ],
)
def test_a_claim_outside_the_steps_needs_its_fact_as_well(
    french: Copy, file: str, words: str, facts: str, at: str, name: str
) -> None:
    french.change(file, words, "Vous avez deux mois.")
    assert mistakes(french) == []
    french.change(file, facts, "")
    assert mistakes(french) == [
        f"{file}:{french.line(file, at)}: {name} states something ('deux mois') and cites no fact."
        " Add `facts:`, or take the claim out."
    ]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("l'article R. 431-2 du CESEDA", "R. 431-2 al. 3"),
        ("l'article R. 431-15-1 du CESEDA", "CESEDA R. 431-15-1"),
        ("l'article R.* 432-1 du CESEDA", "R.* 432-1"),
        ("l'arrêt n° 452798 du Conseil d'État", "nos 452798, 452806"),
        ("le décret n° 2020-1717", "décret 2020-1717 art. 43"),
        ("le formulaire Cerfa n° 16146", "Cerfa n° 16146 (version *03)"),
    ],
)
def test_an_article_or_a_number_in_a_letter_is_named_by_a_fact_it_cites(french: Copy, said: str, named: str) -> None:
    french.change(LETTER, "je ne reçois pas", f"selon {said}, je ne reçois pas")
    (told,) = mistakes(french)
    assert told.startswith(f"{LETTER}:{french.line(LETTER, 'body:')}: letters/message names ")
    assert told.endswith(", which no fact it cites names. Cite the fact that names it, or take it out.")
    french.change("facts.yml", "statement: The number is free.", f'statement: "{named}: the number is free."')
    assert mistakes(french) == []


def test_an_article_is_not_named_by_another_that_begins_alike(french: Copy) -> None:
    french.change(LETTER, "je ne reçois pas", "selon les articles R. 431-15 et R. 431-2, je ne reçois pas")
    french.change("facts.yml", "statement: The number is free.", "statement: R. 431-15-1, R. 431-21.")
    assert [told.partition(": ")[2].partition(",")[0] for told in mistakes(french)] == [
        "letters/message names R. 431-15",
        "letters/message names R. 431-2",
    ]


def test_an_article_that_only_an_uncited_fact_names_is_told(french: Copy) -> None:
    french.change(LETTER, "je ne reçois pas", "selon l'article R. 431-2, je ne reçois pas")
    french.change("facts.yml", "statement: Nobody knows the hours.", "statement: R. 431-2.")
    assert len(mistakes(french)) == 1


def test_the_number_of_an_exhibit_needs_no_fact(french: Copy) -> None:
    french.change(LETTER, "je ne reçois pas", "comme le montre la pièce n° 1 (pièces n° 12 et n° …), je ne reçois pas")
    assert mistakes(french) == []


@pytest.mark.parametrize(
    "words",
    [
        "Attendez dix minutes.",
        "Attendez 10 minutes.",
        "Demandez un seul code.",
        "Touchez 1 ou 2.",
        "Écrivez par exemple 28/11/2026.",
    ],
)
def test_what_claims_nothing_needs_no_fact(french: Copy, words: str) -> None:
    french.change(TREE, "Il faut téléphoner.", words)
    assert mistakes(french) == []


@pytest.mark.parametrize("citation", ["U1", "F1", '"F2#written-rule"', '"F2#written rule"'])
def test_what_is_sure_in_whole_or_in_the_part_cited_may_be_cited_and_so_may_a_wording(
    french: Copy, citation: str
) -> None:
    french.change(TREE, "facts: [F1]", f"facts: [{citation}]")
    assert mistakes(french) == []


def test_a_fact_seen_once_but_old_may_not_be_cited(french: Copy) -> None:
    french.change("facts.yml", "{ level: V-off }", "{ level: stale }")
    told = mistakes(french)
    assert len(told) == 6  # a step of each tree, a rung, a term, a sentence and a letter cite it
    assert all("F1 is not sure, and may not be stated." in line for line in told)


@pytest.mark.parametrize(("checked", "stale"), [("2025-11-22", False), ("2025-11-21", True)])
def test_a_fact_is_stale_after_a_year_and_a_day(french: Copy, checked: str, stale: bool) -> None:
    french.change(
        "facts.yml",
        '    - { level: V-off }\n  checked: "2026-11-23"',
        f'    - {{ level: V-off }}\n  checked: "{checked}"',
    )
    assert bool(mistakes(french)) is stale


def test_facts_get_stale_with_the_days(french: Copy) -> None:
    assert len(mistakes(french, dt.date(2027, 11, 25))) == 3


# ---------------------------------------------------------------- translations
MISSING = " Run `declic kb translate en`, then fill it in locales/en/no_code.po."


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(ENGLISH, 'msgstr "Take a screenshot."', 'msgstr ""', id="missing"),
        pytest.param(
            ENGLISH,
            '#: trees/no_code.yml\nmsgctxt "no_code/wait"\nmsgid "Faites',
            '#: trees/no_code.yml\n#, fuzzy\nmsgctxt "no_code/wait"\nmsgid "Faites',
            id="fuzzy",
        ),
        pytest.param(TREE, "Faites une capture", "Faites deux captures", id="of another French"),
        pytest.param(
            ENGLISH,
            'msgctxt "no_code/wait"\nmsgid "Faites',
            'msgctxt "no_code/call"\nmsgid "Faites',
            id="of another step",
        ),
    ],
)
def test_a_sentence_without_sound_english_is_told(copy: Copy, file: str, old: str, new: str) -> None:
    copy.change(file, old, new)
    line = copy.line(TREE, "  wait:")
    assert mistakes(copy) == [f"{TREE}:{line}: No translation into en of no_code/wait (proof).{MISSING}"]


def test_every_sentence_of_a_choice_needs_its_english(copy: Copy) -> None:
    for english in ("Once more", "With another browser", "yes, again"):
        copy.change(ENGLISH, f'msgstr "{english}"', 'msgstr ""')
    assert [told.partition(": ")[2] for told in mistakes(copy)] == [
        f"No translation into en of no_code/again (again.{part}).{MISSING}" for part in ("detail", "label", "words")
    ]


@pytest.mark.parametrize("written", ["on {expired_on}", "on {expires_on}, {filed_on}", "soon"])
def test_a_translation_with_other_blanks_is_told(copy: Copy, written: str) -> None:
    copy.change(ENGLISH, 'msgstr "Your paper ends on {expires_on}."', f'msgstr "Your paper ends {written}."')
    line = copy.line(TREE, "  dated:")
    assert mistakes(copy) == [
        f"{TREE}:{line}: The en of no_code/dated (tell) has other blanks than the French. Write the same {{…}} in both."
    ]


def test_a_blank_may_stand_elsewhere_in_the_translation(copy: Copy) -> None:
    copy.change(ENGLISH, '"Your paper ends on {expires_on}."', '"{expires_on} is the end of your paper."')
    assert mistakes(copy) == []


@pytest.mark.parametrize(
    ("english", "longer", "said"),
    [
        ("Once more", "Once more, if you like", "(again.label) has 22 characters in en; narrow takes 20. Shorten it."),
        (
            "Do you want to try again?",
            "a " * (LONGEST_MESSAGE_WORDS + 1),
            "(ask) is 66 words long in en. Say it in 65, or make two steps of it.",
        ),
    ],
)
def test_a_translation_that_does_not_fit_is_told(copy: Copy, english: str, longer: str, said: str) -> None:
    copy.change(ENGLISH, f'msgstr "{english}"', f'msgstr "{longer.strip()}"')
    line = copy.line(TREE, "  again:\n")
    assert mistakes(copy) == [f"{TREE}:{line}: no_code/again {said}"]


def test_what_no_channel_limits_is_never_too_long(french: Copy) -> None:
    french.change(TREE, "label: Encore une fois", f"label: Encore {'une ' * 30} fois")
    assert check(french.load(), {}, TODAY, french.folder) == []


# ---------------------------------------------------------------- what we ship
def test_the_knowledge_base_we_ship_has_nothing_to_mend(kb: KnowledgeBase) -> None:
    assert [str(mistake) for mistake in check(kb, channel_limits(), TODAY)] == []
