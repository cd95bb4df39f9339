"""The outbox in real worker processes, of which one dies in the middle, on SQLite and on PostgreSQL."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.desk.processes import Installation
from tests.support.fake_zammad import GROUP, TOKEN, FakeZammad, Mishap, running
from tests.support.postgresql import PostgreSQL, postgresql

__all__ = ["postgresql"]
pytestmark = pytest.mark.servers

_PATIENCE_SECONDS = 120
TICKETS = 12
MAKE_TICKETS = """
from conversations.store import add_customer_message, begin
from employees.models import Employee
from tickets.models import Reason
from tickets.services import TicketFacts, close, open_ticket, reply, take_over
employee, _ = Employee.objects.get_or_create(username="sanne")
for number in range({count}):
    conversation = begin("web")
    add_customer_message(conversation.pk, "a", f"Vraag {{number}}")
    conversation.messages.filter(turn_state="pending").update(turn_state="answered")
    facts = TicketFacts(email=f"klant{{number}}@voorbeeld.example", intent="track_order")
    ticket, _ = open_ticket(conversation, Reason.REQUESTED, facts=facts)
    if {with_changes}:
        take_over(ticket.pk, employee)
        reply(ticket.pk, employee, "Ik kijk even.", "r1")
        close(ticket.pk, employee)
"""
# As if the time passed in which another process may not take over.
LET_LEASES_END = """
from datetime import timedelta
from django.utils import timezone
from jobs.models import JobRun
from outbox.models import Delivery
past = timezone.now() - timedelta(seconds=1)
print(Delivery.objects.exclude(lease_owner="").update(lease_until=past))
JobRun.objects.filter(name__startswith="outbox.").update(due_at=past)
"""
COUNT_UNSENT = """
from outbox.models import Delivery
print(Delivery.objects.exclude(state="sent").count())
"""


@pytest.fixture
def zammad() -> Iterator[FakeZammad]:
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(
    request: pytest.FixtureRequest, tmp_path: Path, zammad: FakeZammad
) -> Iterator[Installation]:
    settings = {
        "DESK_ZAMMAD_URL": zammad.url,
        "DESK_ZAMMAD_TOKEN": TOKEN,
        "DESK_ZAMMAD_GROUP": GROUP,
        "DESK_ZAMMAD_UNKNOWN_CUSTOMER": "onbekend@lindenhof.example",
    }
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        settings["DESK_DATABASE_URL"] = server.new_database()
    installation = Installation(tmp_path, "http://127.0.0.1:9", **settings)
    yield installation
    installation.stop()


def wait_until_sent(installation: Installation) -> None:
    """Every look is a process of its own, which is pause enough."""
    for _ in range(_PATIENCE_SECONDS):
        if installation.run(COUNT_UNSENT).strip() == "0":
            return
    raise AssertionError(installation.log.read_text()[-3000:])


@pytest.mark.parametrize("asked", ["POST", "PUT"])
def test_a_worker_that_is_killed_in_the_middle_leaves_one_ticket(
    installation: Installation, zammad: FakeZammad, asked: str
) -> None:
    installation.run(MAKE_TICKETS.format(count=1, with_changes=asked == "PUT"))
    in_the_middle, never = threading.Event(), threading.Event()
    zammad.mishaps = [
        Mishap(asked, "tickets", acts=True, reached=in_the_middle, wait_for=never, cut="before")
    ]
    first = installation.worker()
    assert in_the_middle.wait(_PATIENCE_SECONDS), installation.log.read_text()[-3000:]
    first.send_signal(signal.SIGKILL)
    first.wait()
    never.set()
    # It died while it had the delivery, and Zammad had done what was asked.
    assert installation.run(LET_LEASES_END).strip() == "1"
    installation.worker()
    wait_until_sent(installation)
    assert zammad.made() == 1
    assert len(zammad.subjects()) == len(set(zammad.subjects())) == (4 if asked == "PUT" else 1)


def test_workers_at_once_send_everything_once_and_in_order(
    installation: Installation, zammad: FakeZammad
) -> None:
    installation.run(MAKE_TICKETS.format(count=TICKETS, with_changes=True))
    # The job's own lease is passed by, so that both workers really send at the same time.
    program = "from outbox.sending import deliver_waiting\nprint(deliver_waiting('zammad'))"
    sent: list[int] = []
    workers = [threading.Thread(target=lambda: sent.append(int(installation.run(program)))) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    installation.worker()
    wait_until_sent(installation)
    assert len([count for count in sent if count]) == 2, f"one worker did all the work: {sent}"
    assert zammad.made() == TICKETS
    asked = Counter(method for method, _ in zammad.requests if method != "GET")
    assert asked == {"POST": TICKETS, "PUT": 3 * TICKETS}
    for number, ticket in zammad.tickets.items():
        assert [int(subject.partition("/")[2]) for subject in zammad.subjects(number)] == sorted(
            int(article["subject"].partition("/")[2]) for article in ticket["articles"]
        )
        assert ticket["state"] == "closed"
