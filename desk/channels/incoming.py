"""Takes in what a vendor tells. Everything is stored before the vendor gets its answer; turns run afterwards.

Order: what comes in one request is sorted by the vendor's clock. Messages in different requests that overtake each other are
answered in the order of writing as long as none of them is being answered (`turns.steps.in_the_order_of_writing`).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from channels import attachments, choices, reaching, receipts
from channels.base import MessagingChannel
from channels.events import Attached, Event, Pressed, Started, Status, Text, Unsupported
from channels.limits import may_write, say_so_once
from channels.models import STILL_TO_GO, Address, Outgoing, Received
from conversations.cleaning import clean
from conversations.models import WITH_A_PERSON, Conversation, Sender
from conversations.offers import Button
from conversations.store import add, add_customer_words, locked
from organisation.service import service
from organisation.texts import say
from turns import own_answers

logger = logging.getLogger(__name__)

# A vendor tries a webhook again for some days (Meta: 7). What is older is a replay: that it was seen may be forgotten by
# then.
REMEMBERED = timedelta(days=30)
_TOO_OLD = timedelta(days=14)
_LONGEST_TEXT = 10_000
_LONGEST_NAME = 120
_LONGEST_ADDRESS = 255


class NotTaken(Exception):
    """The desk has a fault that keeps it from storing what a customer sent."""


def take(channel: MessagingChannel, events: Iterable[Event | Status]) -> None:
    """Store what a vendor tells: each event once, however often it comes.

    An event that the desk stumbles over does not keep back the others. It is not stored, and the vendor must bring it again;
    of the others nothing is stored twice then.

    Raises:
        NotTaken: that happened.
        django.db.DatabaseError: nothing can be stored now; the vendor must try again.
    """
    events = list(events)
    missed = False
    happened = [event for event in events if isinstance(event, Event)]
    for event in sorted(happened, key=_moment):
        try:
            _take_event(channel, event)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("%s: an event could not be taken in", channel.name)
            missed = True
    for status in events:
        if isinstance(status, Status):
            receipts.take(channel, status)
    if missed:
        raise NotTaken


def key_of(channel: str, vendor_id: str) -> str:
    """The desk's name of a vendor's event: 64 hex digits, and nothing that the id itself tells."""
    return hashlib.sha256(f"{channel}\n{vendor_id}".encode("utf-8", "surrogatepass")).hexdigest()


def _moment(event: Event) -> tuple[datetime, int]:
    return event.sent_at or datetime.max.replace(tzinfo=UTC), event.sequence


def _take_event(channel: MessagingChannel, event: Event) -> None:
    if not 0 < len(clean(event.address)) <= _LONGEST_ADDRESS or clean(event.address) != event.address:
        logger.warning("%s: an event without a usable address", channel.name)
        return
    if not event.vendor_id:
        logger.warning("%s: an event without an id", channel.name)
        return
    if event.sent_at and event.sent_at < timezone.now() - _TOO_OLD:
        logger.warning("%s: an event that is too old", channel.name)
        return
    key = key_of(channel.name, event.vendor_id)
    with transaction.atomic():
        _, is_new = Received.objects.get_or_create(pk=key)
        if is_new:
            with locked_at(channel, event) as (address, conversation):
                _store(channel, address, conversation, event, key)


def _store(
    channel: MessagingChannel, address: Address, conversation: Conversation, event: Event, key: str
) -> None:
    receipts.window_opened(address)
    said = _said(type(channel), conversation, event)
    if said is None:
        return
    text, button = said
    is_request = button is not None and button["payload"] == choices.HUMAN
    if not is_request and not may_write(conversation):
        say_so_once(conversation)
        return
    payload = button["payload"] if button else ""
    message = add_customer_words(conversation, key, text, payload=payload, sent_at=_sent_at(event))
    if isinstance(event, Attached):
        attachments.note(message, channel.name, event)


def _said(
    channel: type[MessagingChannel], conversation: Conversation, event: Event
) -> tuple[str, Button | None] | None:
    """What the customer's message becomes: its text, and the button that was meant; None when there is nothing to answer."""
    match event:
        case Started():
            return None
        case Text(text=text):
            words = clean(text)[:_LONGEST_TEXT]
            if not words:
                return _content("empty")
            button = choices.meant(conversation, words, channel)
            if button is None and reaching.tells_how(conversation, words):
                return words, {"title": words, "payload": reaching.REACH}
            return (button["title"], button) if button else (words, None)
        case Pressed(reference=reference, title=title):
            button = choices.pressed(conversation, reference)
            if button is None:  # not of this conversation: what stood on it is all that it can mean
                words = clean(title)[:_LONGEST_TEXT]
                return (
                    (words, choices.meant(conversation, words, channel)) if words else _content("old_button")
                )
            return button["title"], button
        case Unsupported(kind=kind):
            return _content(kind)
        case Attached(caption=caption):
            words = clean(caption)[:_LONGEST_TEXT]
            return (words, None) if words else _content("file")
    raise TypeError(type(event))


