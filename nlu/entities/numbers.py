"""The organisation's own numbers, and the citizen service number that is not one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stdnum.nl import bsn

from nlu.entities.found import Found

_SEPARATORS = re.compile(r"[\s.\-]")

# Per entity: patterns, and how their groups make the normalised value. An organisation with other numbers overrides these
# in config.yml. A digit group may be split by a blank, dot or dash, as customers type them.
DEFAULT_NUMBERS: dict[str, dict[str, object]] = {
    "order_number": {
        "patterns": [r"(?<![\w+])(?<!\d[.\-])#?(4(?:[ .\-]?\d){8})(?![.\-]?\d)(?!\w)"],
        "format": "{0}",
    },
    "invoice_number": {"patterns": [r"(?<!\w)F[ \-]?(20\d\d)[ \-./]?(\d{5})(?!\w)"], "format": "F{0}-{1}"},
    "customer_number": {"patterns": [r"(?<!\w)K[ \-]?(\d{6})(?!\w)"], "format": "K{0}"},
    "ticket_number": {
        "patterns": [
            r"(?<!\w)T[ \-]?(\d{6,9})(?!\w)",
            r"(?<!\w)ticket(?:[ \-]?(?:nummer|nr))?\.?(?: is)?:?\s{0,3}#?(\d{6,9})(?!\w)",
        ],
        "format": "T-{0}",
    },
}

_BSN_LABEL = re.compile(
    r"\b(?:bsn|b\.s\.n\.?|burger\s?service\s?(?:nummer|nr)|sofi\s?-?(?:nummer|nr))", re.IGNORECASE
)
_NINE_DIGITS = re.compile(r"(?<!\w)\d(?:[ .\-]?\d){7,8}(?!\w)")


@dataclass(frozen=True)
class NumberKind:
    """How the organisation writes one kind of number.

    Attributes:
        entity: the entity's name.
        patterns: regular expressions; their groups hold the parts that count.
        format: what the groups make, with `{0}` for the first one.
    """

    entity: str
    patterns: tuple[re.Pattern[str], ...]
    format: str

    def find(self, text: str) -> Iterator[Found]:
        """Every number of this kind."""
        for pattern in self.patterns:
            for match in pattern.finditer(text):
                groups = [_SEPARATORS.sub("", group) for group in match.groups() if group]
                yield Found(self.entity, match.start(), match.end(), self.format.format(*groups))


def number_kinds(settings: Mapping[str, Mapping[str, object]]) -> list[NumberKind]:
    """The kinds of number of `config.yml`.

    Args:
        settings: per entity `{"patterns": [str, …], "format": str}`, as `DEFAULT_NUMBERS`.

    Raises:
        ValueError: a pattern is no regular expression, or names no group.
    """
    kinds = []
    for entity, setting in settings.items():
        patterns, form = setting.get("patterns"), setting.get("format")
        if not isinstance(patterns, list) or not isinstance(form, str):
            raise ValueError(f"{entity}: `patterns` must be a list and `format` a text")
        try:
            compiled = tuple(re.compile(str(pattern), re.IGNORECASE) for pattern in patterns)
        except re.error as error:
            raise ValueError(f"{entity}: {error}") from error
        if any(not pattern.groups for pattern in compiled):
            raise ValueError(f"{entity}: a pattern has no group for the number")
        kinds.append(NumberKind(entity, compiled, form))
    return kinds


def find_bsn(text: str) -> Iterator[Found]:
    """Citizen service numbers that pass the eleven test and come after the word for it.

    One number of nine digits in eleven passes the test by chance, so without the word a number is never taken for one.
    """
    label = _BSN_LABEL.search(text)
    if label is None:
        return
    for match in _NINE_DIGITS.finditer(text, label.end()):
        digits = _SEPARATORS.sub("", match[0])
        if bsn.is_valid(digits):
            yield Found("bsn", match.start(), match.end(), bsn.compact(digits))
