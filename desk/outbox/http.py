"""HTTP to other systems: only to the address that is configured, never on to another, and never longer than a time limit."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx
from django.conf import settings

from outbox.problems import DeliveryProblem

_LARGEST_ANSWER = 4 * 1024 * 1024
# One attempt may take this many times the limit of a single wait; well below the lease (`outbox.settings.lease_seconds`).
_WAITS_PER_ATTEMPT = 6
_USER_AGENT = "aanspreekpunt-outbox"


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        changes: it answers a request that changes something over there.
    """

    status: int
    headers: httpx.Headers
    body: bytes
    changes: bool

    def json(self) -> Any:
        """The body as JSON. Raises `DeliveryProblem` when it is none, as from a page that says there is maintenance."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise DeliveryProblem("not_json", is_uncertain=self.changes) from error

    def require_success(self) -> Self:
        """Nothing for a 2xx. Raises `DeliveryProblem` for every other status."""
        status = self.status
        if 200 <= status < 300:
            return self
        if status in {401, 403, 407}:
            raise DeliveryProblem("not_allowed", str(status))
        if 300 <= status < 400:
            raise DeliveryProblem("redirect", str(status))
        wait = _seconds(self.headers.get("retry-after", ""))
        if status == 429:
            raise DeliveryProblem("rate_limited", str(status), retry_after=wait)
        if status >= 500 or status in {408, 425}:
            raise DeliveryProblem("server_error", str(status), retry_after=wait, is_uncertain=self.changes)
        if status in {404, 410}:
            raise DeliveryProblem("gone", str(status), is_final=True)
        raise DeliveryProblem("refused", str(status), is_final=True)


class Exchange:
    """The requests of one attempt. Use it in a `with`."""

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        """Nothing is connected yet."""
        limit = settings.OUTBOX_TIMEOUT_SECONDS
        self._ends = time.monotonic() + _WAITS_PER_ATTEMPT * limit
        self._client = httpx.Client(
            timeout=limit, follow_redirects=False, headers={"User-Agent": _USER_AGENT, **(headers or {})}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def request(
        self, method: str, url: str, *, changes: bool, largest: int | None = None, **options: Any
    ) -> Answer:
        """Make one request.

        Args:
            method: HTTP's.
            url: the configured address, or a path below it.
            changes: does it change something over there? Then a lost answer leaves it uncertain whether it did.
            largest: bytes of a file that is fetched; more are not read.
            options: `json`, `params`, `content` or `headers`, as httpx has them.

        Raises:
            DeliveryProblem: no answer came, or not in time.
        """
        self._require_time(is_uncertain=False)
        try:
            with self._client.stream(method, url, **options) as response:
                body = b""
                for piece in response.iter_bytes():
                    body += piece
                    # The client's own limit is on each wait, so a drip would go on for ever.
                    self._require_time(is_uncertain=changes)
                    if largest is not None and len(body) > largest:
                        raise DeliveryProblem("too_large", is_final=True)
                    if largest is None and len(body) > _LARGEST_ANSWER:
                        raise DeliveryProblem("not_json", is_uncertain=changes)
                return Answer(response.status_code, response.headers, body, changes)
        except httpx.ConnectError as error:
            raise DeliveryProblem("tls" if _is_tls(error) else "unreachable") from error
        except (httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise DeliveryProblem("too_late") from error
        except httpx.TimeoutException as error:
            raise DeliveryProblem("too_late", is_uncertain=changes) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DeliveryProblem("cut_off", is_uncertain=changes) from error

    def _require_time(self, *, is_uncertain: bool) -> None:
        if time.monotonic() > self._ends:
            raise DeliveryProblem("too_late", is_uncertain=is_uncertain)


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _seconds(retry_after: str) -> float | None:
    """The value of a Retry-After header: seconds or a date (RFC 9110, 10.2.3); None when it is neither."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
