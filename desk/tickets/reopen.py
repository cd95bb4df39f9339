"""A customer who comes back soon gets the same ticket, so that nothing has to be told again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from callbacks.queries import is_to_come
from closing.models import Outcome
from conversations.models import Conversation, ConversationState
from conversations.store import change_state
from organisation.service import service
from privacy.masking import mask, mask_values
from tickets.facts import TicketFacts
from tickets.models import HistoryEntry, HistoryKind, Priority, Reason, Ticket, TicketState, Wish
from tickets.urgency import first_priority

# After these a ticket may still get notes, tags and a customer's opinion.
_ENDS = (HistoryKind.CLOSED, HistoryKind.HANDED_BACK, HistoryKind.MERGED_INTO)


def closed_lately(conversation: Conversation, intent: str = "") -> Ticket | None:
    """The conversation's latest ticket, when it was closed within `reopen_days`; None when it must rest.

    Args:
        conversation: locked by the caller, without an open ticket.
        intent: what the customer asks about now, when that is known: another subject is another ticket.
    """
    latest = conversation.tickets.select_related("employee", "conversation").order_by("-pk").first()
    if latest is None or latest.closed_at is None or latest.merged_into_id is not None:
        return None
    if timezone.now() - latest.closed_at > timedelta(days=service().reopen_days):
        return None
    return None if intent and latest.intent and intent != latest.intent else latest


def unsolved(conversation: Conversation) -> Ticket | None:
    """The ticket that an employee has just closed as not solved, as long as nobody has answered since; else None.

    Args:
        conversation: locked by the caller, without an open ticket.
    """
    # Set at the end of a ticket, taken away by the assistant's first answer after it.
    if not conversation.needs_fresh_session:
        return None
    ticket = closed_lately(conversation)
    ending = ticket.closings.order_by("-pk").first() if ticket else None
    # A conversation that was handed back is the assistant's, whatever the outcome.
    ends = ticket.history.filter(kind__in=_ENDS) if ticket else HistoryEntry.objects.none()
    was_closed = ends.order_by("-pk").values_list("kind", flat=True).first()
    is_unsolved = ending is not None and ending.outcome == Outcome.NOT_SOLVED
    return ticket if is_unsolved and was_closed == HistoryKind.CLOSED else None


def reopen_in(ticket: Ticket, reason: Reason, key: str | None, facts: TicketFacts) -> None:
    """Put a closed ticket back in the queue, with what is known now added. For a caller that has locked the conversation.

    How the customer wants to be helped is asked anew each time; only a call that is still to come stands.

    Args:
        ticket: closed, of `closed_lately`.
        reason: why a person is needed this time.
        key: of the event that led to it, so that the same event opens nothing twice.
        facts: what is known now; what they lack stays as it was.
    """
    before = {"from": ticket.reason, "wish_before": ticket.wish}
    keeps_call = facts.wish in ("", Wish.CALL_BACK) and is_to_come(ticket)
    ticket.state, ticket.employee, ticket.closed_at = TicketState.OPEN, None, None
    ticket.queued_at, ticket.taken_at, ticket.answered_at = timezone.now(), None, None
    ticket.waiting_notice_sent = False
    ticket.reason = reason
    ticket.idempotency_key = ticket.idempotency_key if key is None else key
    ticket.intent = facts.intent or ticket.intent
    ticket.summary = mask(facts.summary).text or ticket.summary
    ticket.entities = {**ticket.entities, **mask_values(facts.entities)}
    ticket.verified = mask_values(facts.verified) or ticket.verified
    if not keeps_call:
        ticket.wish, ticket.callback_from, ticket.callback_until = facts.wish, None, None
    ticket.phone, ticket.email = facts.phone or ticket.phone, facts.email or ticket.email
    # Never lower than an employee or the first reason made it.
    ticket.priority = Priority(min(ticket.priority, first_priority(reason, ticket.intent, ticket.wish)))
    ticket.save()
    ticket.history.create(kind=HistoryKind.REOPENED, detail={"reason": reason, **before})
    change_state(ticket.conversation, ConversationState.WAITING)
