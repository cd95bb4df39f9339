"""What became of the messages that went out, as vendors tell it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from channels.base import MessagingChannel
from channels.events import Receipt, Status
from channels.models import Address, Outgoing, OutgoingState
from channels.signals import outgoing_waits
from conversations.attention import seen_by_customer
from conversations.models import Conversation
from conversations.store import locked, note_news

OUTSIDE_WINDOW = "outside_window"

# The vendor's clock tells until when, ours tells when the vendor was called.
_CLOCKS_DIFFER = timedelta(seconds=1)
_ORDER = [OutgoingState.SENT, OutgoingState.DELIVERED, OutgoingState.READ]
_STATES = {
    Receipt.SENT: OutgoingState.SENT,
    Receipt.DELIVERED: OutgoingState.DELIVERED,
    Receipt.READ: OutgoingState.READ,
    Receipt.FAILED: OutgoingState.FAILED,
}
# An attempt of which nothing came back is settled by any of these.
_UNSETTLED = [OutgoingState.SENDING, OutgoingState.UNCERTAIN]


def take(channel: MessagingChannel, status: Status) -> None:
    """Keep one status. Statuses come in any order and more than once: what was delivered stays so. Unknown ones are left
    out."""
    for outgoing in _about(channel, status):
        _settle(outgoing, status)


def window_opened(address: Address) -> None:
    """The customer wrote: what had to wait for that can be sent. The caller has locked the conversation."""
    held = Outgoing.objects.filter(message__conversation_id=address.conversation_id, state=OutgoingState.HELD)
    now = timezone.now()
    if held.update(state=OutgoingState.WAITING, due_at=now, tried_since=now, problem="", problem_detail=""):
        key = address.conversation_id
        transaction.on_commit(lambda: outgoing_waits.send_robust(Conversation, conversation_id=key))


def _about(channel: MessagingChannel, status: Status) -> QuerySet[Outgoing]:
    sent = Outgoing.objects.filter(channel=channel.name).select_related("message")
    if status.key:
        try:
            by_key = sent.filter(key=UUID(status.key))
        except ValueError:
            by_key = sent.none()
        if by_key.exists():
            return by_key
    if status.remote_id:
        return sent.filter(remote_id=status.remote_id[:255])
    if status.up_to is None or not status.address:
        return sent.none()
    reached = sent.filter(
        message__conversation__channel_address__channel=channel.name,
        message__conversation__channel_address__value=status.address,
        sent_at__lte=status.up_to + _CLOCKS_DIFFER,
    )
    return reached.filter(state__in=_ORDER[: _ORDER.index(_STATES[status.receipt])])


def _settle(outgoing: Outgoing, status: Status) -> None:
    conversation_id = outgoing.message.conversation_id
    with locked(conversation_id) as conversation:
        current = Outgoing.objects.get(pk=outgoing.pk)
        state = _STATES[status.receipt]
        if not _is_news(current.state, state):
            return
        # Some vendors find out afterwards that the customer has to write first.
        current.state = OutgoingState.HELD if status.problem == OUTSIDE_WINDOW else state
        current.remote_id = current.remote_id or status.remote_id[:255]
        current.problem, current.problem_detail = status.problem[:32], status.detail[:80]
        current.save(update_fields=["state", "remote_id", "problem", "problem_detail"])
        note_news(conversation)
    if state in (OutgoingState.DELIVERED, OutgoingState.READ):
        is_read = state == OutgoingState.READ
        message_id = outgoing.message_id
        seen_by_customer(conversation_id, received=message_id, read=message_id if is_read else 0)


def _is_news(now: str, told: OutgoingState) -> bool:
    if told == OutgoingState.FAILED:
        return now in [*_UNSETTLED, OutgoingState.SENT]
    if now in _ORDER:
        return _ORDER.index(told) > _ORDER.index(OutgoingState(now))
    return True
