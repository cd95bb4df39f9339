"""How requests pass through Django."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


def in_one_thread(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Must be the last middleware: it makes all of them run in the request's thread.

    It does nothing but be synchronous. Without it each middleware of Django's would run as a coroutine that calls a thread
    twice per request, which cost more than everything else that a message of the web chat needs.
    """
    return lambda request: get_response(request)
