"""Speed of the ticket list and of a ticket's page with 100,000 tickets and 1,000,000 messages on PostgreSQL.

    .venv/desk/bin/python -m benchmarks.desk_queue [--tickets 100000] [--open 5000] [--messages 10] [--rounds 30]
        [--database postgresql://…]

Starts a PostgreSQL of its own in a temporary folder and fills it with COPY. With `--database` it uses that one instead and
keeps it: filled when it is empty, measured as it is when it was filled before. A request goes through all of Django, in one
process without a network. JSON on standard output, progress on standard error: for each page the 50th and 95th
percentile in milliseconds, the mean of what the database takes of it, and how many queries that is; and `cpu_ms`, the
median of the desk's own processor time, which a busy machine makes longer far less. The goal is less than 200 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "desk")]

from tests.support.postgresql import PostgreSQL  # noqa: E402 - the path is set above
from tests.support.unavailable import UnavailableError  # noqa: E402 - the path is set above

WORDS = [
    "bestelling",
    "pakket",
    "levering",
    "retour",
    "factuur",
    "betaling",
    "koffer",
    "lamp",
    "stoel",
    "kapot",
    "laat",
    "morgen",
    "gisteren",
    "bezorger",
    "postcode",
    "adres",
    "nummer",
    "korting",
    "abonnement",
    "opzeggen",
    "garantie",
    "reparatie",
    "afspraak",
    "monteur",
    "winkel",
    "bank",
    "ruilen",
]
# Rare enough to be one customer's; common words are searched for too.
RARE = "accordeonkoffer"
INTENTS = ("track_order", "return_item", "invoice_copy", "cancel_order", "damaged_item", "")
REASONS = ("requested", "not_understood", "frustrated", "vulnerable", "decision_needs_a_person")
EMPLOYEES = 50
NOW = datetime.now(UTC)


def main() -> None:
    """Fill, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tickets", type=int, default=100_000)
    arguments.add_argument("--open", type=int, default=5_000, help="tickets that are not closed")
    arguments.add_argument("--messages", type=int, default=10, help="a ticket")
    arguments.add_argument("--rounds", type=int, default=30)
    arguments.add_argument("--database", help="address of a database that is kept between runs")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="desk-benchmark-") as folder, ExitStack() as after:
        _set_up(chosen.database or _server(folder, after).new_database(), folder)
        if not _is_filled():
            _fill(chosen.tickets, chosen.open, chosen.messages)
        figures = _measure(chosen.rounds)
    json.dump({"settings": vars(chosen), "pages": figures}, sys.stdout, indent=2)
    print()


def _server(folder: str, after: ExitStack) -> PostgreSQL:
    try:
        server = PostgreSQL(Path(folder))
    except UnavailableError as lacking:
        sys.exit(str(lacking))
    after.callback(server.stop)
    return server


def _is_filled() -> bool:
    from tickets.models import Ticket

    return Ticket.objects.exists()


