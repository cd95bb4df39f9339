"""What a turn does in the database. Each function is one transaction, and none of them waits for anybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from conversations.models import WITH_A_PERSON, Conversation, ConversationState, Message, Sender, TurnState
from conversations.store import add, change_state, human_button, locked, tell
from identity.known import vouched
from organisation.loader import current
from organisation.texts import DUTCH
from tickets.details import take_contact
from tickets.facts import TicketFacts
from tickets.models import Reason, Ticket
from tickets.presentation import next_step
from tickets.reopen import reopen_in, unsolved
from tickets.services import confirm, open_in
from tickets.snooze import wake_for_customer
from turns import own_answers
from turns.assistant import Answer, Answers, Question, without_command
from turns.leases import Lease
from turns.signals import turn_settled
from waiting.hearing import can_phone

# A message that brings the process down each time must not do so for ever.
MOST_ATTEMPTS = 3
_ATTEMPTS_COUNTED = 100


@dataclass(frozen=True)
class Turn:
    """A customer's message that is being answered.

    Attributes:
        is_hopeless: it was tried too often; the safety net answers without asking the assistant.
        adds_details: it answers a question about the ticket, while a person is waited for.
    """

    question: Question
    is_hopeless: bool
    adds_details: bool = False

    @property
    def message_id(self) -> int:
        """The customer's message."""
        return self.question.message_id


def next_turn(lease: Lease) -> Turn | None:
    """The next message that the assistant must answer; None when there is none, and then the lease is given up.

    Messages for an employee are passed over: nothing is forwarded once a person is asked for (invariant 4), but for the
    answer to the assistant's own question about the ticket. Giving up under the lock leaves no gap: a message that is
    committed later finds the conversation free.

    Raises:
        LeaseLost: another process has the turn.
    """
    with locked(lease.conversation_id) as conversation:
        lease.require(conversation)
        for message in in_the_order_of_writing(conversation.messages.filter(turn_state=TurnState.PENDING)):
            if own_answers.give(conversation, message):
                _settle(message, TurnState.ANSWERED)
                continue
            adds_details = _adds_details(conversation) and not own_answers.is_for_the_desk(message)
            if not adds_details and _is_for_a_person(conversation):
                _keep_for_employee(conversation, message)
                continue
            if not adds_details and _goes_back_to_a_person(conversation, message):
                continue
            if conversation.state == ConversationState.CLOSED:
                change_state(conversation, ConversationState.WITH_ASSISTANT)
            message.turn_attempts = min(message.turn_attempts + 1, _ATTEMPTS_COUNTED)
            message.save(update_fields=["turn_attempts"])
            is_hopeless = message.turn_attempts > MOST_ATTEMPTS
            return Turn(_question(conversation, message), is_hopeless, adds_details)
        conversation.turn_owner, conversation.turn_expires_at = "", None
        conversation.save(update_fields=["turn_owner", "turn_expires_at"])
        return None


def store_answers(lease: Lease, turn: Turn, answers: Answers) -> None:
    """Show the assistant's answers, unless a person came in or they were just given (invariants 4 and 5).

    Raises:
        LeaseLost: another process has the turn.
    """
    with locked(lease.conversation_id) as conversation:
        lease.require(conversation)
        message = conversation.messages.get(pk=turn.message_id)
        if _person_came_in(conversation, message, turn):
            return _settle(message, TurnState.OVERTAKEN)
        fingerprint = _fingerprint(answers.bubbles)
        if fingerprint != conversation.last_answers or conversation.state == ConversationState.WAITING:
            for answer in answers.bubbles:
                buttons = [{"title": title, "payload": payload} for title, payload in answer.buttons]
                _say(conversation, message, answer.text, buttons=buttons)
            _confirm_in_own_language(conversation, message)
            conversation.repeats = 0
        else:
            _break_the_loop(conversation, message)
        conversation.last_answers = fingerprint
        conversation.needs_fresh_session = False
        conversation.is_adding_details = answers.adding_details and _is_for_a_person(conversation)
        conversation.save(
            update_fields=["last_answers", "repeats", "needs_fresh_session", "is_adding_details"]
        )
        _settle(message, TurnState.ANSWERED, is_fallback=answers.is_fallback)


