"""One turn at a time per conversation, across processes.

A lease is a row of the conversation with an owner and an expiry. It is taken by a compare-and-set, so it needs nothing
but a database, and it ends by itself when its process dies.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from conversations.models import Conversation, TurnState

# After a crash a customer waits this long at most. Renewed three times in that time.
LEASE_SECONDS = 15.0


class LeaseLost(Exception):
    """Another process has the conversation's turn now; whatever this one still has to say comes too late."""


@dataclass(frozen=True)
class Lease:
    """The right to answer in one conversation."""

    conversation_id: int
    owner: str

    def require(self, conversation: Conversation) -> None:
        """Raise `LeaseLost` when the conversation, locked by the caller, has another owner."""
        if conversation.turn_owner != self.owner:
            raise LeaseLost


def claim(conversation_id: int) -> Lease | None:
    """Take the turn of a conversation, or None when somebody has it."""
    lease = Lease(conversation_id, uuid.uuid4().hex)
    now = timezone.now()
    free = Q(turn_owner="") | Q(turn_expires_at__lt=now)
    taken = Conversation.objects.filter(free, pk=conversation_id).update(
        turn_owner=lease.owner, turn_expires_at=now + timedelta(seconds=LEASE_SECONDS)
    )
    return lease if taken else None


def renew(lease: Lease) -> bool:
    """Keep the turn; False when it was lost."""
    expires_at = timezone.now() + timedelta(seconds=LEASE_SECONDS)
    return bool(_own(lease).update(turn_expires_at=expires_at))


def release(lease: Lease) -> None:
    """Give the turn up, unless it was lost already."""
    _own(lease).update(turn_owner="", turn_expires_at=None)


def awaiting_turns(limit: int = 100) -> list[int]:
    """Ids of conversations in which a message waits for an answer and nobody is answering, oldest message first."""
    free = Q(turn_owner="") | Q(turn_expires_at__lt=timezone.now())
    waiting = Conversation.objects.filter(free, messages__turn_state=TurnState.PENDING)
    return list(dict.fromkeys(waiting.order_by("messages__id").values_list("pk", flat=True)[:limit]))


def _own(lease: Lease) -> QuerySet[Conversation]:
    return Conversation.objects.filter(pk=lease.conversation_id, turn_owner=lease.owner)
