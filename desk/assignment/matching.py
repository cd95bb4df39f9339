"""Which tickets suit whom: the topics that skills name go to who has the skill, all others to anybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assignment.models import Skill
from employees.models import Employee
from tickets.models import TicketQuerySet
from tickets.topics import topic_of, topics


@dataclass(frozen=True)
class Skills:
    """The skills of a number of employees, read at once.

    Attributes:
        named: topics that some active skill names.
        of: the topics of each employee's skills, by primary key.
    """

    named: frozenset[str]
    of: dict[int, set[str]]

    @classmethod
    def read(cls, employees: Iterable[Employee]) -> Skills:
        """The skills of these employees. Two queries."""
        of: dict[int, set[str]] = {employee.pk: set() for employee in employees}
        named: set[str] = set()
        for skill in Skill.objects.filter(is_active=True).prefetch_related("employees"):
            named.update(skill.topics)
            for employee in skill.employees.all():
                of.setdefault(employee.pk, set()).update(skill.topics)
        return cls(frozenset(named), of)

    def suits(self, employee_id: int, intent: str) -> bool:
        """Can this employee be given a ticket with this intent?"""
        topic = topic_of(intent)
        return topic not in self.named or topic in self.of.get(employee_id, ())

    def suitable(self, tickets: TicketQuerySet, employee_id: int) -> TicketQuerySet:
        """Those of the tickets that suit this employee."""
        missing = self.named - self.of.get(employee_id, set())
        return tickets.exclude(intent__in=[intent for topic in missing for intent in topics().get(topic, ())])
