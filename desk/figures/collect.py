"""Keeps the figures' rows up to date with the tickets. Everything can be done twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.crypto import salted_hmac

from closing.models import Outcome
from conversations.models import Conversation, Message, Sender
from figures.episodes import TicketStory, contacts_of
from figures.models import Contact, ConversationDay, CustomerMark
from organisation.loader import current
from satisfaction.models import SATISFIED
from tickets.models import HistoryEntry, Ticket

# Of a `ConversationDay`.
_COUNTED = ["spoken", "with_ticket", "assistant_asked", "assistant_answered", "assistant_resolved"]
BATCH = 500
# Entries get their number before they are committed; a slower transaction may bring one in below what was read already.
_OVERLAP = 500
# A conversation may still get a ticket on the next days.
_RECOUNTED_DAYS = 8
_UPDATED = [
    field.name
    for field in Contact._meta.concrete_fields
    if field.name not in {"id", "ticket", "sequence", "came_back"}
]
_PROOFS = ("customer_number", "order_number")


def collect(batches: int, now: datetime) -> bool:
    """Bring at most so many batches of changed tickets up to date, the oldest changes first.

    Args:
        batches: of `BATCH` and some entries of history.
        now: aware; decides what is settled.

    Returns:
        Whether everything is up to date.
    """
    seen = Contact.objects.aggregate(seen=Max("last_entry"))["seen"] or 0
    after = max(0, seen - _OVERLAP)
    for _ in range(batches):
        entries = HistoryEntry.objects.filter(pk__gt=after).order_by("pk")
        changed = list(entries.values_list("pk", "ticket_id")[: BATCH + _OVERLAP])
        if changed:
            _refresh({ticket_id for _, ticket_id in changed}, changed[-1][0])
            after = changed[-1][0]
        if len(changed) < BATCH + _OVERLAP:
            _settle(now)
            return True
    return False


def count_conversations() -> None:
    """Count the conversations of the last days, or of all days when nothing was counted yet."""
    zone = current().opening_hours.zone
    found = Conversation.objects.all()
    if ConversationDay.objects.exists():
        since = timezone.now().astimezone(zone) - timedelta(days=_RECOUNTED_DAYS)
        found = found.filter(created_at__gte=since.replace(hour=0, minute=0, second=0, microsecond=0))
    wrote = Exists(Message.objects.filter(conversation=OuterRef("pk"), sender=Sender.CUSTOMER))
    has_ticket = Exists(Ticket.objects.filter(conversation=OuterRef("pk")))
    counted = (
        found.annotate(day=TruncDate("created_at", tzinfo=zone), wrote=wrote, has_ticket=has_ticket)
        .values("day", "channel")
        .annotate(
            spoken=Count("pk", filter=Q(wrote=True) | Q(has_ticket=True)),
            with_ticket=Count("pk", filter=Q(has_ticket=True)),
            assistant_asked=Count("assistant_question"),
            assistant_answered=Count("assistant_question", filter=Q(assistant_question__score__isnull=False)),
            assistant_resolved=Count(
                "assistant_question", filter=Q(assistant_question__score__gte=SATISFIED, has_ticket=False)
            ),
        )
        .order_by("day")
    )
    ConversationDay.objects.bulk_create(
        [ConversationDay(**row) for row in counted],
        update_conflicts=True,
        unique_fields=["day", "channel"],
        update_fields=_COUNTED,
    )


def _refresh(ticket_ids: Iterable[int], position: int) -> None:
    """Work these tickets out anew; the history has been read up to `position`."""
    hours = current().opening_hours
    with transaction.atomic():
        stories = _stories(ticket_ids)
        contacts = [contact for story in stories for contact in contacts_of(story, hours)]
        for contact in contacts:
            contact.last_entry = position
        Contact.objects.bulk_create(
            contacts, update_conflicts=True, unique_fields=["ticket", "sequence"], update_fields=_UPDATED
        )
        _mark(stories)


def _stories(ticket_ids: Iterable[int]) -> list[TicketStory]:
    """Everything about these tickets, in a number of queries that does not grow with them."""
    tickets = list(
        Ticket.objects.filter(pk__in=list(ticket_ids))
        .select_related("conversation", "rating")
        .prefetch_related("history", "closings__cause")
    )
    silent = [t for t in tickets if any(c.outcome == Outcome.NO_ANSWER for c in t.closings.all())]
    wrote = _customer_wrote([ticket.conversation_id for ticket in silent])
    stories = []
    for ticket in tickets:
        rating = getattr(ticket, "rating", None)
        stories.append(
            TicketStory(
                ticket=ticket,
                history=list(ticket.history.all()),
                closings=list(ticket.closings.all()),
                wrote_at=wrote.get(ticket.conversation_id, ()),
                score=rating.score if rating else None,
                rated_at=rating.at if rating else None,
            )
        )
    return stories


def _customer_wrote(conversation_ids: Sequence[int]) -> dict[int, list[datetime]]:
    wrote: dict[int, list[datetime]] = defaultdict(list)
    messages = Message.objects.filter(conversation_id__in=conversation_ids, sender=Sender.CUSTOMER)
    for conversation_id, at in messages.order_by("id").values_list("conversation_id", "at"):
        wrote[conversation_id].append(at)
    return wrote


def _mark(stories: Sequence[TicketStory]) -> None:
    """Store by what the customers of these tickets are known again; `_settle` erases it in time."""
    tickets = {story.ticket.pk: story.ticket for story in stories}
    contacts = Contact.objects.filter(ticket__in=list(tickets))
    CustomerMark.objects.bulk_create(
        [
            CustomerMark(contact=contact, digest=digest, at=contact.opened_at)
            for contact in contacts
            if contact.ticket_id is not None
            for digest in marks_of(tickets[contact.ticket_id])
        ],
        ignore_conflicts=True,
    )


def marks_of(ticket: Ticket) -> set[str]:
    """By what this customer is known again: what was verified, phone number, e-mail address, and the conversation."""
    known = {("conversation", str(ticket.conversation_id))}
    known |= {(proof, value) for proof in _PROOFS if (value := (ticket.verified or {}).get(proof))}
    known |= {(kind, value) for kind, value in (("phone", ticket.phone), ("email", ticket.email)) if value}
    return {
        salted_hmac("figures.customer", f"{kind}:{value}", algorithm="sha256").hexdigest()[:32]
        for kind, value in known
    }


def _settle(now: datetime) -> None:
    """Note who came back, and forget by what customers were known once that is final."""
    again = CustomerMark.objects.filter(
        digest=OuterRef("digest"),
        at__gt=OuterRef("contact__closed_at"),
        at__lte=OuterRef("contact__settled_at"),
    )
    closed = CustomerMark.objects.filter(contact__closed_at__isnull=False, contact__came_back=False)
    returned = list(closed.filter(Exists(again)).values_list("contact_id", flat=True).distinct())
    for begin in range(0, len(returned), BATCH):
        Contact.objects.filter(pk__in=returned[begin : begin + BATCH]).update(came_back=True)
    # A day longer, so that what happened in the last second has been read.
    CustomerMark.objects.filter(contact__settled_at__lt=now - timedelta(days=1)).delete()
