"""Choosing a canned reply in the composer, and editing the list (`/balie/beheer/snelteksten/`)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canned.forms import CannedReplyForm, may_share
from canned.models import CannedReply
from canned.placeholders import NAMES, fill
from console.access import EmployeeRequest, for_employees
from console.views.tickets import ticket_or_404
from employees.models import Employee
from organisation.texts import say

# What fits in the list below the composer; who looks for another types one more letter.
_OFFERED = 12


@require_safe
@for_employees
def options(request: EmployeeRequest, number: str) -> HttpResponse:
    """The replies that match `q`, filled in for this ticket."""
    ticket = ticket_or_404(number)
    query = request.GET.get("q", "")[:80]
    found = CannedReply.objects.usable_by(request.user).matching(query).select_related("owner")[:_OFFERED]
    filled = [(reply, fill(reply.text, ticket, request.user)) for reply in found]
    return render(request, "canned/options.html", {"options": filled, "query": query})


@require_safe
@for_employees
def canned_list(request: EmployeeRequest) -> HttpResponse:
    """Everybody's replies and one's own."""
    replies = CannedReply.objects.usable_by(request.user)
    context = {
        "shared": replies.filter(owner=None),
        "own": replies.filter(owner=request.user),
        "may_share": may_share(request.user),
    }
    return render(request, "canned/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_employees
def edit(request: EmployeeRequest, pk: int | None = None) -> HttpResponse:
    """Make a reply, or change one that is one's own or, for who may share, everybody's."""
    reply = None if pk is None else _reply_to_change(request.user, pk)
    data = request.POST if request.method == "POST" else None
    initial = {"is_shared": reply.owner is None if reply else may_share(request.user)}
    form = CannedReplyForm(data, instance=reply, initial=initial, employee=request.user)
    if form.is_valid():
        form.instance.changed_at = timezone.now()
        saved = form.save()
        messages.success(request, say("canned/saved", title=saved.title))
        return redirect("console:canned")
    context = {"form": form, "reply": reply, "names": [f"{{{name}}}" for name in NAMES]}
    return render(request, "canned/edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_employees
def delete(request: EmployeeRequest, pk: int) -> HttpResponse:
    """Remove a reply that one may change."""
    reply = _reply_to_change(request.user, pk)
    reply.delete()
    messages.success(request, say("canned/deleted", title=reply.title))
    return redirect("console:canned")


def _reply_to_change(employee: Employee, pk: int) -> CannedReply:
    """The reply, when this employee may change it. A colleague's own does not exist for others.

    Raises:
        Http404: there is none.
        PermissionDenied: it is everybody's, and this employee may not share.
    """
    reply = get_object_or_404(CannedReply.objects.usable_by(employee), pk=pk)
    if reply.owner is None and not may_share(employee):
        raise PermissionDenied
    return reply
