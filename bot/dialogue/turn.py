"""The moves of one turn: open, answer, go back, present … Mutable inside a turn, invisible outside of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from dateutil.relativedelta import relativedelta

from bot.dialogue import ladder, messages, walk
from bot.dialogue.events import Button, Effect, Say, Understanding
from bot.dialogue.messages import SPEAKS_FOR
from bot.dialogue.session import Session
from bot.dialogue.walk import Position
from knowledge_base.loader import KnowledgeBase
from knowledge_base.schema import DATE_ENTITIES
from knowledge_base.words import Phrase, languages

#: The rung an intent of the group "next step" means when it has no tree of its own.
_RUNG_OF_INTENT = {
    "ask_phone_support": "phone",
    "ask_ticket": "ticket",
    "ask_appointment": "desk",
    "ask_legal": "court",
}
WHO_HELPS = "ladder/who_helps"
#: So many languages are offered at once, and a choice for the others: a list of WhatsApp's has ten rows.
LANGUAGES_SHOWN, MORE = 9, "more"
#: What a date may be, in years before and after today, by entity.
_PLAUSIBLE_YEARS = {entity: (10, 15 if entity == "expires_on" else 0) for entity in DATE_ENTITIES}


class Turn:
    """A turn in the making: the session as it changes, and what is to be said so far."""

    def __init__(self, kb: KnowledgeBase, session: Session, today: dt.date) -> None:
        self.kb = kb
        self.session = session
        self.today = today
        self.effects: list[Effect] = []
        self.noted: tuple[str, ...] = ()
        self.moved = False
        self.erased = False
        #: Where in the effects the messages of the step begin.
        self.step_at: int | None = None
        self.before: tuple[str, ...] = ()
        self.position: Position | None = None
        if session.problem:
            self.settle()
            self.before = self._path()

    # -- where we are ---------------------------------------------------------------------------------------------

    @property
    def step(self) -> str | None:
        """Full id of the open step, or none."""
        return self.position.step if self.position else None

    @property
    def at_end(self) -> bool:
        """Whether the walk has come to an end."""
        return self.step is not None and self.kb.steps[self.step].kind == "end"

    def _path(self) -> tuple[str, ...]:
        return self.position.path if self.position else ()

    def settle(self) -> None:
        """Walk to the step that the answers lead to."""
        if self.session.problem is None or walk.start(self.kb, self.session.problem) is None:
            self.position = None
            return
        self.session, self.position = walk.settle(self.kb, self.session, self.today)

    def meet_todays_trees(self) -> None:
        """Tell the person if answers of an older version of the trees no longer count."""
        gone = self.session.problem is not None and self.position is None
        lost = self.position.lost if self.position else ()
        if gone:
            self.session = replace(self.session, problem=None)
        elif lost:
            kept = {step: answer for step, answer in self.session.walk.items() if step not in lost}
            self.session = self.session.with_walk(kept)
            self.settle()
        if gone or lost:
            self.say("steps_changed")

    def remembered(self) -> Session:
        """Return the session to store, with the choices last shown."""
        shown = [effect.buttons for effect in self.effects if isinstance(effect, Say) and effect.buttons]
        offered = tuple(button.id for button in shown[-1]) if shown else self.session.offered
        return replace(self.session, offered=offered)

    # -- saying ---------------------------------------------------------------------------------------------------

    def say(self, word_id: str, *buttons: Button, **values: Any) -> None:
        """Say a sentence of the assistant itself."""
        self.effects.append(messages.line(self.kb, word_id, *buttons, **values))

    def begin_with(self, effect: Effect) -> None:
        """Say something before all the rest."""
        self.effects.insert(0, effect)
        if self.step_at is not None:
            self.step_at += 1

    def say_before_the_step(self, effect: Say) -> None:
        """Say something before the step is said again, or else before anything that has choices under it."""
        if self.step_at is None:
            chosen = (at for at, said in enumerate(self.effects) if isinstance(said, Say) and said.buttons)
            self.step_at = next(chosen, len(self.effects))
        self.effects.insert(self.step_at, effect)
        self.step_at += 1

    def button(self, choice_id: str, word_id: str) -> Button:
        """Return a choice labelled with a sentence of the assistant itself."""
        return messages.button(self.kb, choice_id, word_id)

    def present(self) -> bool:
        """Say the open step; return whether there is one."""
        if self.position is None:
            return False
        passed = tuple(step for step in self.position.path[:-1] if step not in self.before)
        self.step_at = len(self.effects)
        self.session, told, also = ladder.news(self.kb, self.session, self.position.step, self.today)
        self.effects += messages.present(self.kb, self.session, self.position, passed, told, also)
        return True

    def come_back(self) -> bool:
        """After a digression: say the open step again, if there is one."""
        if self.position is not None and not self.at_end:
            self.say("back_to_step")
            self.present()
        return True

    def welcome(self) -> None:
        """Say who we are, what is kept, and in which languages we speak."""
        self.say("welcome")
        self.offer_languages("notice")
        self.session = replace(self.session, rung=None)
        self.present()

    # -- moving ---------------------------------------------------------------------------------------------------

    def open(self, intent: str) -> None:
        """Open the tree of an intent, or the general one; go on where it was left if it was met before."""
        problem = self._problem_of(intent)
        later = tuple(other for other in self.session.later if other != intent)
        self.go_to(problem, later)
        if intent in self.kb.titles and self.kb.tree_of(intent) == "general":
            self.say("no_tree_yet", title=messages.title(self.kb, intent))
        elif intent not in self.kb.taxonomy["safety"]:
            self.say("understood", title=messages.title(self.kb, intent))
        self.present()

    def go_to(self, problem: str, later: tuple[str, ...], left: tuple[str, ...] = ()) -> None:
        """Stand where a problem, or a rung, was left, or at its beginning.

        Args:
            problem: what to walk.
            later: problems kept for after it.
            left: problems that *back* from its first question leads to, the last one last.
        """
        self.session = replace(self.session, problem=problem, later=later, rung=None, left=left)
        self.before = ()
        self.settle()
        self.meet_todays_trees()
        if self.at_end:
            # It had come to its end: begin again.
            self.session = self.session.with_walk({})
            self.settle()

    def _problem_of(self, intent: str) -> str:
        if intent in self.kb.trees:
            return intent
        if intent in _RUNG_OF_INTENT:
            rung = next(rung for name, rung in self.kb.rungs.items() if name == _RUNG_OF_INTENT[intent])
            return f"ladder/{rung.step}"
        return WHO_HELPS if intent in self.kb.taxonomy["next_step"] else intent

    def answer(self, value: str) -> bool:
        """Take ``value`` as the answer to the open step, and say the next one."""
        assert self.position is not None
        self.session = walk.answer(self.kb, self.session, self.position.step, value)
        self.settle()
        return self.present()

    def explain(self, term_id: str) -> None:
        """Explain a word of the glossary, and come back to the open step."""
        term = self.kb.terms[term_id]
        opens = (messages.title_button(self.kb, messages.PROBLEM, term.opens),) if term.opens else ()
        self.effects.append(Say((Phrase(f"glossary/{term_id}", term.text),), opens, facts=term.facts))
        self.come_back()

    def stands_in(self, intent: str) -> bool:
        """Tell whether the open step belongs to the tree of ``intent``, whatever problem led to it."""
        return self.step is not None and self.step.partition("/")[0] == self._problem_of(intent).partition("/")[0]

    def keep_for_later(self, problem: str, aloud: bool = False) -> None:
        """Keep a problem for after the present one."""
        if "/" in problem or problem in self.session.later:
            return
        self.session = replace(self.session, later=(*self.session.later, problem))
        if aloud:
            self.say("keep_for_later", title=messages.title(self.kb, problem))

    def propose_switch(self, intent: str) -> None:
        """Ask before leaving the open problem for another one."""
        yes = self.button(f"{messages.SWITCH}:{intent}", "switch_yes")
        no = self.button(f"{messages.SWITCH}:stay", "switch_no")
        self.say("switch", yes, no, title=messages.title(self.kb, intent))

    def confirm_restart(self) -> None:
        """Ask before the answers are thrown away, where the wish was only guessed."""
        yes = self.button(f"{messages.SWITCH}:restart", "restart_yes")
        self.say("restart_confirm", yes, self.button(f"{messages.SWITCH}:stay", "switch_no"))

    def propose_language(self, language: str) -> None:
        """Propose, in that language, to go on in it."""
        yes = self.button(f"{messages.LANGUAGE}:{language}", f"language_{language}")
        phrase = messages.word(self.kb, "propose_language")
        self.effects.append(Say((phrase,), (yes,), language=language))

    def clarify(self, intents: tuple[str, ...]) -> None:
        """Offer likely problems by their titles, and "something else"."""
        buttons = [messages.title_button(self.kb, messages.PROBLEM, intent) for intent in intents]
        self.say("which_problem", *buttons, self.button(f"{messages.PROBLEM}:other", "other_problem"))

    def ask_which_date(self, day: dt.date) -> None:
        """Ask what a date is, when it was said without a word that tells and no date is awaited."""
        # A date without a year was read as the nearest one; what was sent lies behind.
        sent = day if day <= self.today else day - relativedelta(years=1)
        named = [
            self.button(f"{messages.DATE}:{entity}:{meant}", f"date_{entity}")
            for entity, meant in (("expires_on", day), ("filed_on", sent))
        ]
        self.say("which_date", *named, self.button(f"{messages.DATE}:other", "date_other"))

    def ask_whether_it_worked(self) -> None:
        """Ask what came of advice that was followed; a bare yes or no answers it."""
        outcomes = [self.button(f"{messages.OUTCOME}:{outcome}", outcome) for outcome in ("worked", "failed")]
        self.say("did_it_work", *outcomes)

    def offer_a_person(self) -> None:
        """After two messages that were not understood."""
        buttons = [self.button("command:human", "talk_to_human"), self.button("command:restart", "another_problem")]
        if self.position is not None and not self.at_end:
            buttons.insert(1, self.button("command:repeat", "resume"))
        self.say("unclear_twice", *buttons)

    # -- what was said --------------------------------------------------------------------------------------------

    def note(self, heard: Understanding, quietly: bool = False) -> None:
        """Remember what the message says about the person, and say back the dates."""
        known = {*self.kb.entities, *DATE_ENTITIES, "permit_kind", SPEAKS_FOR}
        news: dict[str, str] = {}
        for entity in heard.entities:
            dated = entity.name in _PLAUSIBLE_YEARS
            if entity.name in known and self.session.said.get(entity.name) != entity.value:
                if dated and not self.plausible(entity.name, entity.value, quietly=True):
                    continue
                news[entity.name] = entity.value
        if not news:
            return
        self.session = walk.told(self.kb, self.session, news)
        self.noted = tuple(news)
        if SPEAKS_FOR in news and not quietly:
            self.say("for_another")
        for name in () if quietly else DATE_ENTITIES:
            if name in news:
                self.say(f"noted_{name}", day=dt.date.fromisoformat(news[name]))
        was = self.step
        if self.position is not None:
            self.settle()
        self.moved = self.step != was

    def plausible(self, entity: str, value: str, quietly: bool = False) -> bool:
        """Tell whether a date may be what it is said to be; ask back if not."""
        day = dt.date.fromisoformat(value)
        before, after = _PLAUSIBLE_YEARS[entity]
        good = -before <= (day - self.today).days / 365.25 <= after
        if not good and not quietly:
            self.say("date_improbable", day=day)
            self.present()
        return good

    def adopt_language(self, name: str) -> bool:
        """Go on in a language that the person chose; return whether we have it."""
        if name == MORE:
            self.offer_languages("which_language", others=True)
            return True
        if name not in languages():
            return False
        self.session = replace(self.session, language=name, language_chosen=True)
        self.say("language_changed")
        if not self.present():
            self.say("tell_me")
        return True

    def offer_languages(self, word_id: str, others: bool = False) -> None:
        """Say a sentence with languages to choose from under it.

        Args:
            word_id: the sentence.
            others: the ones that no channel has room for beside the first.
        """
        every = languages()
        chosen = every[LANGUAGES_SHOWN:] if others else every[:LANGUAGES_SHOWN]
        shown = [self.button(f"{messages.LANGUAGE}:{language}", f"language_{language}") for language in chosen]
        if not others and len(every) > LANGUAGES_SHOWN:
            shown.append(self.button(f"{messages.LANGUAGE}:{MORE}", "language_more"))
        self.say(word_id, *shown)
