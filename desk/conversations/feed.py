"""News of a conversation as it happens, for the customer's and the employee's streams."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from django.http import StreamingHttpResponse


@dataclass(frozen=True)
class Event:
    """One server-sent event.

    Attributes:
        kind: `message` or `state`.
        data: for a message the object of docs/contracts.md, section 1; for a state `{"state", "ticket"}`.
        id: the message's id, from which a broken stream resumes; None for a state.
    """

    kind: str
    data: dict[str, Any]
    id: int | None = None


def conversation_events(conversation_id: int, after: int) -> AsyncIterator[Event]:
    """Everything that was said after the message `after`, then everything that is said from now on.

    The first event is the current state. Ends after ten minutes, or when the conversation is gone.

    Args:
        conversation_id: primary key; the caller has checked that this reader may see it.
        after: id of the last message that the reader has; 0 for all.
    """
    raise NotImplementedError


def event_stream(events: AsyncIterator[Event]) -> StreamingHttpResponse:
    """A `text/event-stream` response of these events, with a comment every 15 s so that the line stays open."""
    raise NotImplementedError
