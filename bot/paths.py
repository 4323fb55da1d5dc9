"""Where things are: the project's own files, and the one folder that is written to."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def home() -> Path:
    """Return the folder for everything that is written (database, model, keys, caches), made if missing.

    ``DECLIC_HOME`` says where; ``var/`` in the project otherwise.
    """
    folder = Path(os.environ.get("DECLIC_HOME") or ROOT / "var")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
