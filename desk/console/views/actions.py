"""What an employee does with a ticket. Each is a POST; the services decide whether it is allowed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from console.access import EmployeeRequest, for_employees, is_htmx
from console.forms import ReplyForm, new_client_id
from console.views.tickets import ticket_context, ticket_or_404
from organisation.texts import say
from tickets import services
from tickets.models import Ticket


def _say(request: EmployeeRequest, sentence: str, ticket: Ticket, level: int = messages.SUCCESS) -> None:
    """Show a sentence of `templates/messages/console/` on the next page."""
    messages.add_message(request, level, say(f"console/{sentence}", ticket=ticket))


@require_POST
@for_employees
def take(request: EmployeeRequest, number: str) -> HttpResponse:
    """Take the ticket over; when a colleague was first, the page says who."""
    ticket = ticket_or_404(number)
    try:
        services.take_over(ticket.pk, request.user)
    except services.AlreadyTaken as refused:
        _say(request, "already_taken", refused.ticket, messages.WARNING)
    except services.TicketActionRefused as refused:
        _say(request, "already_closed", refused.ticket, messages.WARNING)
    return redirect("console:ticket", number=ticket.number)


@require_POST
@for_employees
def reply(request: EmployeeRequest, number: str) -> HttpResponse:
    """Send what was typed to the customer. Whatever goes wrong, the text comes back in the box."""
    ticket = ticket_or_404(number)
    form = ReplyForm(request.POST)
    refused = False
    if form.is_valid():
        try:
            services.reply(ticket.pk, request.user, form.cleaned_data["text"], form.cleaned_data["client_id"])
            return _sent(request, ticket)
        except services.TicketActionRefused as error:
            ticket, refused = error.ticket, True
        except ValueError:
            form.add_error("text", ReplyForm.EMPTY)
    context = ticket_context(ticket, request.user) | {
        "form": form,
        "refused": refused,
        "text": request.POST.get("text", ""),
        "client_id": request.POST.get("client_id") or new_client_id(),
    }
    template = "console/partials/composer.html" if is_htmx(request) else "console/reply_failed.html"
    return render(request, template, context, status=409 if refused else 422)


def _sent(request: EmployeeRequest, ticket: Ticket) -> HttpResponse:
    if not is_htmx(request):
        return redirect("console:ticket", number=ticket.number)
    context = {"ticket": ticket, "can_reply": True, "client_id": new_client_id()}
    response = render(request, "console/partials/composer.html", context)
    response["HX-Trigger"] = "balie:sent"
    return response
