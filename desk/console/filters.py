"""What the ticket list can be narrowed down to. Every choice stands in the address, so a list can be bookmarked."""

from __future__ import annotations

import django_filters

from console.catalogue import choices_of, name_of
from deadlines.models import Deadline
from employees.models import Employee
from employees.roles import ticket_handlers
from tags.models import Tag
from tickets.models import Priority, Reason, TicketQuerySet, TicketState
from tickets.search import find

_LONGEST_SEARCH = 100
# Not a state of its own: an employee has such a ticket (`Ticket.snoozed_until`).
SNOOZED = "snoozed"


def handlers() -> list[Employee]:
    """The employees who can have tickets, by name."""
    return sorted(ticket_handlers(), key=lambda employee: employee.shown_name.casefold())


class TicketFilter(django_filters.FilterSet):  # type: ignore[misc]  # it carries no types
    """Narrows tickets down. The names of the fields are those in the address, so they are Dutch."""

    zoek = django_filters.CharFilter(method="search", max_length=_LONGEST_SEARCH)
    stand = django_filters.ChoiceFilter(
        method="by_state",
        choices=lambda: choices_of("state", [*TicketState.values, SNOOZED]),
        empty_label=name_of("filter", "open"),
    )
    prioriteit = django_filters.ChoiceFilter(
        method="by_priority",
        choices=lambda: choices_of("priority", [priority.word for priority in Priority]),
        empty_label=name_of("filter", "all"),
    )
    termijn = django_filters.ChoiceFilter(
        method="by_deadline",
        choices=lambda: choices_of("deadline_filter"),
        empty_label=name_of("filter", "all"),
    )
    onderwerp = django_filters.ChoiceFilter(
        field_name="intent",
        choices=lambda: choices_of("intent"),
        empty_label=name_of("filter", "all"),
    )
    reden = django_filters.ChoiceFilter(
        field_name="reason",
        choices=lambda: choices_of("reason", Reason.values),
        empty_label=name_of("filter", "all"),
    )
    kanaal = django_filters.ChoiceFilter(
        field_name="conversation__channel",
        choices=lambda: choices_of("channel"),
        empty_label=name_of("filter", "all"),
    )
    label = django_filters.ChoiceFilter(
        field_name="tags__name",
        choices=lambda: [(name, name) for name in Tag.objects.values_list("name", flat=True)],
        empty_label=name_of("filter", "all"),
    )
    medewerker = django_filters.ChoiceFilter(
        field_name="employee__username",
        choices=lambda: [(employee.username, employee.shown_name) for employee in handlers()],
        empty_label=name_of("filter", "all"),
    )

    @property
    def is_active(self) -> bool:
        """Has anything been chosen?"""
        return any(self.data.get(name) for name in self.filters)

    @property
    def narrows(self) -> bool:
        """Has anything been chosen besides what is searched for?"""
        return any(self.data.get(name) for name in self.filters if name != "zoek")

    def search(self, tickets: TicketQuerySet, name: str, text: str) -> TicketQuerySet:
        """See `tickets.search`."""
        return find(tickets, text)

    def by_state(self, tickets: TicketQuerySet, name: str, word: str) -> TicketQuerySet:
        """A ticket that is put aside counts as that only."""
        if word == SNOOZED:
            return tickets.exclude(snoozed_until=None)
        of_state = tickets.filter(state=word)
        # Closing wakes a ticket; without this condition an index alone can count the many that are closed.
        return of_state if word == TicketState.CLOSED else of_state.awake()

    def by_priority(self, tickets: TicketQuerySet, name: str, word: str) -> TicketQuerySet:
        """Stored as a number, named by a word."""
        return tickets.filter(priority=Priority[word.upper()])

    def by_deadline(self, tickets: TicketQuerySet, name: str, word: str) -> TicketQuerySet:
        """What supervisors were told of."""
        return tickets.filter(pk__in=Deadline.objects.escalated().values("ticket"))
