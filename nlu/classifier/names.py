"""Names of intents, written by programmers, as words that an encoder can read."""

from __future__ import annotations

import re

_JOINTS = re.compile(r"[\W_\d]+|(?<=[a-zà-ÿ])(?=[A-Z])")


def in_words(intent: str) -> str:
    """Return the words of a name: "alarm/set_alarm" and "SearchFlights2" give "alarm set alarm", "search flights".

    Empty for a name without letters.
    """
    return " ".join(part for part in _JOINTS.split(intent) if part).lower()