def catch(lease: Lease, turn: Turn, kept: Sequence[str] = ()) -> None:
    """The safety net: the assistant failed, so the message becomes a ticket and the customer is told.

    `kept` are the assistant's words that the customer gets first. They say where to find help at once, so whoever got
    them, now or in an attempt before, is vulnerable.

    The ticket's key is the message's id. When the action server opened a ticket in this same turn and the answer was lost
    on its way, this is that ticket. A message that adds to a ticket is with the employee already, so nothing is wrong for
    the customer.

    Raises:
        LeaseLost: another process has the turn.
    """
    with locked(lease.conversation_id) as conversation:
        lease.require(conversation)
        message = conversation.messages.get(pk=turn.message_id)
        if _person_came_in(conversation, message, turn):
            return _settle(message, TurnState.OVERTAKEN)
        _say_what_is_kept(conversation, message, kept)
        if turn.adds_details:
            conversation.is_adding_details = False
            conversation.save(update_fields=["is_adding_details"])
            return _keep_for_employee(conversation, message)
        was_told_of_help = _told_of_help(conversation, message).exists()
        reason = Reason.VULNERABLE if was_told_of_help else Reason.ASSISTANT_UNAVAILABLE
        ticket, _ = open_in(conversation, reason, key=str(message.pk))
        _tell(conversation, message, Sender.SYSTEM, "assistant_unavailable", ticket)
        _settle(message, TurnState.FAILED)


def tell_of_help(lease: Lease, turn: Turn, kept: Sequence[str]) -> None:
    """What must be said whatever fails: the turn is tried again, but who thinks of suicide need not wait for that.

    Raises:
        LeaseLost: another process has the turn.
    """
    with locked(lease.conversation_id) as conversation:
        lease.require(conversation)
        _say_what_is_kept(conversation, conversation.messages.get(pk=turn.message_id), kept)


def apologise(lease: Lease, turn: Turn) -> None:
    """The last resort, when a ticket could not be made however often that was tried: phone and e-mail.

    An open ticket is named instead: the action server may have made it before things went wrong.

    Raises:
        LeaseLost: another process has the turn.
    """
    with locked(lease.conversation_id) as conversation:
        lease.require(conversation)
        message = conversation.messages.get(pk=turn.message_id)
        if _person_came_in(conversation, message, turn):
            return _settle(message, TurnState.OVERTAKEN)
        ticket = conversation.tickets.not_closed().select_related("employee").first()
        if ticket is None:
            tell(conversation, Sender.SYSTEM, "no_ticket", in_reply_to=message)
        else:
            ticket.conversation = conversation
            _tell(conversation, message, Sender.SYSTEM, "assistant_unavailable", ticket)
        _settle(message, TurnState.FAILED)


