"""Sentence embeddings: what they are given, what they give, and what is not embedded twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import embedding
from bot.nlu.embedding import MODELS, SentenceEmbedder, Vectors, clean, embed_cached, encoder, known_vectors, vector

HOSTILE = ["", " \n", "a\x00b", "\ud800", "mon \udfff titre", "😀", "é" * 100_000, "\u202e123"]


def nearness(name: str, one: str, other: str) -> float:
    first, second = encoder(name)([one, other])
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


@pytest.mark.parametrize("name", MODELS)
def test_the_same_problem_in_two_languages_is_near(name: str) -> None:
    french = "Je ne reçois pas le code par SMS"
    same = nearness(name, french, "The text message with the code does not arrive")
    assert same > nearness(name, french, "Mon avocat prépare un recours au tribunal") + 0.05


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("text", HOSTILE, ids=[ascii(text[:8]) for text in HOSTILE])
def test_whatever_is_written_has_a_vector(name: str, text: str) -> None:
    found = vector(Message({TEXT: text}), name)
    assert found.shape == (MODELS[name][1],)
    assert np.isfinite(found).all()


def test_a_text_is_cleaned_of_what_no_encoder_takes() -> None:
    assert clean("a\x00b\ud800c") == "a bc"
    assert clean("\x00\n") == " "
    assert len(clean("é" * 100_000)) < 5_000


@pytest.mark.parametrize("name", ["bert", "", "E5"])
def test_an_unknown_model_is_refused_with_those_that_exist(name: str) -> None:
    with pytest.raises(InvalidConfigException, match=r"There is no model '.*'\. Use one of: e5, use\."):
        encoder(name)


@pytest.mark.parametrize(("models", "named"), [(["use", "bert"], "bert"), (["bert", 3], "bert, 3"), ([], "none")])
def test_a_setting_of_unknown_models_is_refused_before_training(models: list[str], named: str, tmp_path: Path) -> None:
    storage = LocalModelStorage(tmp_path)
    with pytest.raises(InvalidConfigException, match=rf"SentenceEmbedder names {named}\. Use some of: e5, use\."):
        SentenceEmbedder.create({"models": models}, storage, Resource("embedder"), None)  # type: ignore[arg-type]


# -- the cache of the training messages ------------------------------------------------------------------------------


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Add a model ``letters``, whose vector counts letters, and return the texts that it has read so far."""
    texts: list[str] = []

    def encode(given: Sequence[str]) -> Vectors:
        texts.extend(given)
        return np.array([[text.count(letter) for letter in "abc"] for text in given], dtype=np.float32)

    monkeypatch.setenv("DECLIC_HOME", str(tmp_path))
    monkeypatch.setitem(MODELS, "letters", (lambda: encode, 3))
    monkeypatch.setattr(embedding, "_loaded", dict(embedding._loaded))
    return texts


def test_a_message_is_embedded_once_however_often_it_is_trained_on(read: list[str]) -> None:
    first = embed_cached("letters", ["aab", "c", "aab"])
    assert read == ["aab", "c"]
    assert first.tolist() == [[2, 1, 0], [0, 0, 1], [2, 1, 0]]
    again = embed_cached("letters", ["c", "bb", "aab"])
    assert read == ["aab", "c", "bb"]
    assert again.tolist() == [[0, 0, 1], [0, 2, 0], [2, 1, 0]]


def test_more_messages_than_a_batch_come_back_in_their_order(read: list[str]) -> None:
    texts = ["a" * count for count in range(1, 101)]
    assert embed_cached("letters", texts)[:, 0].tolist() == list(range(1, 101))
    assert sorted(read) == sorted(texts)


def test_a_training_that_was_cut_off_leaves_the_cache_whole(read: list[str], tmp_path: Path) -> None:
    embed_cached("letters", ["ab"])
    (tmp_path / "cache" / "embeddings" / "letters.partial.npz").write_bytes(b"cut off")
    assert embed_cached("letters", ["ab", "b"]).tolist() == [[1, 1, 0], [0, 1, 0]]
    assert read == ["ab", "b"]


def test_no_message_gives_no_vector_of_the_right_length(read: list[str]) -> None:
    assert embed_cached("letters", []).shape == (0, 3)
    assert read == []


# -- the component ---------------------------------------------------------------------------------------------------


def test_training_embeds_with_every_model_and_a_message_only_with_the_first(read: list[str], tmp_path: Path) -> None:
    storage, resource = LocalModelStorage(tmp_path), Resource("embedder")
    component = SentenceEmbedder.create({"models": ["use", "letters"]}, storage, resource, None)  # type: ignore[arg-type]
    data = TrainingData([Message({TEXT: "abba"}), Message({TEXT: ""}), Message({"intent": "affirm"})])
    trained = component.process_training_data(data).training_examples
    assert [sorted(known_vectors(message)) for message in trained] == [["letters", "use"], [], []]
    assert read == ["abba"]

    (asked,) = component.process([Message({TEXT: "cab"})])
    assert list(known_vectors(asked)) == ["use"]
    assert vector(asked, "letters").tolist() == vector(asked, "letters").tolist() == [1, 1, 1]
    assert read == ["abba", "cab"]


def test_an_encoder_learns_from_no_message_longer_than_it_is_told(read: list[str], tmp_path: Path) -> None:
    config = {"models": ["use", "letters"], "longest": {"letters": 2}}
    component = SentenceEmbedder.create(config, LocalModelStorage(tmp_path), Resource("embedder"), None)  # type: ignore[arg-type]
    trained = component.process_training_data(TrainingData([Message({TEXT: "ab"}), Message({TEXT: "abb"})]))
    assert [sorted(known_vectors(message)) for message in trained.training_examples] == [["letters", "use"], ["use"]]
    assert read == ["ab"]
