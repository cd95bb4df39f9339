"""Finds conversations by what customers wrote in them."""

from __future__ import annotations

import re

from django.db import connection
from django.db.models import Q, QuerySet

from conversations.models import Message, Sender

_WORD = re.compile(r"\w+")


def said_by_customers(words: str) -> QuerySet[Message]:
    """Messages of customers that hold all these words, in any order.

    PostgreSQL looks in its index (migration `conversations.0004_search`) for words of the same stem that begin so; other
    databases look for the letters.
    """
    messages = Message.objects.filter(sender=Sender.CUSTOMER)
    found = _WORD.findall(words)
    if not found:
        return messages.none()
    if connection.vendor != "postgresql":
        condition = Q()
        for word in found:
            condition &= Q(text__icontains=word)
        return messages.filter(condition)
    from django.contrib.postgres.search import SearchQuery, SearchVector

    query = SearchQuery(" & ".join(f"{word}:*" for word in found), config="dutch", search_type="raw")
    return messages.alias(words=SearchVector("text", config="dutch")).filter(words=query)
