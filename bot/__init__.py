"""Déclic: the assistant, its understanding, its memory and its channels."""

# Before anything can import Rasa: its telemetry is off, always.
from bot import quiet as quiet

__version__ = "0.1.0"
