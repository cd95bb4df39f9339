"""Pages of the lists that the organisation edits."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from console.access import EmployeeRequest, allowed
from employees.roles import MANAGE, SUPERVISE
from lists.registry import EditableList, lists
from organisation.texts import say


def _list_or_404(request: EmployeeRequest, slug: str) -> EditableList:
    """The list, for who may edit it. Raises `Http404` and `PermissionDenied`."""
    editable = lists().get(slug)
    if editable is None:
        raise Http404
    if not request.user.has_perm(editable.permission):
        raise PermissionDenied
    return editable


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(SUPERVISE, MANAGE)
def entries(request: EmployeeRequest, slug: str) -> HttpResponse:
    """All entries, and a form for a new one."""
    editable = _list_or_404(request, slug)
    form = editable.form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        messages.success(request, say("lists/added", entry=form.save()))
        return redirect("console:list", slug=slug)
    entries = [
        (entry, getattr(entry, editable.active_field)) for entry in editable.model._default_manager.all()
    ]
    return _page(request, editable, form, "lists/entries.html", {"entries": entries})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(SUPERVISE, MANAGE)
def entry(request: EmployeeRequest, slug: str, pk: int) -> HttpResponse:
    """One entry, to change it."""
    editable = _list_or_404(request, slug)
    found = get_object_or_404(editable.model, pk=pk)
    form = editable.form(request.POST if request.method == "POST" else None, instance=found)
    if form.is_valid():
        messages.success(request, say("lists/changed", entry=form.save()))
        return redirect("console:list", slug=slug)
    return _page(
        request, editable, form, "lists/entry.html", {"entry": get_object_or_404(editable.model, pk=pk)}
    )


@require_POST
@allowed(SUPERVISE, MANAGE)
def switch(request: EmployeeRequest, slug: str, pk: int) -> HttpResponse:
    """Switch an entry off, or on again, as `actief` says."""
    editable = _list_or_404(request, slug)
    found = get_object_or_404(editable.model, pk=pk)
    is_active = request.POST.get("actief") == "1"
    setattr(found, editable.active_field, is_active)
    found.save(update_fields=[editable.active_field])
    messages.success(request, say("lists/on" if is_active else "lists/off", entry=found))
    return redirect("console:list", slug=slug)


def _page(
    request: EmployeeRequest,
    editable: EditableList,
    form: forms.ModelForm[Model],
    template: str,
    context: dict[str, object],
) -> HttpResponse:
    context |= {"list": editable, "form": form, "fields": f"lists/fields/{editable.slug}.html"}
    return render(request, template, context, status=422 if form.is_bound else 200)
