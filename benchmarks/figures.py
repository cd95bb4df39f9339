"""How long the figures page takes with many tickets. Seeds an empty database of its own; prints seconds as JSON.

    .venv/desk/bin/python -m benchmarks.figures [tickets]

`DESK_DATABASE_URL=postgresql://…` measures PostgreSQL; that database is filled, so give it an empty one.
"""

# ruff: noqa: E402 - the modules of the desk can only be imported once it is set up

from __future__ import annotations

import json
import os
import random
import secrets
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "desk"))
_folder = tempfile.TemporaryDirectory(prefix="figures-benchmark-")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DESK_SECRET_KEY": secrets.token_urlsafe(48),
    "DESK_SERVICE_TOKEN": secrets.token_urlsafe(48),
    "DESK_VAR": _folder.name,
}

import django

django.setup()

from closing.models import Cause, Closing, Outcome
from conversations.models import Conversation
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from employees.models import Employee
from employees.roles import Role, give_roles
from figures import collect
from satisfaction.models import Rating
from tickets.models import HistoryEntry, HistoryKind, Reason, Ticket, TicketState

_DAYS = 730
_BLOCK = 5000
_TOPICS = ("track_order", "return_item", "invoice_dispute", "refund_status", "delivery_problem", "")


def seed(tickets: int) -> None:
    """Fill the database with closed tickets of the last two years."""
    chance = random.Random(1)
    causes = [*Cause.objects.all(), None]
    now = timezone.now()
    for begin in range(0, tickets, _BLOCK):
        count = min(_BLOCK, tickets - begin)
        opened = [now - timedelta(seconds=chance.randrange(_DAYS * 86400)) for _ in range(count)]
        conversations = Conversation.objects.bulk_create(
            Conversation(external_id=f"{begin + n}", created_at=opened[n]) for n in range(count)
        )
        made = Ticket.objects.bulk_create(
            Ticket(
                conversation=conversations[n],
                reason=chance.choice(Reason.values),
                intent=chance.choice(_TOPICS),
                state=TicketState.CLOSED,
                opened_at=opened[n],
                closed_at=opened[n] + timedelta(hours=1),
                phone=f"+316{chance.randrange(tickets // 2):08d}",
            )
            for n in range(count)
        )
        history = []
        for ticket in made:
            taken = ticket.opened_at + timedelta(seconds=chance.randrange(1, 400))
            for kind, at in (
                (HistoryKind.OPENED, ticket.opened_at),
                (HistoryKind.TAKEN, taken),
                (HistoryKind.CLOSED, ticket.closed_at),
            ):
                history.append(
                    HistoryEntry(ticket=ticket, kind=kind, at=at, detail={"reason": ticket.reason})
                )
        HistoryEntry.objects.bulk_create(history)
        Closing.objects.bulk_create(
            Closing(
                ticket=t,
                at=t.closed_at,
                outcome=chance.choice(Outcome.values),
                cause=chance.choice(causes),
            )
            for t in made
        )
        Rating.objects.bulk_create(
            Rating(ticket=t, at=t.closed_at, score=chance.randint(1, 5))
            for t in made
            if chance.random() < 0.3
        )


def measure(tickets: int) -> dict[str, object]:
    """Seconds for counting everything, for counting again, and for the page."""
    call_command("migrate", verbosity=0)
    seed(tickets)
    found: dict[str, object] = {"database": connection.vendor, "tickets": tickets}
    begin = time.perf_counter()
    while not collect.collect(10, timezone.now()):
        pass
    collect.count_conversations()
    found["count_everything"] = round(time.perf_counter() - begin, 1)
    begin = time.perf_counter()
    collect.collect(10, timezone.now())
    found["count_again"] = round(time.perf_counter() - begin, 2)
    employee = Employee.objects.create_user("benchmark")
    give_roles(employee, [Role.SUPERVISOR])
    client = Client()
    client.force_login(employee)
    today = timezone.localdate()
    for days in (30, _DAYS):
        address = f"/balie/cijfers/?van={today - timedelta(days=days - 1)}&tot={today}"
        client.get(address, headers={"host": "127.0.0.1"})
        begin, processor = time.perf_counter(), time.process_time()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address, headers={"host": "127.0.0.1"})
        assert response.status_code == 200
        found[f"page_{days}_days"] = round(time.perf_counter() - begin, 2)
        # Of this process, in which SQLite works too; waiting for a processor is not in it.
        found[f"processor_{days}_days"] = round(time.process_time() - processor, 2)
        found[f"database_{days}_days"] = round(sum(float(query["time"]) for query in queries), 2)
        found["queries"] = len(queries)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)) + "\n")
