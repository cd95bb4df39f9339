"""Words a date for a customer."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date


def in_words(day: dt.date) -> str:
    """For example `dinsdag 24 november`."""
    return format_date(day, "EEEE d MMMM", locale="nl")


def in_words_with_year(day: dt.date) -> str:
    """For example `dinsdag 24 november 2026`: for a day that may be more than a year away."""
    return format_date(day, "EEEE d MMMM y", locale="nl")
