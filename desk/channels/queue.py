"""Which message to a customer is sent next, by whom, and what becomes of it. Each function is one transaction.

One process at a time sends to an address, in order (a lease, as in `turns.leases`). That a message is being sent is in
the database before
the vendor is called: what a process that died was sending is uncertain, and is not sent a second time by itself.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from channels.base import Outbound
from channels.choices import shown
from channels.models import Address, Outgoing, OutgoingState
from channels.parts import parts_of
from channels.receipts import OUTSIDE_WINDOW
from channels.registry import class_named
from conversations.models import Conversation
from conversations.store import locked, note_news
from organisation.service import service
from outbox.problems import DeliveryProblem
from outbox.queue import wait_after
from outbox.settings import lease_seconds

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lease:
    """The right to send to the customer of one conversation."""

    conversation_id: int
    owner: str


class LeaseLost(Exception):
    """Another process sends to this address now."""


def claim(conversation_id: int) -> Lease | None:
    """Take the right to send; None when somebody has it, or when the conversation has no address (any more)."""
    lease = Lease(conversation_id, uuid.uuid4().hex)
    now = timezone.now()
    free = Q(sender_owner="") | Q(sender_until__lt=now)
    taken = Address.objects.filter(free, conversation_id=conversation_id).update(
        sender_owner=lease.owner, sender_until=_until()
    )
    return lease if taken else None


def next_message(lease: Lease) -> tuple[Outgoing, Outbound] | None:
    """The next message to send, marked as being sent; None when there is none now, and then the lease is given up.

    Giving up under the conversation's lock leaves no gap: a message that is committed later finds the address free.

    Raises:
        LeaseLost: another process has it.
        Conversation.DoesNotExist: the conversation was erased.
    """
    with locked(lease.conversation_id) as conversation:
        address = Address.objects.filter(conversation=conversation, sender_owner=lease.owner).first()
        if address is None:
            raise LeaseLost
        _note_interrupted(conversation)
        first = (
            _of(conversation)
            .filter(state=OutgoingState.WAITING)
            .select_related("message__conversation")
            .order_by("id")
            .first()
        )
        if first is None or first.due_at > timezone.now():
            address.sender_owner, address.sender_until = "", None
            address.save(update_fields=["sender_owner", "sender_until"])
            return None
        address.sender_until = _until()
        address.save(update_fields=["sender_until"])
        first.state = OutgoingState.SENDING
        first.attempts += 1
        first.sent_at = timezone.now()
        first.save(update_fields=["state", "attempts", "sent_at"])
        return first, _outbound(first, address)


def sent(outgoing: Outgoing, remote_id: str) -> None:
    """The vendor took it. What waits because the vendor did not work is due again."""
    taken = {"remote_id": remote_id[:255], "problem": "", "problem_detail": ""}
    if not _settle(outgoing, state=OutgoingState.SENT, **taken):
        # A status came in before the answer did.
        Outgoing.objects.filter(pk=outgoing.pk, remote_id="").update(remote_id=remote_id[:255])
    if outgoing.attempts > 1:
        _move(_others(outgoing), timezone.now())


def not_sent(outgoing: Outgoing, problem: DeliveryProblem) -> None:
    """Try it again later, hold it until the customer writes, or leave it to an employee."""
    now = timezone.now()
    channel = class_named(outgoing.channel)
    wait = wait_after(outgoing.attempts, problem)
    ends = outgoing.tried_since + timedelta(hours=service().give_up_delivery_hours)
    if problem.name == OUTSIDE_WINDOW:
        state = OutgoingState.HELD
    elif problem.is_uncertain and not (channel and channel.is_repeatable):
        state = OutgoingState.UNCERTAIN
    elif problem.is_final or now + wait > ends:
        state = OutgoingState.FAILED
    else:
        state = OutgoingState.WAITING
    _settle(
        outgoing,
        state=state,
        due_at=now + wait,
        problem=problem.name[:32],
        problem_detail=problem.detail[:80],
    )
    logger.log(
        logging.WARNING if state in (OutgoingState.WAITING, OutgoingState.HELD) else logging.ERROR,
        "message %s by %s: %s, %s", outgoing.message_id, outgoing.channel, problem, state,
    )  # fmt: skip
    if problem.concerns_the_destination and state == OutgoingState.WAITING:
        _move(_others(outgoing).filter(due_at__lt=now + wait), now + wait)


def send_again(outgoing: Outgoing) -> bool:
    """Have a message that was given up or is uncertain sent again, as an employee asks; False when it is neither, or when
    the customer is not reached in its conversation any more."""
    now = timezone.now()
    with locked(outgoing.message.conversation_id) as conversation:
        again = Outgoing.objects.filter(
            pk=outgoing.pk,
            state__in=[OutgoingState.FAILED, OutgoingState.UNCERTAIN, OutgoingState.HELD],
            message__conversation__channel_address__isnull=False,
        )
        changed = again.update(
            state=OutgoingState.WAITING,
            attempts=0,
            due_at=now,
            tried_since=now,
            problem="",
            problem_detail="",
        )
        note_news(conversation)
    return bool(changed)


def due(limit: int = 200) -> list[int]:
    """Ids of conversations in which a message is to be sent and nobody is sending, or somebody died doing so."""
    now = timezone.now()
    free = Q(message__conversation__channel_address__sender_owner="") | Q(
        message__conversation__channel_address__sender_until__lt=now
    )
    waiting = Q(state=OutgoingState.WAITING, due_at__lte=now) | Q(state=OutgoingState.SENDING)
    found = Outgoing.objects.filter(free, waiting).order_by("id")
    return list(dict.fromkeys(found.values_list("message__conversation_id", flat=True)[:limit]))


def _note_interrupted(conversation: Conversation) -> None:
    """Whoever was sending before this lease died: what came of it is not known."""
    for outgoing in _of(conversation).filter(state=OutgoingState.SENDING):
        channel = class_named(outgoing.channel)
        is_repeatable = bool(channel and channel.is_repeatable)
        outgoing.state = OutgoingState.WAITING if is_repeatable else OutgoingState.UNCERTAIN
        outgoing.problem, outgoing.problem_detail = "" if is_repeatable else "interrupted", ""
        outgoing.save(update_fields=["state", "problem", "problem_detail"])
        note_news(conversation)


def _outbound(outgoing: Outgoing, address: Address) -> Outbound:
    channel = class_named(outgoing.channel)
    if channel is None:
        raise LookupError(outgoing.channel)
    text, choices = shown(outgoing.message, channel)
    pieces = parts_of(text, channel)
    is_last = outgoing.part == len(pieces) - 1
    is_late = channel.window is not None and address.written_at < timezone.now() - channel.window
    return Outbound(
        address=address.value,
        text=pieces[min(outgoing.part, len(pieces) - 1)],
        choices=choices if is_last else [],
        key=outgoing.key.hex,
        is_late=is_late,
    )


def _settle(outgoing: Outgoing, **changes: object) -> bool:
    """Store the outcome; False when a status settled it already, or when the conversation was erased meanwhile."""
    try:
        with locked(outgoing.message.conversation_id) as conversation:
            own = Outgoing.objects.filter(pk=outgoing.pk, state=OutgoingState.SENDING)
            changed = bool(own.update(**changes))
            if changed:
                note_news(conversation)
            return changed
    except Conversation.DoesNotExist:
        return False


def _of(conversation: Conversation) -> QuerySet[Outgoing]:
    return Outgoing.objects.filter(message__conversation=conversation)


def _others(outgoing: Outgoing) -> QuerySet[Outgoing]:
    """What else waits for the same vendor."""
    waiting = Outgoing.objects.filter(channel=outgoing.channel, state=OutgoingState.WAITING)
    return waiting.exclude(pk=outgoing.pk)


def _move(waiting: QuerySet[Outgoing], due_at: datetime) -> None:
    """Have these tried at another moment. Rows that somebody else is changing are left: none waits for another."""
    free = waiting.select_for_update(skip_locked=True).values("pk")
    with transaction.atomic():
        Outgoing.objects.filter(pk__in=free).update(due_at=due_at)


def _until() -> datetime:
    return timezone.now() + timedelta(seconds=lease_seconds())
