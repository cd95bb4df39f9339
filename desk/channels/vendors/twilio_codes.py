"""What Twilio's error codes mean here (https://www.twilio.com/docs/api/errors)."""

from __future__ import annotations

from outbox.problems import DeliveryProblem

_NAMES = {
    "blocked": {21610, 63032, 63024},  # the customer sent STOP, or cannot be written to
    # no telephone number, one that takes no messages, unknown, or not on WhatsApp
    "address_refused": {21211, 21214, 21217, 21612, 21614, 30005, 30006, 63003},
    "too_large": {21617, 21605},
    "outside_window": {63016},
    "not_allowed": {20003, 20005, 21408, 30002, 63007},
    "rate_limited": {14107, 20429, 21611, 30001, 30022, 63018},
}
_FOR_NOW = {"rate_limited", "outside_window", "not_allowed"}


def problem_of(code: int) -> DeliveryProblem:
    """The problem behind a code; one that is not known is a refusal."""
    name = next((name for name, codes in _NAMES.items() if code in codes), "refused")
    return DeliveryProblem(name, str(code) if code else "", is_final=name not in _FOR_NOW)
