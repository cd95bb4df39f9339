"""The stream that tells an open page to look again."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from console.watch import news_events
from conversations.feed import event_stream
from employees.roles import HANDLE_TICKETS
from employees.second_factor import must_set_up
from presence.activity import session_is_over
from tickets.models import Ticket


async def news(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events `queue` and, with `?ticket=T-…`, `conversation` and `attention`.

    They carry no data: the page asks for that.

    401 and 403 without a redirect: a stream cannot show a log-in page.
    """
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    user = await request.auser()
    if not user.is_authenticated or await sync_to_async(session_is_over)(request):
        return HttpResponse(status=401)
    if (
        user.must_change_password
        or await sync_to_async(must_set_up)(user)
        or not await user.ahas_perm(HANDLE_TICKETS)
    ):
        return HttpResponse(status=403)
    number = request.GET.get("ticket", "")
    ticket = await Ticket.objects.with_number(number).afirst() if number else None
    return await event_stream(news_events(ticket.conversation_id if ticket else None))
