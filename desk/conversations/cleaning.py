"""Makes text from outside fit to store and to show."""

from __future__ import annotations

import re

# Control characters except tab and newline: no database stores NUL, no screen shows the others.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def clean(text: str) -> str:
    """The text with plain newlines, without control characters and without blanks around it.

    Half of a surrogate pair, which JSON can carry but UTF-8 cannot, becomes the replacement character U+FFFD.
    """
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _CONTROLS.sub("", whole.replace("\r\n", "\n").replace("\r", "\n")).strip()
