"""How requests pass through Django."""

from collections.abc import Callable
from threading import BoundedSemaphore

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


def a_few_at_a_time(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Must be the first middleware: lets `REQUESTS_AT_ONCE` requests work at a time, the others wait for their turn.

    Each request runs in a thread with a connection of its own. Without a limit two hundred requests at a time open two
    hundred connections, and PostgreSQL refuses those beyond its `max_connections`, 100 by default. A request is here when
    its body has been read, and leaves before its answer is sent, so that no slow client keeps others waiting, nor a stream.
    """
    room = BoundedSemaphore(settings.REQUESTS_AT_ONCE)

    def handle(request: HttpRequest) -> HttpResponseBase:
        with room:
            return get_response(request)

    return handle


def in_one_thread(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Must be the last middleware: it makes all of them run in the request's thread.

    It does nothing but be synchronous. Without it each middleware of Django's would run as a coroutine that calls a thread
    twice per request, which cost more than everything else that a message of the web chat needs.
    """
    return lambda request: get_response(request)
