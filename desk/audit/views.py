"""The audit log, for the administrator."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from auditlog.models import LogEntry
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.filters import AuditFilter
from audit.record import Event, record
from console.access import EmployeeRequest, allowed
from console.catalogue import name_of
from employees.roles import MANAGE

_PAGE = 100
# A spreadsheet takes what begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ACTIONS = {
    LogEntry.Action.CREATE: "create",
    LogEntry.Action.UPDATE: "update",
    LogEntry.Action.DELETE: "delete",
    LogEntry.Action.ACCESS: "access",
}
# Of a new thing these say nothing that the row does not say.
_BY_ITSELF = {"id", "date_joined", "owner"}
_EMPTY = {"", "None", "False", "[]", "{}"}
_VALUES = {"True", "False", "None", ""}
_HEAD = ("moment", "wie", "wat", "waarop", "bijzonderheden", "adres")


@dataclass(frozen=True)
class Row:
    """One entry as people read it."""

    at: datetime
    who: str
    what: str
    on: str
    detail: str
    address: str


@require_safe
@allowed(MANAGE)
def audit_log(request: EmployeeRequest) -> HttpResponse:
    """Who did what, the latest first. An impossible filter is said so and shows nothing."""
    found = _filtered(request)
    page = Paginator(found.qs, _PAGE).get_page(request.GET.get("pagina"))
    query = request.GET.copy()
    query.pop("pagina", None)
    context = {"form": found.form, "rows": map(_row, page), "page": page, "query": query.urlencode()}
    return render(request, "audit/log.html", context, status=200 if found.form.is_valid() else 422)


@require_safe
@allowed(MANAGE)
def audit_file(request: EmployeeRequest) -> StreamingHttpResponse:
    """The same as a CSV file. Taking it along is written in the log as well."""
    record(Event.AUDIT_EXPORTED, actor=request.user, on=request.user, request=request)
    response = StreamingHttpResponse(_lines(_filtered(request)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="logboek.csv"'
    return response


def _filtered(request: EmployeeRequest) -> AuditFilter:
    entries = LogEntry.objects.select_related("actor", "content_type").order_by("-timestamp", "-id")
    return AuditFilter(request.GET, queryset=entries)


def _lines(found: AuditFilter) -> Iterator[str]:
    class Echo:
        def write(self, line: str) -> str:
            return line

    writer = csv.writer(Echo(), delimiter=";")
    yield writer.writerow(_HEAD)
    for entry in found.qs.iterator(chunk_size=1000):
        row = _row(entry)
        values = (row.at.isoformat(timespec="seconds"), row.who, row.what, row.on, row.detail, row.address)
        yield writer.writerow([f"'{value}" if value.startswith(_FORMULA) else value for value in values])


def _row(entry: LogEntry) -> Row:
    extra = entry.additional_data or {}
    word = extra.get("event") or f"{entry.content_type.model}_{_ACTIONS[entry.action]}"
    return Row(
        at=timezone.localtime(entry.timestamp),
        who=entry.actor.shown_name if entry.actor else "",
        what=name_of("audit", word),
        on=entry.object_repr,
        detail="; ".join(_changes(entry)),
        address=entry.remote_addr or "",
    )


def _changes(entry: LogEntry) -> list[str]:
    """What changed, one line per field. Of something new only what was filled in."""
    changes = (entry.changes or {}).items()
    if entry.action == LogEntry.Action.CREATE:
        changes = [
            (name, change) for name, change in changes if name not in _BY_ITSELF and _is_filled(change)
        ]
    return [_change(name, change) for name, change in changes]


def _is_filled(change: object) -> bool:
    after = str(change[1]) if isinstance(change, list) else "x"
    # The log writes what hangs on the new thing, which is nothing yet, as "tickets.Ticket.None".
    return after not in _EMPTY and not after.endswith(".None")


def _change(name: str, change: object) -> str:
    word = name_of("audit_field", name)
    if isinstance(change, dict):  # a relation: what was added or removed
        names = [name_of("role", one) if name == "groups" else one for one in change["objects"]]
        return f"{word} {'+' if change.get('operation') == 'add' else '−'} {', '.join(names)}"
    before, after = (str(value) for value in (change if isinstance(change, list) else ("", change)))
    return f"{word}: {_shown(after)}" if before in _EMPTY else f"{word}: {_shown(before)} → {_shown(after)}"


def _shown(value: str) -> str:
    return name_of("audit_value", value) if value in _VALUES else value
