"""Finds tickets by what an employee knows of them: a number, a way to reach the customer, or the customer's words."""

from __future__ import annotations

import re
from heapq import nlargest

from django.db.models import Q

from conversations.search import said_by_customers
from tickets.contact import email_of, phone_of
from tickets.models import Ticket, TicketQuerySet

# Nobody looks through more than this.
_MOST = 1000
# An order or customer number as organisations write them; a word has no digits.
_NUMBER = re.compile(r"[A-Za-z]{0,3}-?\d{4,20}")


def find(tickets: TicketQuerySet, text: str) -> TicketQuerySet:
    """Those of the tickets that the text points at.

    Args:
        tickets: to look among.
        text: a ticket number, a phone number, an e-mail address, an order or customer number, or words of the customer;
            everything that it can be is looked for.
    """
    by_number = Ticket.objects.with_number(text)
    if by_number.exists():
        return tickets.filter(pk__in=by_number.values("pk"))
    if email := email_of(text):
        return tickets.filter(email=email)
    matches = Q(conversation__in=_newest_conversations(text))
    if phone := phone_of(text):
        matches |= Q(phone=phone)
    if _NUMBER.fullmatch(text.strip()):
        for name in ("entities__order_number", "verified__order_number", "verified__customer_number"):
            matches |= Q(pk__in=Ticket.objects.filter(**{name: text.strip()}).values("pk"))
    return tickets.filter(matches)


def _newest_conversations(text: str) -> list[int]:
    """The conversations in which customers said that, at most `_MOST`.

    Asked for by itself, without an order: PostgreSQL would otherwise read all messages from the latest back (17 s for a
    rare word among 1,000,000) instead of looking in its index of words.
    """
    found = said_by_customers(text).order_by().values_list("conversation", flat=True).distinct()
    return nlargest(_MOST, found)
