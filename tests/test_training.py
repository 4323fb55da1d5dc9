"""The model is trained when, and only when, what it is made of has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import training
from bot.training import TrainingFailed, ensure_model, fingerprint, model_path
from tests.small_project import small_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small project that is trained instead of ours, and whose model is kept beside it."""
    folder = small_project(tmp_path / "project")
    monkeypatch.setattr(training, "ROOT", folder)
    monkeypatch.setenv("DECLIC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RASA_CACHE_DIRECTORY", str(tmp_path / "cache"))
    return folder


def test_a_missing_model_is_trained_once_and_takes_the_place_of_older_ones(project: Path, tmp_path: Path) -> None:
    older, another = (tmp_path / "home" / "models" / name for name in ("declic-0123456789abcdef.tar.gz", "mine.tar.gz"))
    for path in (older, another):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    trained = ensure_model()
    assert trained == model_path()
    assert (trained.exists(), older.exists(), another.exists()) == (True, False, True)
    when = trained.stat().st_mtime_ns
    assert ensure_model().stat().st_mtime_ns == when


def test_data_that_give_no_model_are_told_with_what_to_do(project: Path) -> None:
    for path in (project / "nlu_data").iterdir():
        path.unlink()
    with pytest.raises(TrainingFailed, match="Run `rasa data validate`"):
        training.train()
    assert not model_path().exists()


# -- what a model is made of -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *("config.yml", "domain.yml", "nlu_data/fr.yml", "nlu_data/rules.yml", "requirements.lock"),
        *("bot/nlu/intent.py", "bot/nlu/entities.yml"),
    ],
)
def test_a_change_of_what_it_is_made_of_asks_for_another_model(path: str, tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")
    before = fingerprint(project)
    with (project / path).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert fingerprint(project) != before


def test_a_message_that_moves_to_another_file_asks_for_another_model(tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")
    before = fingerprint(project)
    (project / "nlu_data" / "en.yml").rename(project / "nlu_data" / "en-2.yml")
    assert fingerprint(project) != before


@pytest.mark.parametrize("path", ["bot/cli.py", "knowledge_base/words.yml", "endpoints.yml", "nlu_data/README.md"])
def test_a_change_of_anything_else_does_not(path: str, tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")
    before = fingerprint(project)
    with (project / path).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert fingerprint(project) == before


def test_the_same_project_elsewhere_has_the_same_model(tmp_path: Path) -> None:
    assert fingerprint(small_project(tmp_path / "one")) == fingerprint(small_project(tmp_path / "two"))
