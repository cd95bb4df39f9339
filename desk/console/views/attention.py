"""What the customer has received and read and whether they type, and the same about the employee."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from channels.presentation import is_carried
from console.access import EmployeeRequest, for_employees
from console.views.tickets import number_of, ticket_or_404
from conversations.attention import attention_of, read_by_employee, seconds_typing, typing
from conversations.models import Sender
from employees.models import Employee
from tickets.models import Ticket, TicketState


def attention_context(ticket: Ticket, employee: Employee) -> dict[str, Any]:
    """For `partials/attention.html`: `mark` of the employee's last message (`sent`, `received`, `read` or empty when there
    is none after which the customer wrote), and `customer_typing`."""
    # On a messaging channel each message has its own stand.
    if not _has(ticket, employee) or not ticket.conversation.is_live or is_carried(ticket.conversation):
        return {"mark": "", "customer_typing": False}
    attention = attention_of(ticket.conversation)
    last = ticket.conversation.messages.exclude(sender=Sender.SYSTEM).order_by("-id").first()
    mark = ""
    if last is not None and last.sender == Sender.EMPLOYEE:
        marks = [("read", attention.customer_read), ("received", attention.customer_received)]
        mark = next((name for name, seen in marks if seen >= last.pk), "sent")
    typed_at = attention.customer_typing_at
    # What was typed may have been sent already.
    is_sent = (
        last is not None and last.sender == Sender.CUSTOMER and typed_at is not None and last.at >= typed_at
    )
    return {"mark": mark, "customer_typing": not is_sent and bool(seconds_typing(typed_at))}


@require_safe
@for_employees
def attention(request: EmployeeRequest, number: str) -> HttpResponse:
    """The line below the transcript."""
    ticket = ticket_or_404(number)
    context = {"ticket": ticket, **attention_context(ticket, request.user)}
    return render(request, "console/partials/attention.html", context)


@require_POST
@for_employees
def read(request: EmployeeRequest, number: str) -> HttpResponse:
    """The messages up to `tot` stood on the employee's screen. Who only looks on reads nothing in the customer's eyes."""
    ticket = ticket_or_404(number)
    if _has(ticket, request.user):
        read_by_employee(ticket.conversation_id, number_of(request.POST.get("tot", "")))
    return HttpResponse(status=204)


@require_POST
@for_employees
def typing_now(request: EmployeeRequest, number: str) -> HttpResponse:
    """The employee who has the conversation is typing."""
    ticket = ticket_or_404(number)
    if _has(ticket, request.user):
        typing(ticket.conversation_id, Sender.EMPLOYEE)
    return HttpResponse(status=204)


def _has(ticket: Ticket, employee: Employee) -> bool:
    return ticket.state == TicketState.ASSIGNED and ticket.employee_id == employee.pk
