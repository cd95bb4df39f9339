"""Customers who cannot use the telephone: they are never told to call (R13)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.found import Found

_DEGREE = r"(?:(?:erg|heel|zeer|helaas|zelf|bijna|vrijwel|volledig|helemaal|zwaar|nogal|behoorlijk)\s+){0,2}"
_CANNOT = re.compile(
    rf"(?<!\w)(?:"
    rf"ik\s+ben\s+{_DEGREE}(?:doof|slechthorend|doofblind)"
    rf"|(?:als|omdat|want|ben)\s+(?:ik\s+)?{_DEGREE}(?:een\s+)?(?:doof|doofblind)(?:\s+(?:persoon|mens))?(?:\s+ben)?"
    rf"|(?:mijn|m['’]?n)\s+\w+\s+is\s+{_DEGREE}(?:doof|slechthorend|doofblind)"
    rf"|slechthorende?n?|gehoor(?:beperking|probleem|problemen|verlies)|gebarentaal(?:tolk)?"
    rf"|hoor\s+{_DEGREE}(?:slecht|niet\s+goed|(?:niets|niks)(?!\s+(?:meer|van)))"
    rf"|(?:kan|kunnen)\s+{_DEGREE}niet\s+(?:goed\s+)?(?:telefoneren|bellen|praten)"
    rf"|(?:telefoneren|bellen)\s+(?:gaat|lukt|kan)\s+(?:bij\s+)?(?:mij|me|ik)?\s*niet"
    rf")(?!\w)",
    re.IGNORECASE,
)


def find_cannot_phone(text: str) -> Iterator[Found]:
    """Where a customer says that hearing or speaking on the telephone does not go; the value is `true`.

    Negations ("ik ben niet doof") and reproaches ("zijn jullie doof") do not fit the patterns.
    """
    for match in _CANNOT.finditer(text):
        yield Found("cannot_phone", match.start(), match.end(), "true")
