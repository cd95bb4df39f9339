"""What every reader of customer text needs before it can hand the text to a library that wants valid Unicode."""

from __future__ import annotations

import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """Return ``text`` with each lone surrogate replaced by U+FFFD, so that offsets stay the same.

    JSON may carry half a surrogate pair; Python accepts it in a ``str``, but encoding it as UTF-8 raises.
    """
    return _SURROGATE.sub("\ufffd", text)
