"""Dutch licence plates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.found import Found

# The series ("sidecodes") 1 to 14 of the RDW: X is a letter, 9 a digit.
_SERIES = (
    "XX-99-99", "99-99-XX", "99-XX-99", "XX-99-XX", "XX-XX-99", "99-XX-XX", "99-XXX-9",
    "9-XXX-99", "XX-999-X", "X-999-XX", "XXX-99-X", "X-99-XXX", "9-XX-999", "999-XX-9",
)  # fmt: skip
_CUE = re.compile(r"\bkenteken", re.IGNORECASE)


def _pattern(series: str, separator: str) -> str:
    parts = [re.sub("9+", lambda run: rf"\d{{{len(run[0])}}}", part) for part in series.split("-")]
    parts = [re.sub("X+", lambda run: f"[A-Z]{{{len(run[0])}}}", part) for part in parts]
    return separator.join(f"({part})" for part in parts)


def _any_series(separator: str) -> re.Pattern[str]:
    alternatives = "|".join(_pattern(series, separator) for series in _SERIES)
    return re.compile(rf"(?<![\w\-])(?:{alternatives})(?![\w\-])", re.IGNORECASE)


_WITH_DASHES = _any_series("-")
_LOOSE = _any_series("[ -]?")


def find_licence_plates(text: str) -> Iterator[Found]:
    """Licence plates, as `AB-12-CD`. Without dashes only where the text says that it is about one."""
    pattern = _LOOSE if _CUE.search(text) else _WITH_DASHES
    for match in pattern.finditer(text):
        parts = [part.upper() for part in match.groups() if part]
        yield Found("licence_plate", match.start(), match.end(), "-".join(parts))
