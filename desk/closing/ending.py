"""What an employee says when a ticket ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from closing.models import Cause, Closing, Outcome
from privacy.masking import mask

if TYPE_CHECKING:
    from tickets.models import Ticket


@dataclass(frozen=True)
class Ending:
    """How a ticket ended.

    Attributes:
        cause: None when the employee named none.
        remark: as typed, at most `closing.models.LONGEST_REMARK` characters; it is masked when it is stored.
    """

    outcome: Outcome
    cause: Cause | None = None
    remark: str = ""

    def detail(self) -> dict[str, str]:
        """The facts for the ticket's history: `{"outcome": …, "cause": …}`, the cause when there is one."""
        cause = {"cause": self.cause.name} if self.cause else {}
        return {"outcome": self.outcome.value, **cause}


def record(ticket: Ticket, ending: Ending, at: datetime) -> Closing:
    """Store how a ticket, locked by the caller, ended at a moment (aware)."""
    return Closing.objects.create(
        ticket=ticket, at=at, outcome=ending.outcome, cause=ending.cause, remark=mask(ending.remark).text
    )
