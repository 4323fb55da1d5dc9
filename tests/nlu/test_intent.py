"""What the person's problem is: probabilities, in order, and no encoder asked without need."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from rasa.core.agent import Agent
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant import understand
from bot.nlu.embedding import SPEAKS, SentenceEmbedder
from bot.nlu.fusion import Array, Fusion, Mixing, Sample
from bot.nlu.intent import IntentClassifier
from bot.nlu.language import VARIETY
from tests.nlu.corpus import messages

# -- what a person sees ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Je ne reçois pas le code par SMS", "sms_code_missing"),
        ("the text message with my code never arrives", "sms_code_missing"),
        ("mon dossier est en cours d'instruction depuis huit mois", "status_stuck"),
        ("my browser says the connection is not private", "certificate_warning"),
        ("j'ai reçu une OQTF", "oqtf"),
        ("je n'en peux plus, je veux mourir", "distress"),
        ("someone on Telegram sells appointments for 200 euros", "scam"),
        ("bonjour", "greet"),
        ("I want to talk to a human", "ask_human"),
    ],
)
async def test_a_problem_told_plainly_is_understood(
    text: str, intent: str, agent_and_store: tuple[Agent, object]
) -> None:
    agent, _ = agent_and_store
    assert (await understand(agent, text))["intent"]["name"] == intent


@pytest.mark.parametrize(
    "text", ["mon titre expire", "", "😀", "\x00\ud800", pytest.param("a" * 100_000, id="long"), "/restart", "{}[](x)"]
)
async def test_the_ranking_is_in_order_and_its_probabilities_are_no_more_than_one(
    text: str, agent_and_store: tuple[Agent, object]
) -> None:
    agent, _ = agent_and_store
    parsed = await understand(agent, text)
    ranking = [each for each in parsed["intent_ranking"] if each["name"] != "nlu_fallback"]
    told = [each["confidence"] for each in ranking]
    assert told == sorted(told, reverse=True)
    assert len({each["name"] for each in ranking}) == len(ranking) == 10
    assert min(told) >= 0
    assert sum(told) <= 1 + 1e-5


# -- two small encoders of points: "cheap" cannot tell north from south, nor "dear" east from west -------------------

POINTS = {"east": (4, 0), "west": (-4, 0), "north": (0, 4), "south": (0, -4)}
STEPS = [(x / 4, y / 4) for x in range(-2, 3) for y in range(-2, 3)]


class Asked:
    """Encodes a point as the named encoder sees it, and remembers which were asked."""

    def __init__(self, *point: float) -> None:
        self.point = point
        self.names: list[str] = []

    def __call__(self, name: str) -> Array:
        self.names.append(name)
        return seen(name, self.point)


def seen(name: str, point: tuple[float, ...]) -> Array:
    x, y = point
    return np.array([x, abs(y)] if name == "cheap" else [abs(x), y], dtype=np.float32)


def fusion(sure_at: float = 0.9, *, names: tuple[str, ...] = ("cheap", "dear"), shift: float = 0.0) -> Fusion:
    """Return a fusion fitted on the four clusters, in two languages, the second one ``shift`` to the east."""
    points, languages, intents = [], [], []
    for language, offset in (("fr", 0.0), ("en", shift)):
        for intent, (x, y) in POINTS.items():
            points += [(x + dx + offset, y + dy) for dx, dy in STEPS]
            languages += [language] * len(STEPS)
            intents += [intent] * len(STEPS)
    samples = {name: Sample(np.stack([seen(name, point) for point in points]), languages, intents) for name in names}
    return Fusion.fit(samples, 20.0, Mixing(temperature=0.7, sure_at=sure_at))


def best(fitted: Fusion, asked: Asked, language: str = "fr") -> str:
    return fitted.intents[int(np.argmax(fitted.probabilities(asked, language)))]


def test_each_encoder_learns_from_its_own_messages() -> None:
    east, north = np.array([[4.0, 0.0]] * 3, np.float32), np.array([[0.0, 4.0]] * 5, np.float32)
    cheap = Sample(np.concatenate([east, north]), ["fr"] * 8, ["east"] * 3 + ["north"] * 5)
    dear = Sample(np.concatenate([east[:1], north[:1]]), ["fr"] * 2, ["east", "north"])
    assert best(Fusion.fit({"cheap": cheap, "dear": dear}, 20.0, Mixing()), Asked(4, 0)) == "east"


def test_an_encoder_without_a_message_of_some_intent_is_refused() -> None:
    both = Sample(np.eye(2, dtype=np.float32), ["fr"] * 2, ["east", "north"])
    one = Sample(np.eye(2, dtype=np.float32), ["fr"] * 2, ["east", "east"])
    with pytest.raises(ValueError, match=r"dear has no message of north\."):
        Fusion.fit({"cheap": both, "dear": one}, 20.0, Mixing())


def with_grams(**mixing: float) -> Fusion:
    """Return a fusion of one encoder that cannot tell north from south, and of n-grams that tell all four."""
    points = [(intent, point) for intent, point in POINTS.items() for _ in range(3)]
    sample = Sample(np.stack([seen("cheap", p) for _, p in points]), ["fr"] * len(points), [i for i, _ in points])
    texts = [(f"{word} {intent}", intent) for intent in POINTS for word in ("vers le", "du", "au")]
    return Fusion.fit({"cheap": sample}, 20.0, Mixing(**mixing), texts=texts)


def test_the_words_tell_what_the_encoder_cannot() -> None:
    found = with_grams().probabilities(Asked(0, 4), "fr", "plein south")
    assert found.argmax() == with_grams().intents.index("south")


def test_the_words_weigh_less_where_the_variety_is_not_known() -> None:
    fitted = with_grams(grams=0.7, grams_elsewhere=0.1)
    south = fitted.intents.index("south")
    known, unknown = (fitted.probabilities(Asked(4, 0), variety, "plein south")[south] for variety in ("fr", ""))
    assert known > unknown


def test_the_list_of_texts_must_hold_every_intent() -> None:
    sample = Sample(np.eye(2, dtype=np.float32), ["fr"] * 2, ["east", "north"])
    with pytest.raises(ValueError, match=r"the list of texts has no message of north\."):
        Fusion.fit({"cheap": sample}, 20.0, Mixing(), texts=[("à l'est", "east")])


def test_what_spoke_is_told() -> None:
    _, spoke = with_grams(sure_at=0.0).read(Asked(4, 0), "fr", "east")
    assert list(spoke) == ["grams", "cheap"]
    assert all(alone.sum() == pytest.approx(1, abs=1e-3) for alone in spoke.values())


def test_an_encoder_is_silent_where_it_was_not_made_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SPEAKS, "cheap", frozenset({"fr"}))
    there, elsewhere, nowhere = Asked(4, 0), Asked(4, 0), Asked(4, 0)
    fitted = fusion(1.1)
    for asked, variety in ((there, "fr"), (elsewhere, "ps"), (nowhere, "")):
        fitted.probabilities(asked, variety)
    assert (there.names, elsewhere.names, nowhere.names) == (["cheap", "dear"], ["dear"], ["dear"])


def test_the_second_encoder_is_asked_only_where_the_first_is_not_sure() -> None:
    fitted = fusion()
    plain, hard = Asked(4, 0), Asked(0, 4)
    assert best(fitted, plain) == "east"
    assert plain.names == ["cheap"]
    assert best(fitted, hard) == "north"
    assert hard.names == ["cheap", "dear"]


@pytest.mark.parametrize(("sure_at", "asked"), [(0.0, ["cheap"]), (1.1, ["cheap", "dear"])])
def test_how_sure_the_first_must_be_is_a_setting(sure_at: float, asked: list[str]) -> None:
    encode = Asked(4, 0)
    fusion(sure_at).probabilities(encode, "fr")
    assert encode.names == asked


def test_the_second_opinion_weighs_as_much_as_the_first() -> None:
    both, cheap, dear = (fusion(1.1, names=names) for names in (("cheap", "dear"), ("cheap",), ("dear",)))
    logs = [np.log(alone.probabilities(Asked(1, 3), "fr")) for alone in (cheap, dear)]
    mean = np.exp(np.mean(logs, axis=0))
    assert both.probabilities(Asked(1, 3), "fr") == pytest.approx(mean / mean.sum(), abs=1e-4)


def test_a_language_that_lies_elsewhere_is_centred_first() -> None:
    fitted = fusion(1.1, shift=20.0)
    assert best(fitted, Asked(4, 0), "fr") == "east"
    assert best(fitted, Asked(20 - 4, 0), "en") == "west"
    assert best(fitted, Asked(20 - 4, 0), "fr") == "east"  # the shift would be taken for the meaning


@pytest.mark.parametrize("language", ["", "ps"])
def test_an_unknown_language_is_read_from_the_middle_of_all(language: str) -> None:
    fitted = fusion(1.1, shift=2.0)
    assert best(fitted, Asked(1 + 4, 0), language) == "east"
    assert best(fitted, Asked(1 - 4, 0), language) == "west"


@settings(max_examples=100, deadline=None)
@given(
    arrays(np.float32, 2, elements=st.floats(-1e6, 1e6, width=32)),
    st.sampled_from(["fr", "en", ""]),
    st.sampled_from([0.0, 0.5, 0.9, 1.1]),
)
def test_probabilities_sum_to_one_wherever_the_message_lies(point: Array, language: str, sure_at: float) -> None:
    row = _FITTED[sure_at].probabilities(Asked(*point), language)
    assert row.shape == (4,)
    assert (row >= 0).all()
    assert math.isclose(float(row.sum()), 1.0, abs_tol=1e-5)


_FITTED = {sure_at: fusion(sure_at) for sure_at in (0.0, 0.5, 0.9, 1.1)}


# -- the component ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[IntentClassifier, LocalModelStorage]:
    """Return a classifier of three intents, trained on a few real messages, and where it was stored."""
    storage = LocalModelStorage(tmp_path_factory.mktemp("storage"))
    told = [each for each in messages("training") if each.intent in ("greet", "thank", "sms_code_missing")]
    data = TrainingData(
        [
            Message({TEXT: each.text, INTENT: each.intent, VARIETY: each.language})
            for language in ("fr", "en")
            for intent in ("greet", "thank", "sms_code_missing")
            for each in [each for each in told if each.intent == intent and each.language == language][:5]
        ]
    )
    embedder = SentenceEmbedder.create({"models": ["use"]}, storage, Resource("embedder"), None)  # type: ignore[arg-type]
    for message in data.training_examples:
        embedder.process([message])
    config = {**IntentClassifier.get_default_config(), "ranking_length": 2}
    classifier = IntentClassifier.create(config, storage, Resource("intent"), None)  # type: ignore[arg-type]
    classifier.train(data)
    return classifier, storage


def _ask(classifier: IntentClassifier, text: str, **told: object) -> Message:
    return classifier.process([Message({TEXT: text, **told})])[0]


def test_the_classifier_that_is_read_again_is_the_one_that_was_stored(
    trained: tuple[IntentClassifier, LocalModelStorage],
) -> None:
    classifier, storage = trained
    again = IntentClassifier.load(classifier.config, storage, Resource("intent"), None)  # type: ignore[arg-type]
    for text in ("bonjour", "thanks a lot", "le sms n'arrive pas"):
        ranking = [(each["name"], each["confidence"]) for each in _ask(classifier, text).get("intent_ranking")]
        assert len(ranking) == 2
        assert [(e["name"], e["confidence"]) for e in _ask(again, text).get("intent_ranking")] == ranking


def test_what_is_stored_is_arrays_and_json_and_no_code(trained: tuple[IntentClassifier, LocalModelStorage]) -> None:
    _, storage = trained
    with storage.read_from(Resource("intent")) as folder:
        assert {path.name for path in folder.iterdir()} == {"heads.npz", "fusion.json"}
        with np.load(folder / "heads.npz", allow_pickle=False) as stored:
            assert all(np.isfinite(stored[name]).all() for name in stored.files)


def test_a_message_without_a_language_is_read_in_that_of_its_conversation(
    trained: tuple[IntentClassifier, LocalModelStorage],
) -> None:
    classifier, _ = trained

    def told(**about: object) -> float:
        return float(_ask(classifier, "ok", **about).get(INTENT)["confidence"])

    assert told(**{METADATA: {"language": "en"}}) == told(**{VARIETY: "en"}) != told(**{VARIETY: "fr"})
    assert told(**{VARIETY: "fr", METADATA: {"language": "en"}}) == told(**{VARIETY: "fr"})


def test_a_tap_and_an_empty_message_are_not_trained_on(tmp_path: Path) -> None:
    """Rasa's data may hold intents without a text; they carry no vector."""
    storage = LocalModelStorage(tmp_path)
    embedder = SentenceEmbedder.create({"models": ["use"]}, storage, Resource("embedder"), None)  # type: ignore[arg-type]
    told = [Message({TEXT: "bonjour", INTENT: "greet"}), Message({TEXT: "merci", INTENT: "thank"})]
    data = TrainingData([*embedder.process(told), Message({INTENT: "choose"})])
    classifier = IntentClassifier.create(IntentClassifier.get_default_config(), storage, Resource("intent"), None)  # type: ignore[arg-type]
    classifier.train(data)
    assert classifier.fusion is not None
    assert classifier.fusion.intents == ["greet", "thank"]
