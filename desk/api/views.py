"""What all views of the API have in common."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from api.errors import ApiError
from conversations.models import Conversation

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponseBase]
AsyncView = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


def endpoint(**views: View) -> View:
    """One address of the API: a view per method, e.g. `endpoint(GET=read, POST=write)`.

    Refusals become JSON. No cookie is looked at, so there is no request that another site could forge.
    """

    def dispatch(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            return _view_for(request, views)(request, **kwargs)
        except Exception as error:
            return _refusal(error)

    return csrf_exempt(dispatch)


def async_endpoint(**views: AsyncView) -> AsyncView:
    """`endpoint` for views that are coroutines."""

    async def dispatch(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            return await _view_for(request, views)(request, **kwargs)
        except Exception as error:
            return await sync_to_async(_refusal)(error)

    return csrf_exempt(dispatch)


V = TypeVar("V")


def _view_for(request: HttpRequest, views: dict[str, V]) -> V:
    # The server leaves the body of an answer to HEAD out.
    view = views.get("GET" if request.method == "HEAD" else request.method or "")
    if view is None:
        raise ApiError(405, "method_not_allowed", headers={"Allow": ", ".join(sorted(views))})
    return view


def _refusal(error: Exception) -> HttpResponseBase:
    """The answer to a request that failed. Never a dead end: whatever broke, it names phone and e-mail (invariant 6)."""
    if isinstance(error, ApiError):
        return error.response()
    if isinstance(error, Conversation.DoesNotExist):
        return ApiError(404, "conversation_gone").response()
    logger.error("a request failed", exc_info=error)
    return ApiError(503 if isinstance(error, DatabaseError) else 500, "unavailable").response()


def unknown(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    """Any address below `/api/` that does not exist."""
    return ApiError(404, "not_found").response()
