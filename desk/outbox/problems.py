"""Why a delivery did not succeed, in words that may be shown and stored: no secrets, and nothing the other side said."""

from __future__ import annotations

# Problems that every delivery to the same place would meet.
OF_THE_DESTINATION = frozenset(
    {
        "misconfigured",
        "unreachable",
        "too_late",
        "cut_off",
        "rate_limited",
        "server_error",
        "not_json",
        "not_allowed",
        "redirect",
        "wrong_address",
        "tls",
        "login_refused",
    }
)

# Of these, the ones that do not pass by themselves: an alarm is raised at once.
NEEDS_A_PERSON = frozenset(
    {"misconfigured", "not_allowed", "redirect", "wrong_address", "tls", "login_refused"}
)


class DeliveryProblem(Exception):
    """An attempt failed.

    Attributes:
        name: a text in `templates/messages/outbox/problem/`.
        detail: a status, a code or the name of a setting, of ours or in digits.
        is_final: trying again cannot help before somebody has changed something.
        retry_after: the other side asks to wait this many seconds.
        is_uncertain: it may have arrived although no answer came.
    """

    def __init__(
        self,
        name: str,
        detail: str = "",
        *,
        is_final: bool = False,
        retry_after: float | None = None,
        is_uncertain: bool = False,
    ) -> None:
        super().__init__(f"{name} {detail}".strip())
        self.name = name
        self.detail = detail
        self.is_final = is_final
        self.retry_after = retry_after
        self.is_uncertain = is_uncertain

    @property
    def concerns_the_destination(self) -> bool:
        """Would the next delivery to the same place meet it as well?"""
        return self.name in OF_THE_DESTINATION
