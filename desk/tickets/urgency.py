"""How soon a ticket must be helped, before an employee has looked at it."""

from __future__ import annotations

from tickets.models import Priority, Reason, Wish

# The assistant's word for smoke, a smell of gas and the like (`domain.yml`).
_EMERGENCY = "emergency"


def first_priority(reason: str, intent: str, wish: str) -> Priority:
    """The priority of a ticket that no employee has looked at.

    Customers who may be in trouble go before all others (R13), then those whom the assistant made cross. Who asked for an
    e-mail is not sitting in the chat.
    """
    if reason == Reason.VULNERABLE or intent == _EMERGENCY:
        return Priority.URGENT
    if reason == Reason.FRUSTRATED:
        return Priority.HIGH
    return Priority.LOW if wish == Wish.EMAIL else Priority.NORMAL
