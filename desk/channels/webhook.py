"""The address that vendors call (docs/contracts.md, section 8): verify, store, answer; work comes afterwards."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from channels.base import NotReadable, NotVerified, Webhook
from channels.incoming import NotTaken, take
from channels.registry import channel_named

logger = logging.getLogger(__name__)


@csrf_exempt
def webhook(request: HttpRequest, name: str) -> HttpResponse:
    """`POST /webhooks/<channel>`, and `GET` for vendors that look whether the address is ours.

    404 for a channel that is off, 403 for who does not prove to be the vendor, 400 for what is not as its documents say.
    500 when something cannot be stored and 503 when nothing can, so that the vendor tries again. No answer says more than
    its status.
    """
    channel = channel_named(name)
    if channel is None:
        return HttpResponse(status=404)
    received = Webhook(
        url=settings.PUBLIC_URL + request.get_full_path(),
        headers=request.headers,
        query=request.GET.dict(),
        body=request.body,
    )
    try:
        if request.method == "GET":
            return channel.challenge(received)
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "POST"])
        channel.verify(received)
        take(channel, channel.parse(received))
        return channel.answer(received)
    except NotVerified:
        logger.warning("%s: a request that does not prove to come from the vendor", name)
        return HttpResponse(status=403)
    except NotReadable:
        logger.warning("%s: a request that cannot be read", name)
        return HttpResponse(status=400)
    except NotTaken:
        return HttpResponse(status=500)
    except DatabaseError as error:
        logger.error("%s: nothing can be stored: %s", name, type(error).__name__)
        return HttpResponse(status=503)
