"""What an employee could answer: nothing of it is sent by itself."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from console.access import EmployeeRequest, for_employees
from console.views.tickets import ticket_context, ticket_or_404
from conversations.models import Message, Sender
from suggestions.search import nearest
from tickets.conversation import messages_of
from tickets.models import Ticket
from understanding.assistant import AssistantSilent
from understanding.domain import answer_to, title_of
from understanding.service import understand

# What the customer asks now stands in the last few messages.
_LATEST = 5


@require_safe
@for_employees
def suggestions(request: EmployeeRequest, number: str) -> HttpResponse:
    """The assistant's answer to the customer's last words, and answers from solved tickets that look like this one.

    Nothing (204) when the customer wrote nothing since the page asked last; empty for who cannot answer here.
    """
    ticket = ticket_or_404(number)
    if not ticket_context(ticket, request.user)["can_reply"]:
        return render(request, "suggestions/suggestions.html", {"version": ""})
    latest = _latest_words(ticket)
    version = str(latest[-1].pk) if latest else "0"
    if request.GET.get("versie") == version:
        return HttpResponse(status=204)
    text = "\n".join([ticket.description, *(message.text for message in latest)])
    context = {
        "ticket": ticket,
        "version": version,
        "similar": nearest(text, apart_from=ticket),
        "has_words": bool(latest),
        **(_assistants_answer(latest[-1]) if latest else {}),
    }
    return render(request, "suggestions/suggestions.html", context)


def _latest_words(ticket: Ticket) -> list[Message]:
    own = messages_of(ticket).filter(sender=Sender.CUSTOMER, payload="").order_by("-id")[:_LATEST]
    return list(own)[::-1]


def _assistants_answer(message: Message) -> dict[str, object]:
    try:
        intent = understand(message)
    except AssistantSilent:
        return {"is_silent": True}
    return {"answer": answer_to(intent), "title": title_of(intent)}