def _set_up(url: str, folder: str) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DESK_SECRET_KEY": secrets.token_urlsafe(48),
        "DESK_SERVICE_TOKEN": secrets.token_urlsafe(48),
        "DESK_VAR": folder,
        "DESK_DATABASE_URL": url,
        "DESK_ALLOWED_HOSTS": "testserver",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _fill(tickets: int, not_closed: int, messages: int) -> None:
    from employees.models import Employee
    from employees.roles import Role, give_roles
    from tags.models import Tag

    luck = random.Random(1)
    for number in range(EMPLOYEES):
        employee = Employee.objects.create_user(f"medewerker{number}", display_name=f"Medewerker {number}")
        give_roles(employee, [Role.SUPERVISOR])
    for name in ("Bezorging", "Betaling", "Klacht"):
        Tag.objects.create(name=name)
    states = ["closed"] * (tickets - not_closed) + ["open", "assigned"] * (not_closed // 2)
    _say(f"{tickets} tickets")
    _copy("conversations_conversation", _conversations(states))
    _copy("tickets_ticket", _tickets(states, luck))
    _copy("deadlines_deadline", _deadlines(states, luck))
    _copy("tickets_historyentry", _history(states))
    _copy("tags_tag_tickets", ({"tag_id": n % 3 + 1, "ticket_id": n + 1} for n in range(0, tickets, 3)))
    _say(f"{tickets * messages} messages")
    _copy("conversations_message", _messages(len(states), messages, luck))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _opened(number: int, total: int) -> datetime:
    """The latest tickets are the open ones, over the last two years."""
    return NOW - timedelta(seconds=(total - number) * 600)


def _conversations(states: list[str]) -> Iterator[dict[str, Any]]:
    of_ticket = {"closed": "closed", "open": "waiting", "assigned": "with_employee"}
    for number, state in enumerate(states):
        yield {
            "id": number + 1,
            "external_id": f"c-{number}",
            "channel": "web" if number % 7 else "rest",
            "is_live": True,
            "state": of_ticket[state],
            "created_at": _opened(number, len(states)),
            "last_message_at": _opened(number, len(states)),
            "revision": 12,
            "turn_owner": "",
            "needs_fresh_session": False,
            "last_answers": "",
            "repeats": 0,
            "is_adding_details": False,
        }


def _tickets(states: list[str], luck: random.Random) -> Iterator[dict[str, Any]]:
    for number, state in enumerate(states):
        opened = _opened(number, len(states))
        yield {
            "id": number + 1,
            "conversation_id": number + 1,
            "state": state,
            "reason": luck.choice(REASONS),
            "employee_id": None if state == "open" else number % EMPLOYEES + 1,
            "intent": luck.choice(INTENTS),
            "summary": _sentence(luck),
            "entities": json.dumps({"order_number": f"4{number:08}"}),
            "verified": None,
            "wish": "call_back" if number % 5 == 0 else "",
            "phone": f"+316{number:08}",
            "email": f"klant{number}@example.org",
            "description": "",
            "priority": luck.choices((1, 2, 3, 4), (1, 2, 15, 2))[0],
            "opened_at": opened,
            "queued_at": opened,
            "taken_at": None if state == "open" else opened,
            "closed_at": opened + timedelta(hours=1) if state == "closed" else None,
            "waiting_notice_sent": False,
        }


def _deadlines(states: list[str], luck: random.Random) -> Iterator[dict[str, Any]]:
    for number, state in enumerate(states):
        opened = _opened(number, len(states))
        for kind, hours in (("first_answer", 1), ("solution", 48)):
            due = opened + timedelta(hours=hours)
            is_escalated = state != "closed" and luck.random() < 0.05
            yield {
                "ticket_id": number + 1,
                "kind": kind,
                "started_at": opened,
                "paused": timedelta(),
                "due_at": due,
                "warn_at": due,
                "ended_at": opened if state == "closed" else None,
                "escalated_at": due if is_escalated else None,
            }


def _history(states: list[str]) -> Iterator[dict[str, Any]]:
    for number, state in enumerate(states):
        for kind in ("opened", "taken", "answered", "closed")[: 4 if state == "closed" else 1]:
            at = _opened(number, len(states))
            yield {"ticket_id": number + 1, "at": at, "kind": kind, "detail": '{"reason": "requested"}'}


def _messages(conversations: int, each: int, luck: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(conversations):
        at = _opened(number, conversations)
        for turn in range(each):
            text = _sentence(luck)
            if number % 20_000 == 0 and turn == 0:
                text = f"Waar blijft mijn {RARE}?"
            yield {
                "conversation_id": number + 1,
                "at": at + timedelta(seconds=turn * 30),
                "sender": "customer" if turn % 2 == 0 else "assistant",
                "name": "",
                "text": text,
                "payload": "",
                "buttons": "[]",
                "turn_state": "answered" if turn % 2 == 0 else "",
                "turn_attempts": 0,
            }


def _sentence(luck: random.Random) -> str:
    return " ".join(luck.choices(WORDS, k=9)).capitalize() + "."


def _copy(table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows with COPY; columns that they do not name have the database's own default, or none."""
    from django.db import connection

    rows = iter(rows)
    first = next(rows)
    columns = list(first)
    with connection.cursor() as cursor:
        names = ", ".join(columns)
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            copy.write_row([first[column] for column in columns])
            for row in rows:
                copy.write_row([row[column] for column in columns])
        # The next row that Django makes must not get a number that is taken.
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        )


def _measure(rounds: int) -> dict[str, dict[str, float]]:
    from django.test import Client
    from employees.models import Employee
    from tickets.models import Ticket

    asked = _listen()
    client = Client()
    client.force_login(Employee.objects.get(username="medewerker1"))
    some = Ticket.objects.filter(state="assigned").first()
    assert some is not None
    pages = {
        "queue": "/balie/",
        "queue, page 20": "/balie/?pagina=20",
        "filter: topic and priority": "/balie/?onderwerp=track_order&prioriteit=high",
        "filter: tag": "/balie/?label=Bezorging",
        "filter: late": "/balie/?termijn=urgent",
        "filter: closed": "/balie/?stand=closed",
        "search: ticket number": f"/balie/?zoek={some.number}",
        "search: order number": "/balie/?zoek=400050000",
        "search: rare word": f"/balie/?zoek={RARE}",
        "search: common words": "/balie/?zoek=koffer+lamp+kapot",
        "counter": "/balie/wachtend/",
        "call-backs": "/balie/terugbellen/",
        "ticket": f"/balie/tickets/{some.number}/",
    }
    figures = {}
    for name, address in pages.items():
        for _ in range(3):
            assert client.get(address).status_code == 200, address
        asked.clear()
        taken = [_milliseconds(client, address) for _ in range(rounds)]
        cuts = quantiles([wall for wall, _ in taken], n=100, method="inclusive")
        figures[name] = {
            "p50_ms": round(cuts[49], 1),
            "p95_ms": round(cuts[94], 1),
            "cpu_ms": round(median(processor for _, processor in taken), 1),
            "database_ms": round(sum(asked) * 1000 / rounds, 1),
            "queries": len(asked) / rounds,
        }
        _say(f"{name}: {figures[name]}")
    return figures


def _listen() -> list[float]:
    """The seconds that each query takes from now on, in whichever thread and connection."""
    from django.db.backends.utils import CursorWrapper

    asked: list[float] = []
    execute = CursorWrapper._execute

    def timed(self: Any, *arguments: Any) -> Any:
        begin = time.perf_counter()
        try:
            return execute(self, *arguments)
        finally:
            asked.append(time.perf_counter() - begin)

    CursorWrapper._execute = timed
    return asked


def _milliseconds(client: Any, address: str) -> tuple[float, float]:
    """How long one request takes, and how much of that the desk's process computes."""
    begin, computed = time.perf_counter(), time.process_time()
    client.get(address)
    return (time.perf_counter() - begin) * 1000, (time.process_time() - computed) * 1000


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
