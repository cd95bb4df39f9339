"""Being there: the page's own sign of life, the employee's choice, and who of the team is there."""

from __future__ import annotations

from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assignment.models import Skill
from console.access import EmployeeRequest, allowed, is_htmx
from employees.models import Employee
from employees.roles import HANDLE_TICKETS, SUPERVISE, Role
from presence.activity import note_activity, note_open_page
from presence.models import Presence, Status, status_of
from tickets.models import TicketState


@require_POST
@allowed()
def present(request: EmployeeRequest) -> HttpResponse:
    """An open page is there; with `actief=1` somebody uses it. Draws the presence anew when `getoond` is not what it is."""
    if request.POST.get("actief") == "1":
        note_activity(request, request.user)
    else:
        note_open_page(request.user)
    if not request.user.has_perm(HANDLE_TICKETS) or request.POST.get("getoond") == status_of(request.user):
        return HttpResponse(status=204)
    return render(request, "presence/control.html")


@require_POST
@allowed(HANDLE_TICKETS)
def choose(request: EmployeeRequest) -> HttpResponse:
    """Choose to be available, busy or away."""
    choice = request.POST.get("keuze", "")
    if choice not in Status.values:
        return HttpResponse(status=400)
    note_activity(request, request.user)
    Presence.objects.filter(pk=request.user.pk).update(choice=choice)
    return render(request, "presence/control.html") if is_htmx(request) else redirect("console:tickets")


@require_safe
@allowed(SUPERVISE)
def team(request: EmployeeRequest) -> HttpResponse:
    """Who handles tickets, who of them is there, and how many tickets each has; for the page's script only the list."""
    now = timezone.now()
    members = (
        Employee.objects.filter(is_active=True, groups__name__in=[Role.EMPLOYEE, Role.SUPERVISOR])
        .select_related("presence")
        .prefetch_related(Prefetch("skills", Skill.objects.filter(is_active=True)))
        .annotate(
            ticket_count=Count("tickets", Q(tickets__state=TicketState.ASSIGNED), distinct=True),
            offer_count=Count("offers", Q(offers__ticket__state=TicketState.OPEN), distinct=True),
        )
        .distinct()
    )
    rows = [(member, status_of(member, now)) for member in members]
    rows.sort(key=lambda row: (list(Status).index(row[1]), row[0].shown_name.lower()))
    template = "presence/team_rows.html" if is_htmx(request) else "presence/team.html"
    return render(request, template, {"team": rows})
