"""Puts a ticket back in the queue for who has a skill."""

from __future__ import annotations

from assignment.models import Skill, Wanted
from employees.models import Employee
from employees.roles import ticket_handlers
from tickets.models import Ticket
from tickets.services import locked_ticket
from tickets.transfer import CannotReceive, transfer_to_queue


def transfer_to_skill(ticket_id: int, employee: Employee, skill: Skill, reason: str) -> Ticket:
    """Let a ticket wait for who has this skill. The customer is told as for any transfer to the queue.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        NotYours: it is not this employee's.
        CannotReceive: nobody who can have tickets has the skill, or it is not used any more.
        ValueError: the reason is empty or too long for a note.
    """
    with locked_ticket(ticket_id):
        if not skill.is_active or not skill.employees.filter(pk__in=ticket_handlers()).exists():
            raise CannotReceive
        ticket = transfer_to_queue(ticket_id, employee, reason, meant_for=skill.name)
        Wanted.objects.update_or_create(ticket=ticket, defaults={"skill": skill, "since": ticket.queued_at})
        return ticket
