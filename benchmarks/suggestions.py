"""How long it takes to find the nearest of many solved tickets.

    DESK_VAR=$(mktemp -d) .venv/desk/bin/python -m benchmarks.suggestions [tickets]

Fills a database with made-up tickets (words drawn by Zipf's law, twelve a ticket) and searches fifty times. With
`DESK_DATABASE_URL` it does so on PostgreSQL. Use an empty database: the tickets stay in it.
"""

from __future__ import annotations

import os
import random
import secrets
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_BATCH = 5000
_VOCABULARY = 4000
_WORDS = 12
_SEARCHES = 50


def main(count: int) -> None:
    """Make the tickets, then search."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from suggestions import search

    draw = random.Random(1)
    weights = [1 / (rank + 1) for rank in range(_VOCABULARY)]
    words = [f"woord{_letters(rank)}" for rank in range(_VOCABULARY)]
    _fill(count, lambda: draw.choices(words, weights, k=_WORDS))
    taken = []
    for _ in range(_SEARCHES):
        text = " ".join(draw.choices(words, weights, k=_WORDS))
        began = time.perf_counter()
        search._ranked(text)
        taken.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(taken, n=20)
    print(f"{count} solved tickets: p50 {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms, longest {max(taken):.0f} ms")


def _letters(number: int) -> str:
    """Digits are no words to the index."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _fill(count: int, words: object) -> None:
    from collections import Counter

    from conversations.models import Conversation
    from django.utils import timezone
    from suggestions.models import SolvedTicket, Word
    from suggestions.words import stems
    from tickets.models import Reason, Ticket, TicketState

    now = timezone.now()
    for start in range(0, count, _BATCH):
        size = min(_BATCH, count - start)
        conversations = Conversation.objects.bulk_create(
            Conversation(external_id=f"benchmark-{start + n}") for n in range(size)
        )
        tickets = Ticket.objects.bulk_create(
            Ticket(conversation=c, reason=Reason.REQUESTED, state=TicketState.CLOSED, closed_at=now)
            for c in conversations
        )
        solved = SolvedTicket.objects.bulk_create(
            SolvedTicket(ticket=ticket, length=_WORDS, closed_at=now) for ticket in tickets
        )
        counts: list[Counter[str]] = [stems(" ".join(words())) for _ in solved]  # type: ignore[operator]
        Word.objects.bulk_create(
            (
                Word(solved=one, stem=stem, count=number)
                for one, found in zip(solved, counts, strict=True)
                for stem, number in found.items()
            ),
            batch_size=_BATCH,
        )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "desk"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    for name in ("DESK_SECRET_KEY", "DESK_SERVICE_TOKEN"):
        os.environ.setdefault(name, secrets.token_urlsafe(48))
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
