"""Conversations in memory that can be copied at any moment, so that a state is continued without playing what led to it."""

from __future__ import annotations

import copy
from collections import deque

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


class Tracker(DialogueStateTracker):
    """Rasa's tracker; its copy has the same state without applying every event again.

    Rasa copies the tracker before each action, so that what is said becomes slower the longer a conversation lasts.
    """

    def copy(self) -> Tracker:
        """A tracker in the same state; what happens to one of them does not change the other."""
        other = copy.copy(self)
        other.events = deque(self.events, maxlen=self.events.maxlen)
        other.slots = {name: copy.copy(slot) for name, slot in self.slots.items()}
        other.active_loop = copy.copy(self.active_loop)
        return other


class LiveTrackers(TrackerStore):
    """Keeps the trackers themselves, without turning them into text and back."""

    def __init__(self, domain: Domain | None) -> None:
        super().__init__(domain)
        self.trackers: dict[str, DialogueStateTracker] = {}

    def init_tracker(self, sender_id: str) -> DialogueStateTracker:
        """A new tracker, of the kind that can be copied."""
        return Tracker(sender_id, self.domain.slots, max_event_history=self.max_event_history)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tracker."""
        self.trackers[tracker.sender_id] = tracker

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of a conversation, or None."""
        return self.trackers.get(sender_id)
