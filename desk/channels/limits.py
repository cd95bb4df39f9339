"""How much one customer, and one address, may send.

The limits stand far above what people do, because behind one address may be a whole office or mobile network. There is
none on asking for a human.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

from api.errors import ApiError
from conversations.models import Conversation, Sender
from conversations.store import add, human_button
from organisation.texts import say

logger = logging.getLogger(__name__)

MESSAGES_PER_CONVERSATION = parse("60 per minute")
MESSAGES_PER_ADDRESS = parse("1200 per minute")
RATINGS_PER_CONVERSATION = parse("20 per hour")
# Marks and typing: about twice in the six seconds that typing counts, and a mark for each message, in every open tab.
SIGNS_PER_CONVERSATION = parse("240 per minute")
CONVERSATIONS_PER_ADDRESS = parse("300 per 5 minutes")
# One customer with every tab open; each stream holds memory here.
STREAMS_PER_CONVERSATION = 20
# What comes in on messaging channels is all from the vendor's addresses, so it is counted per customer only.
_NOTICES_PER_CONVERSATION = parse("1 per minute")
_PATIENCE_SECONDS = 0.5
_PAUSE_SECONDS = 5


class _Pause:
    """Until when (monotonic clock) the store of the counts is left alone."""

    until = 0.0


pause = _Pause()


def count_message(request: HttpRequest, conversation: Conversation) -> None:
    """Count one message. Raises `ApiError` 429 when it is one too many."""
    _count(MESSAGES_PER_CONVERSATION, "message", conversation.external_id)
    _count(MESSAGES_PER_ADDRESS, "message", address_of(request))


def count_sign(conversation: Conversation) -> None:
    """Count one mark or sign of typing. Raises `ApiError` 429 when it is one too many."""
    _count(SIGNS_PER_CONVERSATION, "sign", conversation.external_id)


def count_conversation(request: HttpRequest) -> None:
    """Count one new conversation. Raises `ApiError` 429 when it is one too many."""
    _count(CONVERSATIONS_PER_ADDRESS, "conversation", address_of(request))


def count_rating(conversation: Conversation) -> None:
    """Count one answer about satisfaction. Raises `ApiError` 429 when it is one too many."""
    _count(RATINGS_PER_CONVERSATION, "rating", conversation.external_id)


def may_write(conversation: Conversation) -> bool:
    """Count one message on a messaging channel; False when it is one too many. A request for a person is not to be
    counted."""
    try:
        _count(MESSAGES_PER_CONVERSATION, "message", conversation.external_id)
    except ApiError:
        return False
    return True


def say_so_once(conversation: Conversation) -> None:
    """Tell a customer, locked by the caller, that a message was not taken; once a minute, not for each of them."""
    try:
        _count(_NOTICES_PER_CONVERSATION, "notice", conversation.external_id)
    except ApiError:
        return
    add(conversation, Sender.SYSTEM, say("channels/too_many"), buttons=[human_button()])


def too_many(seconds: int) -> ApiError:
    """The refusal, with the time to wait."""
    return ApiError(429, "too_many_requests", headers={"Retry-After": str(seconds)}, seconds=seconds)


@cache
def limiter() -> SlidingWindowCounterRateLimiter:
    """The counter of this process, or the one that all processes share (`DESK_RATE_LIMIT_STORE`)."""
    return SlidingWindowCounterRateLimiter(counting_store())


def counting_store() -> Storage:
    """The store of the counts. Redis gets half a second and one try: no customer waits for a counter."""
    url = settings.RATE_LIMIT_STORE
    if url.startswith("redis"):
        pool = ConnectionPool.from_url(
            url,
            socket_timeout=_PATIENCE_SECONDS,
            socket_connect_timeout=_PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        return RedisStorage(url, connection_pool=pool, wrap_exceptions=True)
    return MemoryStorage()


def _count(limit: RateLimitItem, *who: str) -> None:
    if time.monotonic() < pause.until:
        return
    try:
        if limiter().hit(limit, *who):
            return
        reset_time = limiter().get_window_stats(limit, *who).reset_time
    except StorageError:
        # A counter that is down must not keep customers out, nor cost each of them the time to find that out.
        pause.until = time.monotonic() + _PAUSE_SECONDS
        logger.warning(
            "nothing is counted for %s s: the store of the rate limits does not answer", _PAUSE_SECONDS
        )
        return
    raise too_many(max(1, round(reset_time - time.time())))


def address_of(request: HttpRequest) -> str:
    """Who is calling: an IPv4 address, or the /64 network that one IPv6 subscriber has.

    The web server sets it, from `X-Forwarded-For` only when a trusted proxy sent the request.
    """
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)