def _content(kind: str) -> tuple[str, Button]:
    title = say(f"channels/content/{kind}")
    return title, {"title": title, "payload": own_answers.payload("content", kind)}


@contextmanager
def locked_at(channel: MessagingChannel, event: Event) -> Iterator[tuple[Address, Conversation]]:
    """The address of who did this and the conversation that goes on there, in a transaction in which nobody else can change
    them; both are made when they are not there yet.

    After a rest of `reopen_days` a new conversation begins: the customer is told again that a computer answers (R14), and
    the old one can be erased in its time. While something is still to go out in the old one, that one goes on instead:
    messages find the customer by the address of their conversation.
    """
    is_known = Address.objects.filter(channel=channel.name, value=event.address).exists()
    while True:
        address = _address(channel, event)
        try:
            with locked(address.conversation_id) as conversation:
                # The conversation is locked before anything of the address is written, as whoever sends does.
                address.refresh_from_db()
                if address.conversation_id != conversation.pk:
                    continue
                has_rested = _has_rested(conversation)
                if has_rested and not _is_to_be_sent_in(conversation):
                    address.conversation = conversation = channel.begin()
                elif has_rested or (isinstance(event, Started) and is_known):
                    _greet(conversation)
                address.written_at = max(address.written_at, _sent_at(event) or timezone.now())
                address.name = clean(event.name)[:_LONGEST_NAME] or address.name
                address.save(update_fields=["conversation", "written_at", "name"])
                yield address, conversation
                return
        except Conversation.DoesNotExist:  # erased just now, and the address with it
            continue


def _address(channel: MessagingChannel, event: Event) -> Address:
    known = Address.objects.filter(channel=channel.name, value=event.address)
    address = known.first()
    if address is not None:
        return address
    try:
        with transaction.atomic():
            return Address.objects.create(
                channel=channel.name,
                value=event.address,
                written_at=_sent_at(event) or timezone.now(),
                conversation=channel.begin(),
            )
    except IntegrityError:  # another request was first
        return known.get()


def _greet(conversation: Conversation) -> None:
    """Say once more who answers, to who pressed Start again or comes back after a rest."""
    first = conversation.messages.filter(sender=Sender.ASSISTANT).first()
    if first is not None and conversation.state not in WITH_A_PERSON:
        add(conversation, Sender.ASSISTANT, first.text, buttons=first.buttons)


def _has_rested(conversation: Conversation) -> bool:
    rest = timedelta(days=max(1, service().reopen_days))
    at_rest = conversation.state not in WITH_A_PERSON
    return at_rest and conversation.last_message_at < timezone.now() - rest


def _is_to_be_sent_in(conversation: Conversation) -> bool:
    """Does something still wait to be sent there: now, later, or until the customer writes?"""
    return Outgoing.objects.filter(message__conversation=conversation, state__in=STILL_TO_GO).exists()


def _sent_at(event: Event) -> datetime | None:
    """The vendor's moment, never in the future; vendors count in seconds, and their own numbers tell what was first in
    one."""
    if event.sent_at is None:
        return None
    return min(timezone.now(), event.sent_at + timedelta(microseconds=event.sequence % 1_000_000))
