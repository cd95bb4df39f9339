"""What an employee does with a ticket besides chatting: priority, tags, notes, transfer, putting aside, merging.

Whatever goes wrong, the ticket's page comes back as it is now, with a sentence that says why and with what was typed.
"""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from assignment.models import Skill
from assignment.transfer import transfer_to_skill
from console.access import EmployeeRequest, for_employees
from console.views.tickets import ticket_or_404, ticket_page
from console.work_forms import MergeForm, NoteForm, PriorityForm, SnoozeForm, TagForm, TransferForm
from notes.services import add_note
from organisation.texts import say
from tags.models import Tag
from tags.services import add_tag, remove_tag
from tickets import merge as merging
from tickets import snooze as snoozing
from tickets import transfer as transferring
from tickets.models import Priority, Ticket
from tickets.priority import change_priority
from tickets.services import AlreadyTaken, NotYours, TicketActionRefused


def _done(request: EmployeeRequest, ticket: Ticket, sentence: str, **values: object) -> HttpResponse:
    messages.success(request, say(f"console/work/{sentence}", ticket=ticket, **values))
    return redirect("console:ticket", number=ticket.number)


def _again(
    request: EmployeeRequest,
    ticket: Ticket,
    form: forms.Form,
    sentence: str = "",
    *,
    about: Ticket | None = None,
) -> HttpResponse:
    """The page with this form open and filled in as it was; `sentence` says what is wrong when no field does.

    Args:
        about: the ticket as it was found, when the action was refused because of how it stands.
    """
    if sentence:
        form.add_error(None, say(f"console/{sentence}", ticket=about or ticket))
    fresh = ticket_or_404(ticket.number)
    context = ticket_page(fresh, request.user, filled={form.prefix or "": form}) | {"open_form": form.prefix}
    return render(request, "console/ticket.html", context, status=409 if about else 422)


@require_POST
@for_employees
def set_priority(request: EmployeeRequest, number: str) -> HttpResponse:
    """Give the ticket another priority."""
    ticket, form = ticket_or_404(number), PriorityForm(request.POST)
    if not form.is_valid():
        return _again(request, ticket, form)
    try:
        changed = change_priority(ticket.pk, request.user, Priority[form.cleaned_data["priority"].upper()])
    except TicketActionRefused as refused:
        return _again(request, ticket, form, "already_closed", about=refused.ticket)
    return _done(request, changed, "priority")


@require_POST
@for_employees
def tag(request: EmployeeRequest, number: str) -> HttpResponse:
    """Put a tag on the ticket."""
    ticket, form = ticket_or_404(number), TagForm(request.POST)
    if not form.is_valid():
        return _again(request, ticket, form)
    return _done(request, add_tag(ticket.pk, request.user, form.cleaned_data["tag"]), "tags")


@require_POST
@for_employees
def untag(request: EmployeeRequest, number: str, pk: int) -> HttpResponse:
    """Take a tag off the ticket."""
    ticket = ticket_or_404(number)
    return _done(request, remove_tag(ticket.pk, request.user, get_object_or_404(Tag, pk=pk)), "tags")


@require_POST
@for_employees
def note(request: EmployeeRequest, number: str) -> HttpResponse:
    """Add a note."""
    ticket, form = ticket_or_404(number), NoteForm(request.POST)
    if not form.is_valid():
        return _again(request, ticket, form)
    try:
        add_note(ticket.pk, request.user, form.cleaned_data["text"], form.cleaned_data["client_id"])
    except ValueError:
        return _again(request, ticket, form, "work/empty")
    return _done(request, ticket, "note")


@require_POST
@for_employees
def transfer(request: EmployeeRequest, number: str) -> HttpResponse:
    """Give the ticket to a colleague, or to the queue: for anybody, or for who has a skill."""
    ticket = ticket_or_404(number)
    form = TransferForm(request.POST, ticket=ticket)
    if not form.is_valid():
        return _again(request, ticket, form)
    receiver, reason = form.receiver(), form.cleaned_data["reason"]
    try:
        if receiver is None:
            transferring.transfer_to_queue(ticket.pk, request.user, reason)
        elif isinstance(receiver, Skill):
            transfer_to_skill(ticket.pk, request.user, receiver, reason)
        else:
            transferring.transfer_to_colleague(ticket.pk, request.user, receiver, reason)
    except NotYours as refused:
        return _again(request, ticket, form, "not_yours", about=refused.ticket)
    except transferring.CannotReceive:
        return _again(request, ticket, form, "work/cannot_receive")
    except ValueError:
        return _again(request, ticket, form, "work/empty")
    messages.success(request, say("console/work/transferred", ticket=ticket, receiver=receiver))
    return redirect("console:tickets")


@require_POST
@for_employees
def snooze(request: EmployeeRequest, number: str) -> HttpResponse:
    """Put the ticket aside until a moment."""
    ticket, form = ticket_or_404(number), SnoozeForm(request.POST)
    if not form.is_valid():
        return _again(request, ticket, form)
    until, reason = form.cleaned_data["until"], form.cleaned_data["reason"]
    try:
        snoozing.snooze(ticket.pk, request.user, until, reason)
    except NotYours as refused:
        return _again(request, ticket, form, "not_yours", about=refused.ticket)
    except snoozing.WrongMoment:
        return _again(request, ticket, form, "work/wrong_moment")
    except ValueError:
        return _again(request, ticket, form, "work/empty")
    messages.success(request, say("console/work/snoozed", ticket=ticket, until=until))
    return redirect("console:tickets")


@require_POST
@for_employees
def wake(request: EmployeeRequest, number: str) -> HttpResponse:
    """Go on with a ticket that was put aside."""
    ticket = ticket_or_404(number)
    try:
        snoozing.wake(ticket.pk, request.user)
    except NotYours as refused:
        messages.warning(request, say("console/not_yours", ticket=refused.ticket))
    return redirect("console:ticket", number=ticket.number)


@require_POST
@for_employees
def merge(request: EmployeeRequest, number: str) -> HttpResponse:
    """Add another ticket of the customer to this one."""
    ticket, form = ticket_or_404(number), MergeForm(request.POST)
    if not form.is_valid():
        return _again(request, ticket, form)
    other = Ticket.objects.with_number(form.cleaned_data["number"]).first()
    if other is None:
        return _again(request, ticket, form, "work/no_such_ticket")
    is_same = form.cleaned_data["is_same_customer"]
    try:
        merging.merge(ticket.pk, other.pk, request.user, is_same_customer=is_same)
    except merging.SameTicket:
        return _again(request, ticket, form, "work/same_ticket")
    except merging.PerhapsAnotherCustomer:
        return _again(request, ticket, form, "work/another_customer")
    except AlreadyTaken as refused:
        return _again(request, ticket, form, "already_taken", about=refused.ticket)
    except TicketActionRefused as refused:
        sentence = "not_yours" if isinstance(refused, NotYours) else "already_closed"
        return _again(request, ticket, form, sentence, about=refused.ticket)
    return _done(request, ticket, "merged", other=other)
