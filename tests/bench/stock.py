"""Stock Rasa: the project that ``rasa init`` writes, with our data, domain and actions."""

from __future__ import annotations

import importlib.util
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from tests.bench.processes import LOCAL, ROOT, Program, Server, command, environment, free_port, run

_MODEL = "stock"


def installed() -> Path:
    """Return where Rasa is installed; it is not imported, so that the bench itself stays small."""
    spec = importlib.util.find_spec("rasa")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def initial(name: str) -> Path:
    """Return a file of the project that the installed Rasa writes at ``rasa init``."""
    return installed() / "cli" / "initial_project" / name


def configuration() -> dict[str, Any]:
    """Return what ``rasa init`` writes, with the defaults that Rasa itself puts where the file is silent."""
    written: dict[str, Any] = yaml.safe_load(initial("config.yml").read_text(encoding="utf-8"))
    path = installed() / "engine" / "recipes" / "config_files" / "default_config.yml"
    defaults: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {**written, **{key: written.get(key) or defaults[key] for key in ("pipeline", "policies")}}


def components() -> list[str]:
    """Return the components and policies in a few words each, for the report."""
    told = configuration()
    return [
        f"{part['name']}({', '.join(f'{key} {value}' for key, value in part.items() if key != 'name')})".replace(
            "()", ""
        )
        for part in (*told["pipeline"], *told["policies"])
    ]


class StockProject:
    """Everything this side writes."""

    def __init__(self, folder: Path, epochs: int | None = None) -> None:
        """Write the project into ``folder``; ``epochs`` replaces Rasa's own number, for development only."""
        self.folder = folder
        folder.mkdir(parents=True)
        self.environment = environment(folder, RASA_CACHE_DIRECTORY=str(folder / "cache"))
        self._config = folder / "config.yml"
        if epochs is None:
            shutil.copyfile(initial("config.yml"), self._config)
        else:
            self._config.write_text(yaml.safe_dump(_with_epochs(epochs), sort_keys=False), encoding="utf-8")
        shutil.copyfile(initial("credentials.yml"), folder / "credentials.yml")
        self.model = folder / "models" / f"{_MODEL}.tar.gz"

    def train(self, data: Path) -> float:
        """Train on ``data``, with the domain of this assistant; return the seconds."""
        words = [
            *("train", "--force", "--config", self._config, "--domain", ROOT / "domain.yml"),
            *("--data", data, "--out", self.model.parent, "--fixed-model-name", _MODEL),
        ]
        return run(Program("stock Rasa trains", command("rasa", *words), self.environment, self.folder))

    def take_model(self, path: Path) -> None:
        """Use a model that was trained before, for development only."""
        self.model.parent.mkdir()
        shutil.copyfile(path, self.model)

    def servers(self) -> tuple[Server, Server]:
        """Return its server and its action server."""
        port, actions_port = free_port(), free_port()
        endpoints = {"action_endpoint": {"url": f"http://{LOCAL}:{actions_port}/webhook"}}
        (self.folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), encoding="utf-8")
        words = [
            *("run", "--enable-api", "--interface", LOCAL, "--port", port, "--model", self.model),
            *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
        ]
        core = Server("rasa run", command("rasa", *words), self.environment, self.folder, port, "/status")
        for_actions = {**self.environment, "SANIC_HOST": LOCAL, "DECLIC_HOME": str(self.folder / "declic")}
        line = command("rasa", "run", "actions", "--actions", "actions", "--port", actions_port)
        actions = Server("rasa run actions", line, for_actions, self.folder, actions_port, "/health")
        return core, actions


def _with_epochs(epochs: int) -> dict[str, Any]:
    told = configuration()
    for part in (*told["pipeline"], *told["policies"]):
        if "epochs" in part:
            part["epochs"] = epochs
    return told


def rasa_version() -> str:
    """Return the version that is installed."""
    return version("rasa")
