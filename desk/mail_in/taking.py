"""Makes a mail a message in a conversation with a ticket. A person answers; the assistant never sees it."""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from channels import attachments
from channels.events import Attached
from conversations.models import Conversation, ConversationState, Sender, TurnState
from conversations.store import add, change_state, locked
from mail_in.answering import CHANNEL, confirm
from mail_in.models import TakenMail
from mail_in.reading import Mail, read
from mail_in.settings import own_addresses
from mail_in.threads import conversation_of
from organisation.texts import say
from outbox import customer_mail
from tickets.facts import TicketFacts
from tickets.models import Reason, Ticket
from tickets.services import open_in
from tickets.snooze import wake_for_customer

logger = logging.getLogger(__name__)

# Two machines that answer each other stop here, whatever their headers say.
_MOST_CONFIRMATIONS = 5
_PER = timedelta(days=1)


class Taken(StrEnum):
    """What became of a mail."""

    NEW = "new"  # a conversation with a ticket began
    ANSWER = "answer"  # it went into the conversation that it answers
    KNOWN = "known"  # it was taken in before
    IGNORED = "ignored"  # nobody has to read it: our own mail, or a machine's that answers nothing here


def take(raw: bytes, *, is_whole: bool = True) -> Taken:
    """Take a mail in, once.

    Args:
        raw: the mail.
        is_whole: False when it is too large and this is its beginning only. It becomes a message like any other, which says
            so.

    Raises:
        mail_in.reading.NotReadable: nobody can be told to have sent it.
        django.db.DatabaseError: nothing can be stored now.
    """
    mail = read(raw, is_whole=is_whole)
    with transaction.atomic():
        taken, is_new = TakenMail.objects.get_or_create(
            pk=mail.key, defaults={"message_id": mail.message_id[:255]}
        )
        if not is_new:
            return Taken.KNOWN
        if mail.address in own_addresses():
            return Taken.IGNORED
        known = conversation_of(mail)
        if known is None and mail.is_automatic:
            return Taken.IGNORED
        conversation = known or _begin()
        _store(conversation.pk, mail, is_answer=known is not None)
        taken.conversation = conversation
        taken.save(update_fields=["conversation"])
    return Taken.ANSWER if known else Taken.NEW


def _begin() -> Conversation:
    """A conversation in which no assistant speaks, so that nobody has to be told that one does."""
    return Conversation.objects.create(external_id=str(uuid.uuid4()), channel=CHANNEL)


def _store(conversation_id: int, mail: Mail, *, is_answer: bool) -> None:
    with locked(conversation_id) as conversation:
        # Where the customer is answered never changes by a mail: who answers may be somebody in copy, or made up.
        address = customer_mail.address_of(conversation)
        if conversation.channel == CHANNEL:
            address = address or mail.address
        message = add(
            conversation,
            Sender.CUSTOMER,
            _text(conversation, mail, address, is_answer=is_answer),
            client_id=mail.key,
            turn_state=TurnState.FOR_EMPLOYEE,
        )
        if mail.is_automatic:
            return  # an employee sees it; it asks for nothing
        if conversation.state == ConversationState.CLOSED:
            change_state(conversation, ConversationState.WITH_ASSISTANT)
        wake_for_customer(conversation)
        facts = TicketFacts(email=address, summary=mail.subject)
        ticket, is_new = open_in(conversation, Reason.REQUESTED, key=str(message.pk), facts=facts)
        if is_new and ticket.email and not mail.is_quiet and _may_confirm(ticket.email):
            confirm(ticket)
        for number, file in enumerate(mail.files):
            words = file.name or say("channels/content/file")
            carrier = add(
                conversation,
                Sender.CUSTOMER,
                words,
                client_id=f"{mail.key[:56]}.{number}",
                turn_state=TurnState.FOR_EMPLOYEE,
            )
            event = Attached(
                vendor_id=f"{mail.key}/{number}",
                address=mail.address,
                file_name=file.name,
                content=file.content,
            )
            attachments.note(carrier, CHANNEL, event)


def _text(conversation: Conversation, mail: Mail, address: str, *, is_answer: bool) -> str:
    """What stands in the conversation: above the words that a machine sent them, and who seems to have written them when
    that is not simply the customer who mails; below them that there was more."""
    language = conversation.language
    lines = [say("mail_in/automatic", language)] if mail.is_automatic else []
    if conversation.channel != CHANNEL or mail.address != address:
        lines.append(say("mail_in/by_mail", language, address=mail.address))
    lines.append(_words(mail, is_answer))
    if not mail.is_whole:
        lines.append(say("mail_in/too_large", language))
    return "\n".join(lines)


def _words(mail: Mail, is_answer: bool) -> str:
    words = mail.news if is_answer else mail.unsigned
    if not is_answer and mail.subject:
        words = f"{mail.subject}\n\n{words}".strip()
    return words or say("channels/content/empty")


def _may_confirm(address: str) -> bool:
    lately = Ticket.objects.filter(email=address, opened_at__gt=timezone.now() - _PER)
    if lately.count() <= _MOST_CONFIRMATIONS:
        return True
    logger.warning("a sender of many mails gets no confirmation any more today")
    return False
