"""Filters for the console's templates."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from console.catalogue import name_of
from deadlines.presentation import standing
from outbox.settings import can_mail

register = template.Library()

_TICKET_NUMBER = re.compile(r"T-\d{6,}")
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@register.filter
def named(word: str, kind: str) -> str:
    """The Dutch name of a stored word: `{{ ticket.reason|named:"reason" }}`."""
    return name_of(kind, word)


@register.simple_tag
def desk_can_mail() -> bool:
    """Is there a mail server, so that customers can be mailed?"""
    return can_mail()


@register.filter
def options(field: BoundField) -> list[tuple[str, str]]:
    """The choices of a field, each as its value and its name."""
    return list(field.field.choices)  # type: ignore[attr-defined]


@register.filter
def whole_numbers(text: str) -> SafeString:
    """The text, escaped, with ticket numbers that are not broken at their hyphen."""
    return mark_safe(_TICKET_NUMBER.sub(r'<span class="whole">\g<0></span>', escape(text)))  # noqa: S308 - escaped here


@register.filter
def waiting(since: datetime) -> str:
    """How long ago that is, as short as a queue needs it: `0 min`, `12 min`, `3 uur 5 min`, `2 dagen`."""
    passed = max(timezone.now() - since, timedelta())
    minutes = passed // _MINUTE
    if passed < _HOUR:
        return f"{minutes} min"
    if passed < _DAY:
        return f"{passed // _HOUR} uur {minutes % 60} min"
    days = passed // _DAY
    # Django's own Dutch catalogue has these words.
    return ngettext("%(num)d day", "%(num)d days", days) % {"num": days}


@register.filter
def moment(at: datetime) -> str:
    """A moment as short as a list needs it: `14.30 uur` today, else `do 26 nov 14.30 uur`."""
    local = timezone.localtime(at)
    is_today = local.date() == timezone.localdate()
    return date_format(local, "H.i" if is_today else "D j b H.i") + " uur"


@register.filter
def parsed(text: str) -> datetime:
    """A moment of a history entry's detail."""
    return datetime.fromisoformat(text)


@register.filter
def with_page(address: str, number: int) -> str:
    """The address of a list at another page of it."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "pagina"]
    return f"{parts.path}?{urlencode([*query, ('pagina', number)])}"


register.filter("standing", standing)


@register.filter
def waits_long(since: datetime) -> bool:
    """Longer than three minutes: the share of customers who are helped within 180 s is what is reported (R9)."""
    return timezone.now() - since > 3 * _MINUTE
