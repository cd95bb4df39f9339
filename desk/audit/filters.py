"""Narrowing down the audit log."""

from __future__ import annotations

import django_filters
from auditlog.models import LogEntry
from django.db.models import Q, QuerySet

from audit.record import Event
from console.catalogue import name_of
from employees.models import Employee

_LOGIN = {
    Event.LOGGED_IN,
    Event.LOGIN_FAILED,
    Event.LOCKED_OUT,
    Event.LOGGED_OUT,
    Event.SESSIONS_ENDED,
    Event.RECOVERY_CODE_USED,
}
_EMPLOYEE = Q(content_type__app_label="employees")
# What the choices of the page mean; `catalogue.yml` has their names under `audit_kind`.
KINDS = {
    "login": Q(additional_data__event__in=_LOGIN),
    "account": _EMPLOYEE & (Q(additional_data=None) | ~Q(additional_data__event__in=_LOGIN)),
    "ticket": Q(additional_data__event=Event.TICKET_READ),
    "list": ~_EMPLOYEE & Q(additional_data=None),
}


class AuditFilter(django_filters.FilterSet):  # type: ignore[misc]
    """By who did it, what kind of thing, when, and on what. The addresses' words are Dutch."""

    wie = django_filters.ModelChoiceFilter(
        field_name="actor",
        queryset=Employee.objects.order_by("username"),
        empty_label=name_of("filter", "all"),
    )
    wat = django_filters.ChoiceFilter(
        method="of_kind",
        choices=lambda: [(kind, name_of("audit_kind", kind)) for kind in KINDS],
        empty_label=name_of("filter", "all"),
    )
    vanaf = django_filters.DateFilter(field_name="timestamp", lookup_expr="date__gte")
    tot = django_filters.DateFilter(field_name="timestamp", lookup_expr="date__lte")
    op = django_filters.CharFilter(field_name="object_repr", lookup_expr="icontains")

    class Meta:
        model = LogEntry
        fields: list[str] = []

    def of_kind(self, entries: QuerySet[LogEntry], name: str, value: str) -> QuerySet[LogEntry]:
        """The entries of one kind."""
        return entries.filter(KINDS[value])
