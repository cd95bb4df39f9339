"""Which tickets suit whom: the topics that skills name go to who has the skill, all others to anybody.

A ticket that a colleague put in the queue for a skill goes to who has that skill, whatever its topic.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from assignment.models import Skill, Wanted
from employees.models import Employee
from tickets.models import Ticket, TicketQuerySet
from tickets.topics import topic_of, topics


@dataclass(frozen=True)
class Skills:
    """The skills of a number of employees, read at once.

    Attributes:
        named: topics that some active skill names.
        of: the topics of each employee's skills, by primary key.
        wanted: who has the skill for which a ticket waits, by the ticket's primary key.
    """

    named: frozenset[str]
    of: dict[int, set[str]]
    wanted: dict[int, frozenset[int]]

    @classmethod
    def read(cls, employees: Iterable[Employee]) -> Skills:
        """The skills of these employees. Three queries."""
        of: dict[int, set[str]] = {employee.pk: set() for employee in employees}
        named: set[str] = set()
        holders: dict[int, frozenset[int]] = {}
        for skill in Skill.objects.filter(is_active=True).prefetch_related("employees"):
            named.update(skill.topics)
            holders[skill.pk] = frozenset(employee.pk for employee in skill.employees.all())
            for employee in skill.employees.all():
                of.setdefault(employee.pk, set()).update(skill.topics)
        wanted = Wanted.objects.counting().values_list("ticket_id", "skill_id")
        return cls(
            frozenset(named), of, {ticket: holders.get(skill, frozenset()) for ticket, skill in wanted}
        )

    def suits(self, employee_id: int, ticket: Ticket) -> bool:
        """Can this employee be given this waiting ticket?"""
        if ticket.pk in self.wanted:
            return employee_id in self.wanted[ticket.pk]
        topic = topic_of(ticket.intent)
        return topic not in self.named or topic in self.of.get(employee_id, ())

    def suitable(self, tickets: TicketQuerySet, employee_id: int) -> TicketQuerySet:
        """Those of the tickets that suit this employee."""
        missing = self.named - self.of.get(employee_id, set())
        intents = [intent for topic in missing for intent in topics().get(topic, ())]
        meant = [ticket for ticket, holders in self.wanted.items() if employee_id in holders]
        by_topic = ~Q(intent__in=intents) & ~Q(pk__in=list(self.wanted))
        return tickets.filter(Q(pk__in=meant) | by_topic)
