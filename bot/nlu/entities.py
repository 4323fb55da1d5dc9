"""What a message says besides its problem: dates, durations, papers, devices, error codes.

spaCy's ``PhraseMatcher`` finds the words of ``entities.yml``; expressions find dates, which ``dateparser`` reads. A
date is ``expires_on`` or ``filed_on`` when words beside it say so, and a bare ``date`` otherwise: the open question
then says what it is.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import spacy
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.matcher import PhraseMatcher

from bot.nlu.dates import find_dates, find_durations, find_months

PARIS = ZoneInfo("Europe/Paris")
_WORDS = Path(__file__).with_name("entities.yml")
_ERROR_CODE = re.compile(
    r"\b(?:ERR_[A-Z0-9_]+|NET::[A-Z_]+|SEC_ERROR_[A-Z_]+|SSL_ERROR_[A-Z_]+|PR_[A-Z_]+_ERROR"
    r"|(?:http|erreur|error|code)\W*(?:http\s*)?(?:n°\s*)?([45]\d\d))\b"
    r"|\b(40[0-9]|429|50[0-4])\b(?=\s+(?:bad|gateway|internal|forbidden|not found|service|error|erreur))",
    re.IGNORECASE,
)
_DEPARTMENT_NUMBER = r"(0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-46])"
_DEPARTMENT = re.compile(
    r"(?:\b(?:dans le|d[ée]partement|department|dept|dpt|(?:la )?pr[ée]f(?:ecture)?(?: du| de)?)\s+"
    rf"{_DEPARTMENT_NUMBER}"
    r"\b(?!\s*(?:/|-|\.\d|jours?|ans?|mois|janv|févr|fevr|mars|avril|mai|juin|juil|ao[uû]t|sept|oct|nov|d[ée]c))"
    rf"|\({_DEPARTMENT_NUMBER}\))",
    re.IGNORECASE,
)
#: A number is French by its first two digits, where it is the number that is spoken of.
_FRENCH_NUMBER = re.compile(
    r"\b(?:un|mon|en|par|avec|with|my|numero|number)\s+(?:ancien |old )?(?:en |est |is )?(0[67])\b"
    r"(?!\s*(?:[/.-]?\s?\d|h\b|janv|fevr|mars|avril|mai\b|juin|juil|aout|sept|oct|nov|dec|jours?\b|mois\b))"
)

#: "mon numéro algérien": a number that is of another country is said by the country, in any spelling of the adjective.
_FOREIGN_NUMBER = re.compile(
    r"\b(?:numero|num|telephone|puce|sim)\s+(?:de telephone\s+)?(?:"
    r"algerien|marocain|tunisien|senegalais|malien|ivoirien|camerounais|congolais|guineen|beninois|togolais|gabonais|comorien"
    r"|malgache|haitien|indien|pakistanais|bangladais|bengali|chinois|japonais|coreen|vietnamien|philippin|turc|russe"
    r"|ukrainien|georgien|armenien|bresilien|colombien|peruvien|mexicain|americain|canadien|anglais|britannique|espagnol|italien"
    r"|portugais|allemand|belge|suisse|roumain|albanais|serbe|afghan|iranien|syrien|libanais|egyptien|soudanais)\w*"
    r"|\b(?:algerian|moroccan|tunisian|senegalese|malian|ivorian|cameroonian|nigerian|ghanaian|indian|pakistani|bangladeshi"
    r"|nepali|sri lankan|chinese|japanese|korean|vietnamese|filipino|turkish|russian|ukrainian|georgian|brazilian"
    r"|colombian|mexican|american|us|canadian|uk|british|spanish|italian|portuguese|german|belgian|swiss|romanian|iranian|syrian"
    r"|lebanese|egyptian|sudanese|afghan)\s+(?:phone\s+)?(?:number|sim|phone)\b"
    r"|\bnumber from (?:my (?:home )?country|back home|abroad)\b"
)


#: Somebody writes for another person: "pour ma femme", "le dossier de mon client", "my sister's card", "I help …".
_RELATIVE = (
    r"(?:femme|mari|epouse|epoux|conjointe?|compagne|compagnon|mere|pere|parents|soeur|frere|fille|fils|cousine?|copine|copain"
    r"|amie?|voisine?|collegue|client|cliente|usagere?|beneficiaire|tante|oncle|belle-?\s?soeur"
    r"|beau-?\s?frere|wife|husband|mother|father|mum|dad|sister|brother|daughter|son|friend|neighbour|neighbor|colleague|client"
    r"|aunt|uncle|partner)"
)
_SPEAKS_FOR = re.compile(
    rf"\b(?:pour|for)\s+(?:ma|mon|un|une|notre|my|our|an?)\s+{_RELATIVE}\b"
    rf"|\b(?:titre|carte|dossier|demande|recepisse|attestation|permis|renouvellement|compte)\s+(?:de\s+sejour\s+)?"
    rf"d[e']\s*(?:ma|mon|une?|notre)\s+{_RELATIVE}\b"
    rf"|\b(?:my|our|a)\s+{_RELATIVE}'s\s+(?:residence\s+)?(?:card|permit|file|request|application|account|titre|recepisse)\b"
    r"|\b(?:je suis benevole|j'accompagne une? |je l'accompagne|i am a volunteer|i'm a volunteer|i volunteer)\b"
)

#: Just before a thing: it is missing.
_LACKED = re.compile(
    r"(?:pas|jamais|aucune?|sans|ni|plus)"
    r"(?:\s+(?:encore|recu|eu|d'|de|du|la|l'|mon|ma|cette|une?|en|au))*\s*(?:d'|de |l')?$"
    r"|(?:\b(?:no|not|never|without|any|lacking)|n't)"
    r"(?:\s+(?:yet|have|got|received|had|get|given|a|an|any|the|my|in|under))*\s*$"
)
#: "Toujours pas d'attestation" is not a paper that one holds.
_HAD_OR_LACKED = frozenset({"paper_kind", "phone_origin", "device", "held"})
#: Marks that hold words together for spaCy and not for people.
_GLUE = str.maketrans("'‹›", "   ")


@dataclass(frozen=True)
class Found:
    """An entity: its name, normalised value, and place in the text."""

    name: str
    value: str
    start: int
    end: int


def bare(text: str) -> str:
    """Return ``text`` in lower case without accents, of the same length, so that places still fit."""
    letters = (unicodedata.normalize("NFD", char)[0] for char in text)
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in letters).replace("’", "'")


def _within(inner: Found, outer: Found) -> bool:
    """Tell whether ``inner`` is only a part of something else: "algérien" in "numéro algérien" is no permit."""
    longer = outer.end - outer.start > inner.end - inner.start
    return longer and inner.name != outer.name and outer.start <= inner.start and inner.end <= outer.end


class Finder:
    """Finds every entity of a text."""

    def __init__(self) -> None:
        self.nlp = spacy.blank("xx")
        self.matcher = PhraseMatcher(self.nlp.vocab)
        self.labels: dict[str, tuple[str, str]] = {}
        for entity, values in yaml.safe_load(_WORDS.read_text(encoding="utf-8")).items():
            for value, phrases in values.items():
                label = f"{entity}={value}"
                self.labels[label] = (entity, value)
                self.matcher.add(label, [self.nlp.make_doc(bare(str(phrase)).translate(_GLUE)) for phrase in phrases])

    def find(self, text: str, today: dt.date) -> list[Found]:
        """Return the entities of ``text``, one a name, the longest or first; ``today`` resolves "Friday"."""
        plain = bare(text)
        found = [*self._phrases(plain), *self._patterns(text), *find_durations(plain)]
        found += [Found("phone_origin", "foreign", *match.span()) for match in _FOREIGN_NUMBER.finditer(plain)]
        found += [Found("phone_origin", "french", *match.span(1)) for match in _FRENCH_NUMBER.finditer(plain)]
        found += [Found("speaks_for", "other", *match.span()) for match in _SPEAKS_FOR.finditer(plain)]
        found = [entity for entity in found if not any(_within(entity, other) for other in found)]
        dated = [*find_dates(plain, today)]
        found += dated or find_months(plain)
        best: dict[str, Found] = {}
        for entity in sorted(found, key=lambda entity: (-(entity.end - entity.start), entity.start)):
            best.setdefault(entity.name, entity)
        return sorted(best.values(), key=lambda entity: entity.start)

    def _phrases(self, plain: str) -> Iterator[Found]:
        doc = self.nlp.make_doc(plain.translate(_GLUE))
        for match_id, start, end in self.matcher(doc):
            entity, value = self.labels[self.nlp.vocab.strings[match_id]]
            span = doc[start:end]
            if entity in _HAD_OR_LACKED and _LACKED.search(plain[: span.start_char]):
                continue
            yield Found(entity, value, span.start_char, span.end_char)

    @staticmethod
    def _patterns(text: str) -> Iterator[Found]:
        if match := _ERROR_CODE.search(text):
            value = (match[1] or match[2] or match[0]).upper()
            yield Found("error_code", value, *match.span())
        if match := _DEPARTMENT.search(text):
            group = 1 if match[1] else 2
            yield Found("department", match[group].upper(), *match.span(group))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EntityFinder(GraphComponent, EntityExtractorMixin):
    """Rasa's component around ``Finder``."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: there are none."""
        return {}

    def __init__(self) -> None:
        self.finder = Finder()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityFinder:
        """Return the component with its words compiled."""
        cls.validate_config(config)
        return cls()

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to refuse."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities of each message; ``today`` may come with the message's metadata."""
        for message in messages:
            told = (message.get(METADATA) or {}).get("today")
            today = dt.date.fromisoformat(told) if told else dt.datetime.now(PARIS).date()
            text = message.get(TEXT) or ""
            entities = [
                {"entity": f.name, "value": f.value, "start": f.start, "end": f.end, "extractor": type(self).__name__}
                for f in self.finder.find(text, today)
            ]
            message.set(ENTITIES, [*(message.get(ENTITIES) or []), *entities], add_to_output=True)
        return messages
