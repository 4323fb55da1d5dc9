"""This assistant, trained and served in a folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.bench.processes import LOCAL, ROOT, Program, Server, command, environment, free_port, run


class OurProject:
    """Everything this side writes: its home is inside the bench's folder, never ``var/``."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "declic"
        self.home.mkdir(parents=True)
        self.environment = environment(folder, DECLIC_HOME=str(self.home))

    def train_from_nothing(self) -> float:
        """Train with every cache empty; return the seconds."""
        return run(self._program("Déclic trains, caches empty", "train"))

    def train_again(self) -> float:
        """Train once more with only the embeddings kept; return the seconds."""
        shutil.rmtree(self.home / "models")
        shutil.rmtree(self.home / "cache" / "rasa", ignore_errors=True)
        return run(self._program("Déclic trains, embeddings cached", "train"))

    def train_on(self, data: Path) -> float:
        """Train on other data, every cache empty; return the seconds. The model is ``self.other``."""
        words = [
            *("train", "--force", "--config", ROOT / "config.yml", "--domain", ROOT / "domain.yml"),
            *(
                "--data",
                data,
                "--out",
                self.other.parent,
                "--fixed-model-name",
                self.other.name.removesuffix(".tar.gz"),
            ),
        ]
        empty = environment(self.folder, DECLIC_HOME=str(self.folder / "empty"))
        return run(Program("Déclic trains on the sample", command("rasa", *words), empty, ROOT, logs=self.folder))

    @property
    def other(self) -> Path:
        """The model that ``train_on`` makes."""
        return self.folder / "other" / "sample.tar.gz"

    def server(self) -> Server:
        """Return the server, on SQLite."""
        port = free_port()
        words = command("declic", "serve", "--host", LOCAL, "--port", port)
        return Server("declic serve", words, self.environment, self.folder, port, "/ready")

    def _program(self, name: str, *words: str) -> Program:
        return Program(name, command("declic", *words), self.environment, self.folder)
