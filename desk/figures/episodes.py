"""Reads a ticket's history: one contact for each time that it was opened. Pure: no queries, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from closing.models import Closing, Outcome
from figures.models import Contact
from organisation import business_time
from organisation.opening_hours import OpeningHours
from tickets.models import HistoryEntry, HistoryKind, Ticket, Wish

# The Spanish Ley 10/2025 has 95 % of requests answered by a person within three minutes (R9).
PROMPT_SECONDS = 180
# First-contact resolution (R39): no new contact in seven days.
SETTLED = timedelta(days=7)

_BEGINS = {HistoryKind.OPENED, HistoryKind.REOPENED}
_ENDS = {HistoryKind.CLOSED, HistoryKind.HANDED_BACK, HistoryKind.MERGED_INTO}
_LATER = {Wish.CALL_BACK, Wish.EMAIL}


@dataclass(frozen=True)
class TicketStory:
    """What is known of one ticket.

    Attributes:
        history: oldest first.
        closings: oldest first.
        wrote_at: when the customer wrote, oldest first; needed for tickets that ended with `no_answer` only.
        score: the customer's answer, and `rated_at` when it came; None without one.
    """

    ticket: Ticket
    history: Sequence[HistoryEntry]
    closings: Sequence[Closing]
    wrote_at: Sequence[datetime] = ()
    score: int | None = None
    rated_at: datetime | None = None


def contacts_of(story: TicketStory, hours: OpeningHours) -> list[Contact]:
    """The contacts of a ticket, oldest first, not saved."""
    parts = _split(story.history)
    contacts = [
        _contact(story, entries, sequence, _wish_of(story.ticket, parts[sequence + 1 :]), hours)
        for sequence, entries in enumerate(parts)
    ]
    closed = [c for c in contacts if c.closed_at and story.rated_at and c.closed_at <= story.rated_at]
    if closed:
        closed[-1].score = story.score
    return contacts


def _split(history: Iterable[HistoryEntry]) -> list[list[HistoryEntry]]:
    """The history cut before each opening."""
    parts: list[list[HistoryEntry]] = []
    for entry in history:
        if entry.kind in _BEGINS:
            parts.append([])
        if parts:
            parts[-1].append(entry)
    return parts


def _wish_of(ticket: Ticket, later: Sequence[Sequence[HistoryEntry]]) -> str:
    """The wish of a contact: what the next opening found on the ticket, or what is on it now."""
    before: str = later[0][0].detail.get("wish_before", ticket.wish) if later else ticket.wish
    return before


def _contact(
    story: TicketStory, entries: Sequence[HistoryEntry], sequence: int, wish: str, hours: OpeningHours
) -> Contact:
    ticket, opened = story.ticket, entries[0]
    # The customer's request is older than its history entry by the time that the transaction took.
    opened_at = ticket.opened_at if opened.kind == HistoryKind.OPENED else opened.at
    contact = Contact(
        ticket=ticket,
        sequence=sequence,
        channel=ticket.conversation.channel,
        topic=ticket.intent,
        reason=opened.detail.get("reason", ticket.reason),
        opened_at=opened_at,
        opened_on=_day(opened_at, hours),
        in_hours=hours.is_open(opened_at),
        chose_later=_chose_later(wish, entries, opened_at),
        transfers=sum(entry.kind == HistoryKind.TRANSFERRED for entry in entries),
    )
    taken_at = next((entry.at for entry in entries if entry.kind == HistoryKind.TAKEN), None)
    if taken_at is not None:
        contact.waited_seconds = _seconds(taken_at - opened_at)
        contact.business_seconds = _seconds(business_time.between(hours, opened_at, taken_at))
    end = next((entry for entry in entries if entry.kind in _ENDS), None)
    if end is not None:
        _add_end(contact, story, end, taken_at, hours)
    return contact


def _add_end(
    contact: Contact, story: TicketStory, end: HistoryEntry, taken_at: datetime | None, hours: OpeningHours
) -> None:
    contact.closed_at = end.at
    contact.closed_on = _day(end.at, hours)
    contact.settled_at = end.at + SETTLED
    contact.merged = end.kind == HistoryKind.MERGED_INTO
    closing = next((c for c in reversed(story.closings) if contact.opened_at < c.at <= end.at), None)
    if closing is not None:
        contact.outcome, contact.cause = closing.outcome, closing.cause
        contact.asked = story.ticket.conversation.is_live
    if taken_at is None:
        contact.left_seconds = _seconds(end.at - contact.opened_at)
        contact.abandoned = not contact.merged
    elif contact.outcome == Outcome.NO_ANSWER:
        contact.abandoned = not any(taken_at < at <= end.at for at in story.wrote_at)


def _chose_later(wish: str, entries: Sequence[HistoryEntry], opened_at: datetime) -> bool:
    """Did the customer choose at once not to wait? Who was offered that after waiting in vain, did wait."""
    if wish not in _LATER:
        return False
    chosen = [
        entry.at
        for entry in entries
        if entry.kind == HistoryKind.DETAILS_ADDED and "wish" in entry.detail.get("fields", ())
    ]
    return not chosen or chosen[0] - opened_at <= timedelta(seconds=PROMPT_SECONDS)


def _day(at: datetime, hours: OpeningHours) -> date:
    return at.astimezone(hours.zone).date()


def _seconds(duration: timedelta) -> int:
    return max(0, round(duration.total_seconds()))
