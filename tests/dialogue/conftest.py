"""A small knowledge base that shows the rules of the dialogue, and somebody who talks to it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.dialogue import Decision, Entity, Heard, Session, Tapped, Understanding, decide
from bot.dialogue.events import Effect, Event, Rendered, Say, Started
from bot.dialogue.render import render
from knowledge_base.loader import HERE, KnowledgeBase, load

TODAY = dt.date(2026, 11, 23)

SMS = """
id: sms_code_missing
title: Le code du téléphone n'arrive pas
label: Code du téléphone
steps:
  which_number:
    ask: Quel numéro est dans votre compte ?
    explain: Il est écrit dans la page « Mon profil ».
    entity: phone_origin
    facts: [D6]
    choices:
      french: { label: Numéro d'ici, go: wait, words: "français, zéro six" }
      foreign: { label: Numéro d'ailleurs, go: borrow, words: "étranger, de mon pays" }
      unknown: { label: Impossible à dire, go: look, means: dont_know }
  look:
    ask: Voyez-vous la page « Mon profil » ?
    choices:
      seen: { label: Je la vois, go: wait, means: affirm, words: "je vois, page ouverte" }
      unseen: { label: Elle manque, go: ends_on, means: deny, words: "manque, page blanche" }
  wait:
    try: Attendez cinq minutes, puis demandez un seul code. Gardez votre attestation de prolongation.
    proof: Faites une capture de l'écran, avec la date.
    facts: [D6]
    worked: ladder/solved
    failed: ends_on
    cannot: ends_on
  borrow:
    tell: Un proche peut prêter son numéro.
    then: ends_on
  ends_on:
    ask: Quel jour se termine votre titre ?
    entity: expires_on
    choices:
      unknown: { label: Pas de date, go: to_phone, means: dont_know }
    clock: expiry
    then: { passed: hurry, soon: hurry, near: hurry, far: to_phone, unknown: to_phone }
  hurry:
    tell: Votre titre se termine le {expires_on}. Écrivez dès aujourd'hui.
    then: to_ticket
  to_phone:
    escalate: Il faut maintenant téléphoner.
    rung: phone
  to_ticket:
    escalate: Il faut maintenant écrire.
    rung: ticket
"""

STUCK = """
id: status_stuck
title: Mon dossier ne bouge plus
label: Dossier immobile
steps:
  what_status:
    ask: Quel mot voyez-vous dans votre compte ?
    choices:
      in_progress: { label: En instruction, go: sent_on, words: instruction }
      other_word: { label: Un autre mot, go: sent_on, words: "autre mot, accepté" }
  sent_on:
    ask: Quel jour avez-vous envoyé la demande ?
    entity: filed_on
    clock: silence
    then: { early: wait, soon: hurry, refused: judge, late: judge, unknown: wait }
  wait:
    try: Regardez votre compte chaque semaine.
    worked: ladder/solved
    failed: to_ticket
  hurry:
    tell: À partir du {alert_on}, le silence peut compter comme un refus.
    then: to_ticket
  judge:
    tell: Depuis le {latest_on}, le silence compte comme un refus.
    then: to_court
  to_ticket:
    escalate: Il faut maintenant écrire.
    rung: ticket
  to_court:
    escalate: Il faut maintenant le juge.
    rung: court
"""

LADDER = """
id: ladder
title: Les recours
label: Recours
rungs:
  phone: { label: Téléphoner, step: phone_call, stops_clock: never, wait: Rappelez demain. }
  ticket: { label: Écrire, step: ticket_send, stops_clock: never, wait: Une semaine. }
  desk: { label: Le guichet, step: desk_book, stops_clock: never, wait: Une semaine. }
  defenseur: { label: Le Défenseur, step: defenseur_write, stops_clock: never, wait: Un mois. }
  court: { label: Le juge, step: court_file, stops_clock: sometimes, clock: Le recours le garde., wait: Des semaines. }
steps:
  phone_call: { try: Appelez le matin., rung: phone, worked: solved, failed: ticket_send, cannot: ticket_send }
  ticket_send:
    try: Envoyez le message ci-dessous.
    copy: contact_form
    proof: Gardez la copie du message.
    rung: ticket
    facts: [A6]
    worked: solved
    failed: desk_book
    cannot: desk_book
  desk_book: { try: Prenez rendez-vous., rung: desk, worked: solved, failed: defenseur_write }
  defenseur_write: { try: Écrivez au Défenseur des droits., rung: defenseur, worked: solved, failed: court_file }
  court_file: { tell: Voyez un avocat avant le juge., rung: court, then: who_helps }
  who_helps: { tell: Des associations aident gratuitement., then: helped }
  solved: { end: Tant mieux. Gardez vos preuves., outcome: solved }
  helped: { end: Dites-leur d'abord vos dates., outcome: human }
"""

OQTF = """
id: oqtf
title: On m'ordonne de partir
label: Ordre de partir
steps:
  held:
    ask: Êtes-vous retenu en ce moment ?
    choices:
      held: { label: Retenu, go: call, means: affirm }
      free: { label: Libre, go: call, means: deny }
  call: { tell: Appelez un avocat aujourd'hui., then: ladder/who_helps }
"""

SCAM = """
id: scam
title: On me demande de l'argent
label: Arnaque
steps:
  paid:
    ask: Avez-vous payé ?
    choices:
      paid: { label: "J'ai payé", go: bank, means: affirm }
      unpaid: { label: Pas payé, go: bank, means: deny }
  bank: { tell: Appelez votre banque., then: ladder/who_helps }
"""

DISTRESS = """
id: distress
title: Je ne vais pas bien
label: Je ne vais pas bien
steps:
  danger:
    ask: Êtes-vous en danger ?
    choices:
      danger: { label: En danger, go: safe, means: affirm }
      tired: { label: Fatigué, go: safe, means: deny }
  safe: { end: Je suis là quand vous voulez., outcome: human }
"""

GENERAL = """
id: general
title: Ma démarche est bloquée
label: Démarche bloquée
steps:
  what_blocks:
    ask: Qu'est-ce qui bloque ?
    choices:
      screen: { label: L'écran, go: to_phone, words: "erreur, écrans" }
      waiting: { label: L'attente, go: to_phone, words: "attend, attends" }
  to_phone: { escalate: Il faut maintenant téléphoner., rung: phone }
"""

GLOSSARY = """
api:
  title: Attestation de prolongation
  words: "API, attestation de prolongation"
  text: L'API est un papier qui prolonge vos droits.
  facts: [C6]
  opens: status_stuck
attestation:
  title: Attestation
  words: attestation
  offer: never
  text: Une attestation est un papier qui prouve quelque chose.
"""

LETTER = """
title: Message au Centre de contact
summary: Vous dites ce qui bloque.
subject: "Blocage : demande d'aide"
body: |
  Madame, Monsieur,
  Je suis bloqué depuis le ‹date›.
facts: [B2]
"""

TREES = {
    "sms_code_missing": SMS,
    "status_stuck": STUCK,
    "ladder": LADDER,
    "oqtf": OQTF,
    "scam": SCAM,
    "distress": DISTRESS,
    "general": GENERAL,
}


def write_knowledge_base(folder: Path, trees: Mapping[str, str]) -> KnowledgeBase:
    """Write ``trees`` and what goes with them into ``folder``, and read them back."""
    for name in ("trees", "letters"):
        (folder / name).mkdir(parents=True)
    for tree, text in trees.items():
        (folder / "trees" / f"{tree}.yml").write_text(text, encoding="utf-8")
    (folder / "letters" / "contact_form.yml").write_text(LETTER, encoding="utf-8")
    (folder / "glossary.yml").write_text(GLOSSARY, encoding="utf-8")
    for empty in ("facts.yml", "unknowns.yml", "forbidden.yml"):
        (folder / empty).write_text("{}", encoding="utf-8")
    for own in ("words.yml", "commands.yml"):
        shutil.copy(HERE / own, folder)
    taxonomy = yaml.safe_load((HERE / "taxonomy.yml").read_text(encoding="utf-8"))
    # Whatever trees the product has today, here only those above exist: the rest have their titles.
    opens = [intent for group, intents in taxonomy["groups"].items() if group != "conversation" for intent in intents]
    taxonomy["titles"] = {
        intent: {"title": f"Titre de {intent}", "label": f"Label de {intent}"}
        for intent in opens
        if intent not in trees
    }
    (folder / "taxonomy.yml").write_text(yaml.safe_dump(taxonomy, allow_unicode=True), encoding="utf-8")
    return load(folder)


@pytest.fixture(scope="session")
def small_kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return write_knowledge_base(tmp_path_factory.mktemp("kb") / "kb", TREES)


@pytest.fixture
def kb_with(tmp_path: Path) -> Callable[..., KnowledgeBase]:
    """Return the small knowledge base with other trees: ``kb_with(scam=…)``; ``None`` takes a tree out."""

    def build(**changed: str | None) -> KnowledgeBase:
        trees = {tree: text for tree, text in {**TREES, **changed}.items() if text}
        return write_knowledge_base(tmp_path / "kb", trees)

    return build


@dataclass
class Talk:
    """Somebody who talks to a knowledge base, without any classifier: the test says what was understood."""

    kb: KnowledgeBase
    session: Session = field(default_factory=Session)
    today: dt.date = TODAY
    decision: Decision = field(init=False)

    def writes(
        self,
        text: str,
        intent: str = "nlu_fallback",
        sure: float = 0.9,
        *,
        also: Mapping[str, float] | None = None,
        language: str | None = None,
        **entities: str,
    ) -> Talk:
        """Write ``text``, understood as ``intent`` with probability ``sure``, with ``entities`` in it."""
        ranking = ((intent, sure), *(also or {}).items())
        recognised = tuple(Entity(name, value) for name, value in entities.items())
        return self.does(Heard(Understanding(text, language, intent, sure, ranking, recognised)))

    def taps(self, choice: str) -> Talk:
        return self.does(Tapped(choice))

    def opens(self, problem: str) -> Talk:
        return self.taps(f"problem:{problem}")

    def starts(self) -> Talk:
        return self.does(Started())

    def does(self, event: Event) -> Talk:
        """Take one turn, from the session as the database keeps it."""
        self.decision = decide(self.kb, Session.loads(self.session.dumps()), event, self.today)
        self.session = self.decision.session
        return self

    @property
    def way(self) -> str:
        return self.decision.way

    @property
    def step(self) -> str | None:
        return self.decision.step

    @property
    def says(self) -> list[str]:
        """What was said, in order: the id of a step, or of a sentence of the assistant itself."""
        said = [phrase.context for effect in self.messages for phrase in effect.phrases]
        return [context.removeprefix("words/") for context in said]

    @property
    def messages(self) -> list[Say]:
        return [effect for effect in self.decision.effects if isinstance(effect, Say)]

    @property
    def does_also(self) -> list[Effect]:
        """What was done beside saying."""
        return [effect for effect in self.decision.effects if not isinstance(effect, Say)]

    @property
    def choices(self) -> list[str]:
        """The ids of the choices under the last message that has any."""
        shown = [[button.id for button in message.buttons] for message in self.messages if message.buttons]
        return shown[-1] if shown else []

    @property
    def rendered(self) -> list[Rendered]:
        return render(self.kb, self.decision.effects, self.session.language)

    @property
    def heard(self) -> str:
        """Everything that was said, in the words of the conversation's language."""
        return "\n".join(message.text for message in self.rendered)


@pytest.fixture
def talk(small_kb: KnowledgeBase) -> Talk:
    """A conversation that has begun: the first turn, with its notice, is behind."""
    return Talk(small_kb).starts()


@pytest.fixture
def sms(talk: Talk) -> Talk:
    """A conversation that stands at the first question of ``sms_code_missing``."""
    return talk.opens("sms_code_missing")


@pytest.fixture
def stuck(talk: Talk) -> Talk:
    """A conversation that stands at the first question of ``status_stuck``."""
    return talk.opens("status_stuck")


def said_in(talk: Talk, **values: Any) -> Talk:
    """Return the talk with something known of the person."""
    talk.session = talk.session.with_said(**values)
    return talk
