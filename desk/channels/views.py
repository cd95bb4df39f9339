"""The console's pages about messaging channels: how messages stand, files that customers sent, what did not arrive."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from channels import queue
from channels.models import Address, AttachmentContent, AttachmentState, Outgoing
from channels.presentation import followed, line_of, not_arrived
from channels.signals import outgoing_waits
from console.access import EmployeeRequest, allowed, for_employees
from console.views.tickets import ticket_or_404
from conversations.models import Conversation
from employees.roles import SUPERVISE
from organisation.texts import say
from outbox.presentation import problem_text

_LISTED = 100


@require_safe
@for_employees
def ticket_channel(request: EmployeeRequest, number: str) -> HttpResponse:
    """The customer's channel, and the stand of the latest messages for the transcript on the page."""
    ticket = ticket_or_404(number)
    line = line_of(ticket)
    context = {"ticket": ticket, "line": line, "followed": followed(ticket.conversation) if line else []}
    return render(request, "channels/partials/ticket_line.html", context)


@require_POST
@for_employees
def send_again(request: EmployeeRequest, number: str, pk: int) -> HttpResponse:
    """Send a message that did not arrive, or may not have, once more."""
    ticket = ticket_or_404(number)
    found = Outgoing.objects.filter(message_id=pk, message__conversation_id=ticket.conversation_id)
    count = sum(queue.send_again(part) for part in found.select_related("message"))
    if count:
        outgoing_waits.send_robust(Conversation, conversation_id=ticket.conversation_id)
    level = messages.SUCCESS if count else messages.WARNING
    moved = not Address.objects.filter(conversation_id=ticket.conversation_id).exists()
    messages.add_message(request, level, say("channels/console/again", count=count, moved=moved))
    return redirect("console:ticket", number=number)


@require_safe
@for_employees
def attachment(request: EmployeeRequest, pk: int) -> HttpResponse:
    """A file that a customer sent, for who may read the conversation. It can do nothing in the browser but be looked at."""
    kept = AttachmentContent.objects.select_related("attachment__message__conversation")
    content = get_object_or_404(kept, pk=pk, attachment__state=AttachmentState.KEPT)
    file = content.attachment
    if not file.message.conversation.tickets.exists():
        raise Http404
    is_picture = file.content_type.startswith("image/")
    name = file.name or f"bijlage.{file.content_type.rpartition('/')[2]}"
    response = HttpResponse(bytes(content.data), content_type=file.content_type)
    response["Content-Disposition"] = content_disposition_header(not is_picture, name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@allowed(SUPERVISE)
def undelivered(request: EmployeeRequest) -> HttpResponse:
    """What did not reach customers lately."""
    rows = [
        (
            one,
            problem_text(one.channel, one.problem, one.problem_detail),
            one.message.conversation.tickets.last(),
        )
        for one in not_arrived()[:_LISTED]
    ]
    return render(request, "channels/undelivered.html", {"rows": rows})
