"""Déclic: the assistant, its understanding, its memory and its channels."""

# First, whether Rasa is imported before or after: it reports nothing, ever.
from bot import quiet as quiet

__version__ = "0.1.0"
