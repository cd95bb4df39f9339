"""Filters of the figures page."""

from __future__ import annotations

from django import template
from django.template.defaultfilters import floatformat

from figures.report import Share

register = template.Library()

_UNKNOWN = "onbekend"


@register.filter
def percent(share: Share | float | None) -> str:
    """`83,3 %`, or `onbekend` when there is nothing to take a share of."""
    value = share.value if isinstance(share, Share) else share
    return _UNKNOWN if value is None else f"{floatformat(100 * value, 1)} %"


@register.filter
def mean(value: float | None) -> str:
    """`3,5`, or `onbekend`."""
    return _UNKNOWN if value is None else str(floatformat(value, 1))


@register.filter
def duration(seconds: int | None) -> str:
    """`45 s`, `3 min 20 s`, `2 uur 5 min`, or `onbekend`."""
    if seconds is None:
        return _UNKNOWN
    if seconds < 60:
        return f"{seconds} s"
    minutes, rest = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} uur {minutes} min" if minutes else f"{hours} uur"
