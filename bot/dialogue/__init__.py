"""What to say next: pure functions of the session, the event and the knowledge base."""

from bot.dialogue.decide import Decision, decide
from bot.dialogue.events import Entity, Heard, Tapped, Understanding
from bot.dialogue.session import Session

__all__ = ["Decision", "Entity", "Heard", "Session", "Tapped", "Understanding", "decide"]
