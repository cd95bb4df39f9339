"""Many who do something to one conversation in the same instant. Run in a process of its own (`manage.py shell`).

Each function does what its name says many times over, asserts what must hold, and returns how often it was close: how
many of the calls lost the race. A race that nobody ever lost has tested nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from conversations.models import ConversationState, Message, Sender, TurnState
from conversations.store import add_customer_message, begin
from django.db import connection
from employees.models import Employee
from tickets.facts import TicketFacts
from tickets.merge import merge
from tickets.models import HistoryKind, Reason, Ticket, TicketState
from tickets.services import TicketActionRefused, close, open_ticket, reply, request_human, take_over
from turns import leases, steps
from turns.leases import LeaseLost

_ROUNDS = 25


def _at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Call all of these in the same instant; results and exceptions, in order."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            # Connected before the start, so that nobody is late.
            connection.ensure_connection()
            start.wait()
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def _employees(count: int) -> Sequence[Employee]:
    return [Employee.objects.get_or_create(username=f"medewerker{number}")[0] for number in range(count)]


def _waiting_ticket() -> Ticket:
    return open_ticket(begin("web"), Reason.REQUESTED)[0]


def _only(results: list[Any], *expected: type[Exception]) -> int:
    """How many of the results are expected exceptions; any other exception is raised."""
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, expected):
            raise result
    return sum(isinstance(result, Exception) for result in results)


def take_one_ticket() -> int:
    """Employees take the same ticket: one gets it, the others are told who."""
    lost = 0
    employees = _employees(4)
    for _ in range(_ROUNDS):
        ticket = _waiting_ticket()
        results = _at_once(*[partial(take_over, ticket.pk, who) for who in employees])
        refused = _only(results, TicketActionRefused)
        assert refused == len(employees) - 1
        taken = ticket.history.filter(kind=HistoryKind.TAKEN)
        assert taken.count() == 1
        ticket.refresh_from_db()
        assert ticket.employee_id == taken.get().employee_id
        lost += refused
    return lost


def ask_for_a_human() -> int:
    """The button, the action server (the same event twice) and the safety net: one ticket, announced once."""
    lost = 0
    for _ in range(_ROUNDS):
        conversation = begin("web")
        facts = TicketFacts(intent="track_order")
        results = _at_once(
            partial(request_human, conversation),
            partial(open_ticket, conversation, Reason.REQUESTED, key="7", facts=facts),
            partial(open_ticket, conversation, Reason.REQUESTED, key="7", facts=facts),
            partial(open_ticket, conversation, Reason.ASSISTANT_UNAVAILABLE, key="8"),
        )
        _only(results)
        opened = [result[0] if isinstance(result, tuple) else result for result in results]
        assert len({ticket.pk for ticket in opened}) == 1
        assert conversation.tickets.count() == 1
        assert conversation.messages.filter(sender=Sender.SYSTEM).count() <= 1
        lost += conversation.messages.filter(sender=Sender.SYSTEM).count() == 0
    return lost


def answer_and_close() -> int:
    """A reply and a closing: what was refused is not in the conversation, and nothing comes after the goodbye."""
    lost = 0
    [employee] = _employees(1)
    for _ in range(_ROUNDS):
        ticket = _waiting_ticket()
        take_over(ticket.pk, employee)
        results = _at_once(
            partial(reply, ticket.pk, employee, "Een ogenblik.", "r1"),
            partial(reply, ticket.pk, employee, "Een ogenblik.", "r1"),
            partial(close, ticket.pk, employee),
        )
        refused = _only(results, TicketActionRefused)
        said = list(ticket.conversation.messages.filter(sender=Sender.EMPLOYEE))
        assert len(said) == (1 if refused < 2 else 0)
        goodbye = ticket.conversation.messages.filter(sender=Sender.SYSTEM).latest("id")
        assert all(message.pk < goodbye.pk for message in said)
        lost += refused
    return lost


def send_one_message_twice() -> int:
    """A browser that sends again: one message, one turn, and messages of others in the order in which they were stored."""
    lost = 0
    for _ in range(_ROUNDS):
        conversation = begin("web")
        results = _at_once(
            *[partial(add_customer_message, conversation.pk, "a", "Hallo") for _ in range(3)],
            partial(add_customer_message, conversation.pk, "b", "Hoort u mij?"),
        )
        _only(results)
        assert sum(is_new for _, is_new in results) == 2
        assert conversation.messages.filter(turn_state=TurnState.PENDING).count() == 2
        before = conversation.revision
        conversation.refresh_from_db()
        assert conversation.revision >= before + 2
        lost += sum(not is_new for _, is_new in results)
    return lost


def take_a_turn() -> int:
    """Processes want the turn of one conversation: one has it; a person who comes in meanwhile silences its answer."""
    lost = 0
    [employee] = _employees(1)
    for _ in range(_ROUNDS):
        conversation = begin("web")
        message, _ = add_customer_message(conversation.pk, "a", "Waar is mijn pakket?")
        claims = _at_once(*[partial(leases.claim, conversation.pk) for _ in range(4)])
        _only(claims)
        [lease] = [claim for claim in claims if claim is not None]
        turn = steps.next_turn(lease)
        assert turn is not None
        ticket = request_human(conversation)
        results = _at_once(
            partial(take_over, ticket.pk, employee),
            partial(steps.catch, lease, turn),
            partial(leases.claim, conversation.pk),
        )
        _only(results, LeaseLost)
        assert results[2] is None
        message.refresh_from_db()
        assert message.turn_state == TurnState.OVERTAKEN
        assert not conversation.messages.filter(sender=Sender.ASSISTANT, in_reply_to=message).exists()
        conversation.refresh_from_db()
        assert conversation.state == ConversationState.WITH_EMPLOYEE
        lost += 3
    return lost


def merge_crosswise() -> int:
    """Two tickets are merged into each other from both sides: one of them stays, and nobody waits for ever."""
    lost = 0
    [employee] = _employees(1)
    for _ in range(_ROUNDS):
        one, other = _waiting_ticket(), _waiting_ticket()
        for ticket in (one, other):
            take_over(ticket.pk, employee)
        results = _at_once(
            partial(merge, one.pk, other.pk, employee, is_same_customer=True),
            partial(merge, other.pk, one.pk, employee, is_same_customer=True),
        )
        refused = _only(results, TicketActionRefused)
        assert refused == 1
        states = list(Ticket.objects.filter(pk__in=(one.pk, other.pk)).values_list("state", flat=True))
        assert sorted(states) == [TicketState.ASSIGNED, TicketState.CLOSED]
        lost += refused
    return lost


def write_while_it_is_closed() -> int:
    """The customer writes and the employee closes: the message is answered by somebody, and revisions only grow."""
    kept = 0
    [employee] = _employees(1)
    for _ in range(_ROUNDS):
        ticket = _waiting_ticket()
        take_over(ticket.pk, employee)
        conversation = ticket.conversation
        results = _at_once(
            partial(close, ticket.pk, employee),
            partial(add_customer_message, conversation.pk, "z", "Nog iets"),
        )
        _only(results)
        pending = Message.objects.filter(conversation=conversation, turn_state=TurnState.PENDING)
        assert pending.count() == 1
        conversation.refresh_from_db()
        assert conversation.state in (ConversationState.CLOSED, ConversationState.WITH_ASSISTANT)
        kept += conversation.state == ConversationState.CLOSED
    return kept
