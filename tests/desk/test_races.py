"""Several people, or several processes, do the same thing at the same moment. Real threads, each with its own connection.

`test_races_on_postgresql.py` runs these on PostgreSQL too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connections
from django.utils import timezone
from tests.support import totp

from assignment import giving
from assignment.models import Offer
from assignment.taking import take_next
from conversations.store import begin
from employees import accounts, second_factor
from employees.models import Employee
from employees.roles import Role, give_roles
from presence.models import Presence
from tickets.models import HistoryEntry, HistoryKind, Reason, Ticket
from tickets.services import AlreadyTaken, open_ticket, take_over

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")


def at_once(*calls: Callable[[], T]) -> list[T | Exception]:
    """Make the calls at the same moment, each in a thread; what each returned or raised."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | Exception:
        try:
            start.wait()
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def employees(count: int, role: Role = Role.EMPLOYEE) -> list[Employee]:
    made = []
    for number in range(count):
        employee = Employee.objects.create_user(f"medewerker{number}", display_name=f"Medewerker {number}")
        give_roles(employee, [role])
        now = timezone.now()
        Presence.objects.create(employee=employee, active_at=now, seen_at=now)
        made.append(employee)
    return made


def waiting(count: int) -> list[Ticket]:
    return [open_ticket(begin("web"), Reason.REQUESTED)[0] for _ in range(count)]


def test_one_of_many_gets_the_ticket_and_the_others_are_told_who() -> None:
    (ticket,) = waiting(1)
    results = at_once(*[lambda one=one: take_over(ticket.pk, one) for one in employees(6)])
    winners = [result for result in results if isinstance(result, Ticket)]
    refusals = [result for result in results if isinstance(result, AlreadyTaken)]
    assert (len(winners), len(refusals)) == (1, 5), results
    assert {refusal.ticket.employee for refusal in refusals} == {winners[0].employee}
    assert HistoryEntry.objects.filter(kind=HistoryKind.TAKEN).count() == 1


def test_who_ask_for_the_next_at_once_each_get_another() -> None:
    tickets = waiting(4)
    results = at_once(*[lambda one=one: take_next(one) for one in employees(6)])
    assert not [result for result in results if isinstance(result, Exception)], results
    taken = [result for result in results if isinstance(result, Ticket)]
    assert sorted(ticket.pk for ticket in taken) == sorted(ticket.pk for ticket in tickets)
    assert len({ticket.employee_id for ticket in taken}) == 4


def test_rounds_of_several_workers_give_each_ticket_once_and_nobody_too_many(
    service_choices: Callable[..., None],
) -> None:
    service_choices(give_tickets=True, tickets_per_employee=2)
    employees(3)
    waiting(8)
    results = at_once(*[giving.distribute] * 4)
    assert results == [None] * 4
    offers = list(Offer.objects.values_list("employee_id", flat=True))
    assert sorted(offers.count(one) for one in set(offers)) == [2, 2, 2]
    assert HistoryEntry.objects.filter(kind=HistoryKind.GIVEN).count() == 6


def test_two_administrators_cannot_switch_each_other_off_at_once() -> None:
    first, second = employees(2, Role.ADMINISTRATOR)
    results = at_once(lambda: accounts.deactivate(second), lambda: accounts.deactivate(first))
    assert sorted(type(result).__name__ for result in results) == ["LastAdministrator", "NoneType"]
    assert Employee.objects.filter(is_active=True).count() == 1


def test_a_code_that_comes_twice_at_once_logs_in_once() -> None:
    (employee,) = employees(1)
    device = second_factor.begin(employee)
    secret = second_factor.secret_of(device)
    codes = second_factor.confirm(employee, totp.code(secret))
    assert codes
    later = totp.code(secret, 1)
    results = at_once(*[lambda: second_factor.verify(employee, later)] * 4)
    assert sorted(map(str, results)) == ["None", "None", "None", "app"]
    second_factor.forget_wrong_codes(employee)
    results = at_once(*[lambda: second_factor.verify(employee, codes[0])] * 4)
    assert sorted(map(str, results)) == ["None", "None", "None", "recovery"]
