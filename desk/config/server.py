"""What surrounds Django in the web server: its start and end, and a limit on what it reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from api.errors import ApiError

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# docs/contracts.md, section 1. A ticket carries a transcript; a form of the console a long reply, percent-encoded. Meta
# sends webhooks of up to 3 MB ("Webhooks", Graph API).
_KIBIBYTE = 1024
LARGEST_BODY = {
    "/api/webchat/": 32 * _KIBIBYTE,
    "/api/tickets": 1024 * _KIBIBYTE,
    "/webhooks/": 4096 * _KIBIBYTE,
    "": 256 * _KIBIBYTE,
}


class Lifespan:
    """Keeps a context open as long as the server runs. Django itself does not know of a server's start and end."""

    def __init__(
        self, application: Application, context: Callable[[], AbstractAsyncContextManager[Any]]
    ) -> None:
        self._application = application
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle the server's start and end, pass everything else on."""
        if scope["type"] != "lifespan":
            await self._application(scope, receive, send)
            return
        await receive()
        async with self._context():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


class _TooLarge(Exception):
    pass


class BodyLimit:
    """Refuses a body that is too large while it comes in. Django would first write all of it to the disk."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 413."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        left = next(limit for prefix, limit in LARGEST_BODY.items() if scope["path"].startswith(prefix))

        async def limited() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise _TooLarge
            return message

        try:
            # A body that announces itself as too large is not read at all.
            if _announced_length(scope) > left:
                raise _TooLarge
            await self._application(scope, limited, send)
        except _TooLarge:
            await _refuse(send)


def _announced_length(scope: Scope) -> int:
    value = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(value) if value.isdigit() else 0


async def _refuse(send: Send) -> None:
    response = ApiError(413, "too_large").response()
    length = str(len(response.content)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
