"""Rasa's tracker, rebuilt at each turn from the one row of its conversation.

``RulePolicy`` needs no history: a tracker with the session in its slot and an empty past is enough, so a turn costs
the same at the first message and at the five-hundredth.
"""

from __future__ import annotations

from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

SLOT = "session"


class SessionTrackerStore(TrackerStore):
    """Holds the sessions of the turns in hand; the assistant loads them before and commits them after."""

    def __init__(self) -> None:
        super().__init__(domain=None)
        self._in_hand: dict[str, str | None] = {}

    def begin(self, conversation_id: str, session: str | None) -> None:
        """Put the stored session of a conversation in hand for one turn."""
        self._in_hand[conversation_id] = session

    def end(self, conversation_id: str) -> str | None:
        """Take back the session as the turn left it."""
        return self._in_hand.pop(conversation_id, None)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return a tracker that knows the session and no past."""
        tracker = self.init_tracker(sender_id)
        started: list[Any] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
        session = self._in_hand.get(sender_id)
        if session is not None:
            started.append(SlotSet(SLOT, session))
        for event in (*started, ActionExecuted(ACTION_LISTEN_NAME)):
            tracker.update(event, self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the session of the tracker in hand; nothing is written before the whole turn is."""
        if tracker.sender_id in self._in_hand:
            self._in_hand[tracker.sender_id] = tracker.get_slot(SLOT)

    async def keys(self) -> list[str]:
        """Return the conversations in hand."""
        return list(self._in_hand)
