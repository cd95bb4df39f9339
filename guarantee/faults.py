"""What can be broken while a customer writes."""

from __future__ import annotations

from enum import Enum


class Fault(Enum):
    """One fault at a time. The value is its name in reports, in Dutch."""

    NONE = "alles werkt"
    ACTIONS_DOWN = "actieserver weg"
    ACTIONS_RAISE = "actie faalt"
    BACK_OFFICE_DOWN = "backoffice weg"
    DESK_DOWN = "balie onbereikbaar voor de actieserver"
    DESK_SILENT = "balie te traag voor de actieserver"


# No ticket can be opened by the assistant; its signal makes the desk do it.
NO_TICKET = frozenset({Fault.ACTIONS_DOWN, Fault.ACTIONS_RAISE, Fault.DESK_DOWN, Fault.DESK_SILENT})
