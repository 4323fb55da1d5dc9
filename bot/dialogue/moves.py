"""The moves of one turn: open, answer, go back, present … Mutable inside a turn, invisible outside of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from babel import Locale
from dateutil.relativedelta import relativedelta

from bot.dialogue import messages, reading, walk
from bot.dialogue.events import Button, Effect, Erase, HandOver, Say, Understanding
from bot.dialogue.messages import SPEAKS_FOR
from bot.dialogue.session import Session
from bot.dialogue.walk import Position
from knowledge_base.deadlines import upcoming
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
#: What a date may be, in years before and after today, by entity.
_PLAUSIBLE_YEARS = {entity: (10, 15 if entity == "expires_on" else 0) for entity in DATE_ENTITIES}
#: What the person says about themselves that is remembered for every tree.
_SIMPLE_LINES = frozenset({"capabilities", "bot_challenge", "greet", "goodbye", "help"})


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
            self._settle()
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

    def _settle(self) -> None:
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
            self._settle()
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
        self.effects += messages.present(self.kb, self.session, self.position, passed)
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
        self.say("notice", *self._language_buttons())
        self.present()

    def _language_buttons(self) -> tuple[Button, ...]:
        return tuple(self.button(f"{messages.LANGUAGE}:{language}", f"language_{language}") for language in languages())

    # -- moving ---------------------------------------------------------------------------------------------------

    def open(self, intent: str) -> None:
        """Open the tree of an intent, or the general one; go on where it was left if it was met before."""
        problem = self._problem_of(intent)
        later = tuple(other for other in self.session.later if other != intent)
        self.session = replace(self.session, problem=problem, later=later)
        self.before = ()
        self._settle()
        self.meet_todays_trees()
        if self.at_end:
            # It had come to its end: begin again.
            self.session = self.session.with_walk({})
            self._settle()
        if intent in self.kb.titles and self.kb.tree_of(intent) == "general":
            self.say("no_tree_yet", title=messages.title(self.kb, intent))
        elif intent not in self.kb.taxonomy["safety"]:
            self.say("understood", title=messages.title(self.kb, intent))
        self.present()

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
        self._settle()
        return self.present()

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

    def offer_a_person(self) -> None:
        """After two messages that were not understood."""
        buttons = [self.button("command:human", "talk_to_human"), self.button("command:restart", "another_problem")]
        if self.position is not None and not self.at_end:
            buttons.insert(1, self.button("command:repeat", "resume"))
        self.say("unclear_twice", *buttons)

    # -- what was said --------------------------------------------------------------------------------------------

    def note(self, heard: Understanding, quietly: bool = False) -> None:
        """Remember what the message says about the person, and say back the dates."""
        known = {step.entity for step in self.kb.steps.values() if step.entity} | {
            *DATE_ENTITIES,
            "permit_kind",
            SPEAKS_FOR,
        }
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
            self._settle()
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

    def choice_named(self, text: str) -> str | None:
        """Return the shown choice whose label is the whole message, or for which a bare yes or no stands."""
        if self.position is not None:
            key = reading.exact(self.position.step, self.kb.steps[self.position.step].choices, text)
            if key:
                return f"{self.position.step}:{key}"
        spoken = reading.command(self.kb, text)
        for choice_id in self.session.offered:
            kind, _, name = choice_id.partition(":")
            if spoken and spoken == _yes_or_no(kind, name):
                return choice_id
            if reading.plain(text) in self._labels(kind, name):
                return choice_id
        return None

    def _labels(self, kind: str, name: str) -> set[str]:
        """Return the labels of a shown choice in every language; none if it is gone from the trees."""
        if kind == messages.PROBLEM and name in {*self.kb.content_intents()}:
            context, *sentences = self.kb.title(name)
        elif word_id := _word_of(kind, name):
            context, sentences = f"words/{word_id}", [self.kb.words[word_id].text]
        else:
            return set()
        return {
            reading.plain(written) for french in sentences for written in reading.in_every_language(context, french)
        }

    # -- taps -----------------------------------------------------------------------------------------------------

    def tap(self, choice: str) -> None:
        """Do what a choice says: an answer, old or new, or a move."""
        if "\x00" in choice or len(choice) > 200:
            choice = ""
        kind, _, name = choice.rpartition(":")
        if not kind and self.position is not None:
            # A bare key means a choice of the open step.
            kind = self.position.step
        if "/" in kind:
            self._tap_answer(kind, name)
            return
        moves: dict[str, Callable[[str], bool]] = {
            messages.COMMAND: self._tap_command,
            messages.PROBLEM: self._tap_problem,
            messages.SWITCH: self._tap_switch,
            messages.LANGUAGE: self._tap_language,
            f"{messages.DATE}:expires_on": self._tap_date("expires_on"),
            f"{messages.DATE}:filed_on": self._tap_date("filed_on"),
            messages.DATE: self._tap_other_date,
        }
        if kind not in moves or not moves[kind](name):
            self.say("unknown_choice")
            self.present()

    def _tap_answer(self, step_id: str, value: str) -> None:
        if step_id not in self.kb.steps:
            self.say("unknown_choice")
        elif self.position is None or step_id not in self.position.path:
            self.say("old_choice" if self.position else "nothing_open")
        elif walk.follow(self.kb, self.session.said, step_id, value, self.today) is None:
            self.say("unknown_choice")
        elif value not in self.kb.edges(step_id) and not self.plausible(self.kb.steps[step_id].entity or "", value):
            return
        else:
            given = self.session.walk.get(step_id)
            if given and given.value == value and step_id != self.position.step:
                self.say("already_noted")
            else:
                if given and step_id != self.position.step:
                    self.say("changed")
                self.session = walk.answer(self.kb, self.session, step_id, value)
                self._settle()
        self.present()

    def _tap_command(self, name: str) -> bool:
        if name not in {
            "back",
            "restart",
            "human",
            "repeat",
            "explain",
            "help",
            "erase",
            "erase_yes",
            "erase_no",
            "privacy",
            "language",
            "dates",
        }:
            return False
        self.command(name)
        return True

    def _tap_problem(self, name: str) -> bool:
        if name == "other":
            self.say("tell_me")
            return True
        if name not in {*self.kb.content_intents()}:
            return False
        self.open(name)
        return True

    def _tap_switch(self, name: str) -> bool:
        if name == "stay":
            return self.present()
        if name == "restart":
            self.command(name)
            return True
        if name not in {*self.kb.content_intents()}:
            return False
        if self.session.problem:
            self.keep_for_later(self.session.problem)
        return self._tap_problem(name)

    def _tap_date(self, entity: str) -> Callable[[str], bool]:
        def tap(value: str) -> bool:
            try:
                day = dt.date.fromisoformat(value)
            except ValueError:
                return False
            if self.plausible(entity, value):
                self.say(f"noted_{entity}", day=day)
                self.session = walk.told(self.kb, self.session, {entity: value})
                self._settle()
                self.present()
            return True

        return tap

    def _tap_other_date(self, _: str) -> bool:
        return self.present()

    def _tap_language(self, name: str) -> bool:
        if name not in languages():
            return False
        self.session = replace(self.session, language=name, language_chosen=True)
        self.say("language_changed")
        if not self.present():
            self.say("tell_me")
        return True

    # -- commands -------------------------------------------------------------------------------------------------

    def command(self, name: str, heard: Understanding | None = None) -> None:
        """Do what the person asked of the assistant itself."""
        if name in _SIMPLE_LINES:
            self.say(name)
            if name != "goodbye":
                self.come_back()
            return
        handler: Callable[[Understanding | None], None] = getattr(self, f"_do_{name}")
        handler(heard)

    def _do_back(self, _: Understanding | None) -> None:
        earlier = walk.back(self.kb, self.session, self.today) if self.position else None
        if earlier is None:
            self.say("nothing_before")
        else:
            self.session = earlier
            self.position = walk.replay(self.kb, self.session, self.today)
            self.before = self.position.path
        self.present()

    def _do_restart(self, _: Understanding | None) -> None:
        kept = self.session
        self.session = Session(
            language=kept.language, language_chosen=kept.language_chosen, turn=kept.turn, proposed=kept.proposed
        )
        self.position = None
        self.say("tell_me")

    def _do_repeat(self, _: Understanding | None) -> None:
        if not self.present():
            self.say("tell_me")

    def _do_explain(self, _: Understanding | None) -> None:
        step = self.kb.steps[self.step] if self.step else None
        if self.step and step and step.explain:
            self.effects.append(Say((Phrase(self.step, step.explain),), facts=step.facts))
        elif self.step:
            self.say("no_more_explanation")
        else:
            self.say("capabilities")
        self.present()

    def _do_thank(self, _: Understanding | None) -> None:
        self.say("thank" if self.position is None or self.at_end else "take_your_time")
        if not self.at_end:
            self.present()

    def _do_human(self, _: Understanding | None) -> None:
        self.session = replace(self.session, human=True)
        self.effects.append(HandOver("asked"))
        self.say("human")
        if self.session.problem and not self.at_end:
            self.keep_for_later(self.session.problem)
        self.session = replace(self.session, problem=WHO_HELPS)
        self._settle()
        self.present()

    def _do_dates(self, _: Understanding | None) -> None:
        """Say the next deadlines, and what stops the clock."""
        due = upcoming(walk.dates(self.session.said), self.today)
        for deadline in due:
            self.say(f"due_{deadline.kind}", day=deadline.on)
        self.say("what_stops" if due else "no_dates")
        self.come_back()

    def _do_privacy(self, _: Understanding | None) -> None:
        self.say("privacy", self.button("command:erase", "erase_everything"))

    def _do_erase(self, _: Understanding | None) -> None:
        yes = self.button("command:erase_yes", "erase_yes")
        self.say("erase_confirm", yes, self.button("command:erase_no", "erase_no"))

    def _do_erase_yes(self, _: Understanding | None) -> None:
        self.erased = True
        self.session = Session(language=self.session.language, language_chosen=self.session.language_chosen)
        self.position = None
        self.effects = [Erase()]
        self.say("erased")

    def _do_erase_no(self, _: Understanding | None) -> None:
        self.say("not_erased")
        self.present()

    def _do_language(self, heard: Understanding | None) -> None:
        named = self._language_named(heard.text) if heard else None
        if named and self._tap_language(named):
            return
        self.say("which_language", *self._language_buttons())

    def _language_named(self, text: str) -> str | None:
        bare = f" {reading.plain(text)} "
        for language in languages():
            names = {reading.plain(str(Locale(language).get_display_name(other))) for other in languages()}
            if any(f" {name} " in bare for name in names):
                return language
        return None


def _yes_or_no(kind: str, name: str) -> str | None:
    """Return which of yes and no a shown choice stands for, where it is one of the two."""
    if kind == messages.SWITCH:
        return "deny" if name == "stay" else "affirm"
    if kind == messages.COMMAND:
        return {"erase": "affirm", "erase_yes": "affirm", "erase_no": "deny"}.get(name)
    return None


def _word_of(kind: str, name: str) -> str | None:
    """Return the id of the sentence that labels a choice of the assistant itself."""
    if kind == messages.SWITCH:
        return {"stay": "switch_no", "restart": "restart_yes"}.get(name, "switch_yes")
    if kind == messages.LANGUAGE:
        return f"language_{name}"
    if kind == messages.DATE:
        return f"date_{name.partition(':')[0]}"
    if (kind, name) == (messages.PROBLEM, "other"):
        return "other_problem"
    named = {"human": "talk_to_human", "restart": "another_problem", "repeat": "resume", "erase": "erase_everything"}
    return named.get(name, name if name in ("erase_yes", "erase_no") else None) if kind == messages.COMMAND else None