def in_the_order_of_writing(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Messages that came in in another order than that in which they were written, put right as far as is known."""
    return messages.order_by(Coalesce("sent_at", "at"), "id")


def _question(conversation: Conversation, message: Message) -> Question:
    return Question(
        conversation=conversation.external_id,
        text=_for_the_assistant(message),
        message_id=message.pk,
        channel=conversation.channel,
        begins_session=conversation.needs_fresh_session,
        customer=vouched(conversation),
    )


def _for_the_assistant(message: Message) -> str:
    if message.payload and not own_answers.is_for_the_desk(message):
        return message.payload
    # All of it: who tells a long story asks for a person at its end. The assistant bounds what it reads (docs/contracts.md).
    return without_command(message.text)


def _keep_for_employee(conversation: Conversation, message: Message) -> None:
    _settle(message, TurnState.FOR_EMPLOYEE)
    wake_for_customer(conversation)
    ticket = conversation.tickets.not_closed().first()
    if ticket is None:
        return
    take_contact(ticket, message.text)
    if conversation.state != ConversationState.WAITING or ticket.waiting_notice_sent:
        return
    ticket.waiting_notice_sent = True
    ticket.save(update_fields=["waiting_notice_sent"])
    tell(conversation, Sender.SYSTEM, "waiting", {"number": ticket.number}, in_reply_to=message)


def _is_for_a_person(conversation: Conversation) -> bool:
    return conversation.state in WITH_A_PERSON


def _goes_back_to_a_person(conversation: Conversation, message: Message) -> bool:
    """A customer whose question was closed as not solved writes again: a person goes on with it, nothing is asked twice."""
    ticket = unsolved(conversation)
    if ticket is None:
        return False
    ticket.conversation = conversation
    reopen_in(ticket, Reason(ticket.reason), str(message.pk), TicketFacts())
    ticket.waiting_notice_sent = True
    ticket.save(update_fields=["waiting_notice_sent"])
    _settle(message, TurnState.FOR_EMPLOYEE)
    _tell(conversation, message, Sender.SYSTEM, "opened_again", ticket)
    return True


def _adds_details(conversation: Conversation) -> bool:
    """Whether the assistant's question about the ticket is open, and nobody has taken the ticket yet."""
    return conversation.state == ConversationState.WAITING and conversation.is_adding_details


def _person_came_in(conversation: Conversation, message: Message, turn: Turn) -> bool:
    """Did a person get the conversation while the assistant was thinking, other than through this very turn?"""
    if turn.adds_details:
        return not _adds_details(conversation)
    if conversation.state == ConversationState.WITH_ASSISTANT:
        return False
    is_own_ticket = conversation.tickets.not_closed().filter(idempotency_key=str(message.pk)).exists()
    return not (is_own_ticket and conversation.state == ConversationState.WAITING)


def _say_what_is_kept(conversation: Conversation, message: Message, kept: Sequence[str]) -> None:
    """Once, however often the turn is tried."""
    told = set(_told_of_help(conversation, message).values_list("text", flat=True))
    for text in kept:
        if text not in told:
            _say(conversation, message, text)


def _told_of_help(conversation: Conversation, message: Message) -> QuerySet[Message]:
    """What the assistant itself said about a message that has no answer yet: only where to find help comes before that.

    Its words have a language, unlike what the desk says in its name of an attachment.
    """
    return conversation.messages.filter(sender=Sender.ASSISTANT, in_reply_to=message, language=DUTCH)


def _say(conversation: Conversation, message: Message, text: str, **fields: Any) -> None:
    """The assistant's own words, which are Dutch."""
    add(conversation, Sender.ASSISTANT, text, language=DUTCH, in_reply_to=message, **fields)


def _confirm_in_own_language(conversation: Conversation, message: Message) -> None:
    """A ticket that the assistant announced in Dutch is confirmed to who does not read that."""
    if conversation.language == DUTCH:
        return
    ticket = conversation.tickets.not_closed().filter(idempotency_key=str(message.pk)).first()
    if ticket is not None:
        ticket.conversation = conversation
        confirm(conversation, ticket, in_reply_to=message)


def _break_the_loop(conversation: Conversation, message: Message) -> None:
    """The assistant gives the answer that it just gave: say so once, then ask for a person (invariant 5)."""
    conversation.repeats += 1
    if conversation.repeats == 1:
        buttons = [human_button(conversation.language)]
        tell(conversation, Sender.ASSISTANT, "repeated", buttons=buttons, in_reply_to=message)
        return
    ticket, _ = open_in(conversation, Reason.NOT_UNDERSTOOD, key=str(message.pk))
    _tell(conversation, message, Sender.ASSISTANT, "not_understood", ticket)


def _tell(conversation: Conversation, message: Message, sender: Sender, text: str, ticket: Ticket) -> None:
    is_open = current().opening_hours.is_open(timezone.now())
    values = {
        "number": ticket.number,
        "next_step": next_step(ticket, language=conversation.language),
        "is_open": is_open,
        "can_phone": can_phone(conversation),
    }
    tell(conversation, sender, text, values, in_reply_to=message)


def _settle(message: Message, state: TurnState, *, is_fallback: bool = False) -> None:
    message.turn_state = state
    message.save(update_fields=["turn_state"])
    transaction.on_commit(lambda: turn_settled.send_robust(Message, message=message, is_fallback=is_fallback))


def _fingerprint(answers: list[Answer]) -> str:
    content = json.dumps([[answer.text, answer.buttons] for answer in answers])
    return hashlib.sha256(content.encode()).hexdigest()
