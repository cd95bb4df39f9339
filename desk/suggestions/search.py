"""The solved tickets that are nearest to what a customer asks, by BM25 (Robertson and Zaragoza, 2009).

A query costs the same whether there are a thousand or a million tickets: of each word only the newest `_NEWEST` tickets are
looked at, and a word that is in more of them than that says too little to look further.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from conversations.models import Message, Sender
from suggestions.anonymous import without_personal_data
from suggestions.index import solved_tickets
from suggestions.models import SolvedTicket, Word
from suggestions.words import stems
from tickets.conversation import messages_of
from tickets.models import Ticket

FOUND = 3
# The usual values of the formula's two constants.
_K1, _B = 1.2, 0.75
_NEWEST = 1000
_MOST_WORDS = 24
# Two words in common at least, unless the customer used only one: "factuur" alone is in every third ticket.
_FEWEST_IN_COMMON = 2


@dataclass(frozen=True)
class Similar:
    """A solved ticket, fit to show to whoever may see tickets and to use in another conversation.

    Attributes:
        question: the customer's first words about it.
        answer: what the employee wrote last that says something; the customer's own data have become placeholders.
    """

    ticket: Ticket
    question: str
    answer: str


def nearest(text: str, *, apart_from: Ticket) -> list[Similar]:
    """The solved tickets nearest to a text, best first, at most `FOUND`; only those with an answer to use again.

    Args:
        text: what the customer wrote.
        apart_from: the ticket for which is searched; others of its conversation are on the same page already.
    """
    ids = _ranked(text)[: FOUND * 3]
    tickets = solved_tickets().exclude(conversation_id=apart_from.conversation_id).in_bulk(ids)
    found = (_similar(tickets[key]) for key in ids if key in tickets)
    return [similar for similar in found if similar is not None][:FOUND]


def _ranked(text: str) -> list[int]:
    asked = [stem for stem, _ in stems(text).most_common(_MOST_WORDS)]
    total = SolvedTicket.objects.count()
    scores: dict[int, float] = defaultdict(float)
    common: dict[int, int] = defaultdict(int)
    postings = {stem: _postings(stem) for stem in asked}
    lengths = [length for rows in postings.values() for _, _, length in rows]
    average = sum(lengths) / len(lengths) if lengths else 1.0
    for rows in postings.values():
        weight = math.log(1 + (total - len(rows) + 0.5) / (len(rows) + 0.5))
        for key, count, length in rows:
            scores[key] += weight * count * (_K1 + 1) / (count + _K1 * (1 - _B + _B * length / average))
            common[key] += 1
    fewest = min(_FEWEST_IN_COMMON, len(asked))
    near = [key for key in scores if common[key] >= fewest]
    return sorted(near, key=lambda key: (-scores[key], -key))


def _postings(stem: str) -> list[tuple[int, int, int]]:
    """Ticket, count and length of the newest tickets with this word."""
    rows = Word.objects.filter(stem=stem).order_by("-solved_id")
    return list(rows.values_list("solved_id", "count", "solved__length")[:_NEWEST])


def _similar(ticket: Ticket) -> Similar | None:
    said = list(messages_of(ticket).filter(sender__in=[Sender.CUSTOMER, Sender.EMPLOYEE]))
    answer = _answer([message for message in said if message.sender == Sender.EMPLOYEE])
    if answer is None:
        return None
    own = [message.text for message in said if message.sender == Sender.CUSTOMER and not message.payload]
    question = ticket.description or max(own, key=lambda text: len(stems(text)), default="")
    return Similar(
        ticket=ticket,
        question=without_personal_data(question, ticket),
        answer=without_personal_data(answer.text, ticket),
    )


def _answer(replies: list[Message]) -> Message | None:
    """The reply that says most: greetings and goodbyes have hardly a word of their own."""
    best = max(replies, key=lambda message: (len(stems(message.text)), message.pk), default=None)
    return best if best is not None and stems(best.text) else None
