"""Imported with the package itself: Rasa reports nothing, and none of the noise of its libraries shows.

Rasa sends usage data and crash reports unless it is told not to. For people without papers that would be a leak, so
it is not a setting.
"""

from __future__ import annotations

import logging
import os
import sys
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


def stop_crash_reports() -> None:
    """Close the way out that Rasa's own commands open for crash reports before they load the project.

    Usage data need no more than the environment, which Rasa looks at before each of its reports.
    """
    sentry = sys.modules.get("sentry_sdk")
    client = sentry.Hub.main.client if sentry else None
    if client is not None:
        client.close(timeout=0)


def hush() -> None:
    """Silence warnings and the informational logs of libraries; errors still show."""
    warnings.simplefilter("ignore")
    warnings.showwarning = _show_nothing
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)


stop_crash_reports()
hush()
