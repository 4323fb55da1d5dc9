"""Rasa SDK actions: between Rasa's tracker and ``bot.dialogue``, nothing else.

Run by Déclic in its own process, and by ``rasa run actions`` for who prefers a server.
"""

from actions.take_turn import ActionRestart, ActionTakeTurn

__all__ = ["ActionRestart", "ActionTakeTurn"]
