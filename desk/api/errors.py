"""How the API says no (docs/contracts.md)."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse

from organisation.texts import say


class ApiError(Exception):
    """Ends a request with a status and a reason.

    Attributes:
        status: the HTTP status.
        code: a word for programs; `messages/errors/<code>.txt` has the sentence for people.
        field: the field or parameter that is wrong, or None.
        headers: further headers of the answer.
        values: what the sentence needs.
    """

    def __init__(
        self,
        status: int,
        code: str,
        field: str | None = None,
        headers: dict[str, str] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.field = field
        self.headers = headers or {}
        self.values = values

    def response(self) -> JsonResponse:
        """The answer that the contract describes."""
        message = say(f"errors/{self.code}", field=self.field, **self.values)
        body = {"error": {"code": self.code, "message": message, "field": self.field}}
        return JsonResponse(body, status=self.status, headers=self.headers)


def unauthorised() -> ApiError:
    """There is no token, or not a good one; which of the two is not told."""
    return ApiError(401, "no_token", headers={"WWW-Authenticate": "Bearer"})
