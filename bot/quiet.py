"""Imported before Rasa by the package itself: telemetry off, and none of the noise of its libraries.

Rasa sends usage data and crash reports unless this is set before its first import. For people without papers that
would be a leak, so it is not a setting.
"""

from __future__ import annotations

import logging
import os
import warnings

from bot.paths import home

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ["SENTRY_DSN"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
# The models are small: more threads only fight with the web server's.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("RASA_CACHE_DIRECTORY", str(home() / "cache" / "rasa"))
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("LOG_LEVEL_LIBRARIES", "ERROR")

_NOISY = ("rasa", "rasa_sdk", "tensorflow", "matplotlib", "apscheduler", "sanic", "absl", "h5py", "urllib3")


def _show_nothing(*_: object, **__: object) -> None:
    """Take the place of ``warnings.showwarning``: libraries reset the filters when they are imported."""


def hush() -> None:
    """Silence warnings and the informational logs of libraries; errors still show."""
    warnings.simplefilter("ignore")
    warnings.showwarning = _show_nothing
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)


hush()
