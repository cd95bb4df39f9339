"""The ticket list: sorted, narrowed down, searched and paged, without a query per row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from console import queries
from console.watch import queue_version
from conversations.models import Conversation, Message, Sender
from conversations.store import add_customer_message, begin
from deadlines.models import Deadline
from employees.models import Employee
from employees.roles import Role, give_roles
from tags.models import Tag
from tickets import services, snooze
from tickets.facts import TicketFacts
from tickets.models import Priority, Reason, Ticket
from tickets.priority import change_priority
from understanding.models import Understanding

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def a_ticket(
    text: str = "Waar blijft mijn koffer?", reason: Reason = Reason.REQUESTED, **facts: object
) -> Ticket:
    conversation = begin("web")
    add_customer_message(conversation.pk, "a", text)
    return services.open_ticket(conversation, reason, facts=TicketFacts(**facts))[0]  # type: ignore[arg-type]


@pytest.fixture
def sanne(sanne: Employee) -> Employee:
    give_roles(sanne, [Role.EMPLOYEE])
    return sanne


@pytest.fixture
def joris(joris: Employee) -> Employee:
    give_roles(joris, [Role.SUPERVISOR])
    return joris


@pytest.fixture
def console(client: Client, sanne: Employee) -> Client:
    client.force_login(sanne)
    return client


Lists = Callable[..., list[Ticket]]


@pytest.fixture
def found(console: Client) -> Lists:
    """The tickets that these choices leave."""
    return lambda **chosen: list(console.get("/balie/", chosen).context["found"])


def test_each_filter_leaves_what_was_chosen(found: Lists, sanne: Employee) -> None:
    plain = a_ticket()
    cross = a_ticket(reason=Reason.FRUSTRATED, intent="track_order")
    taken = services.take_over(a_ticket().pk, sanne)
    elsewhere = a_ticket()
    Conversation.objects.filter(pk=elsewhere.conversation_id).update(channel="rest")
    plain.tags.add(Tag.objects.create(name="Bezorging"))
    assert found(onderwerp="track_order") == [cross]
    assert found(reden="frustrated") == [cross]
    assert found(prioriteit="high") == [cross]
    assert found(kanaal="rest") == [elsewhere]
    assert found(label="Bezorging") == [plain]
    assert found(medewerker="sanne") == [taken]
    assert found(stand="assigned") == [taken]
    assert found(stand="open", kanaal="web") == [cross, plain]


def test_closed_and_snoozed_tickets_are_shown_when_asked_for(found: Lists, sanne: Employee) -> None:
    waiting, closed, aside = a_ticket(), a_ticket(), a_ticket()
    for ticket in (closed, aside):
        services.take_over(ticket.pk, sanne)
    services.close(closed.pk, sanne)
    snooze.snooze(aside.pk, sanne, timezone.now() + timedelta(hours=1), "wacht")
    assert found(kanaal="web") == [waiting, aside]
    assert found(stand="closed") == [closed]
    assert found(stand="snoozed") == [aside]
    assert found(stand="assigned") == []
    queue = queries.queue_for(sanne)
    assert (queue.mine, queue.snoozed) == ([], [aside])


@pytest.mark.parametrize(
    "text",
    ["T-number", " t-number ", "400123456", "koffer", "mijn KOFFER blijft", "06 12345678", "An@Example.org"],
)
def test_a_ticket_is_found_by_what_is_known_of_it(found: Lists, sanne: Employee, text: str) -> None:
    ticket = a_ticket(verified={"order_number": "400123456"}, phone="+31612345678", email="an@example.org")
    a_ticket("Iets heel anders", entities={"order_number": "400999999"})
    services.take_over(ticket.pk, sanne)
    services.close(ticket.pk, sanne)
    text = text.replace("number", ticket.number[2:])
    assert found(zoek=text) == [ticket]
    assert found(zoek="400999999") != [ticket]


def test_what_employees_said_is_not_searched(found: Lists, sanne: Employee) -> None:
    ticket = services.take_over(a_ticket().pk, sanne)
    services.reply(ticket.pk, sanne, "Ik zoek uw paraplu.", "a")
    assert found(zoek="paraplu") == []
    assert found(zoek="%") == []


def test_what_is_about_to_be_late_is_a_filter_and_counted_for_supervisors(
    console: Client, found: Lists, joris: Employee
) -> None:
    ticket, _ = a_ticket(), a_ticket()
    Deadline.objects.filter(ticket=ticket).update(escalated_at=timezone.now())
    assert found(termijn="urgent") == [ticket]
    assert "te laat</a>" not in console.get("/balie/wachtend/").content.decode()
    console.force_login(joris)
    assert "<strong>1</strong> (bijna) te laat</a>" in console.get("/balie/wachtend/").content.decode()


def test_a_choice_that_does_not_exist_is_told_and_the_rest_counts(console: Client) -> None:
    ticket = a_ticket(reason=Reason.FRUSTRATED)
    a_ticket()
    response = console.get("/balie/", {"reden": "frustrated", "medewerker": "niemand", "pagina": "x"})
    assert list(response.context["found"]) == [ticket]
    assert "geldige keuze" in response.content.decode()


def test_choices_come_in_the_address_from_which_the_lists_are_fetched_anew(console: Client) -> None:
    address = "/balie/?reden=frustrated&kanaal=web"
    response = console.get("/balie/?zoek=&reden=frustrated&stand=", headers={**HTMX, "HX-Trigger": "filters"})
    assert response["HX-Push-Url"] == "/balie/?reden=frustrated"
    assert "HX-Push-Url" not in console.get(address, headers=HTMX)


def test_long_lists_have_pages(console: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    tickets = [a_ticket() for _ in range(5)]
    queue = console.get("/balie/", {"pagina": "2"}).context["queue"]
    assert list(queue.waiting) == tickets[2:4]
    page = console.get("/balie/?kanaal=web&pagina=2")
    assert list(page.context["found"]) == tickets[2:4]
    assert "/balie/?kanaal=web&amp;pagina=3" in page.content.decode()
    assert list(console.get("/balie/?kanaal=web&pagina=99").context["found"]) == tickets[4:]


def count(console: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert console.get(address).status_code == 200
    return len(asked)


def fill(sanne: Employee, joris: Employee, rows: int) -> None:
    """That many tickets of every sort, all with tags and deadlines."""
    tag, _ = Tag.objects.get_or_create(name="Bezorging")
    for number in range(rows):
        for employee in (None, sanne, joris):
            ticket = a_ticket(f"vraag {number}", intent="track_order")
            ticket.tags.add(tag)
            change_priority(ticket.pk, sanne, Priority.URGENT)
            if employee:
                services.take_over(ticket.pk, employee)
    last = Ticket.objects.filter(employee=sanne).last()
    assert last is not None
    snooze.snooze(last.pk, sanne, timezone.now() + timedelta(hours=1), "wacht")


LISTS = ["/balie/", "/balie/?kanaal=web", "/balie/?zoek=vraag", "/balie/?stand=assigned&label=Bezorging"]


def test_a_hundred_tickets_cost_as_many_queries_as_ten(
    console: Client, sanne: Employee, joris: Employee
) -> None:
    fill(sanne, joris, 4)
    few = {address: count(console, address) for address in LISTS}
    fill(sanne, joris, 30)
    assert Ticket.objects.count() > 100
    assert {address: count(console, address) for address in LISTS} == few
    assert max(few.values()) < 26


def test_what_customers_said_is_read_for_the_rows_shown_only(
    console: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(4):
        a_ticket(f"vraag {number}")
    with CaptureQueriesContext(connection) as asked:
        page = console.get("/balie/?pagina=2").content.decode()
    assert "vraag 3" in page
    looked = [query["sql"] for query in asked if "conversations_message" in query["sql"]]
    # What they said last, and what they said about the ticket's intent.
    assert len(looked) == 2
    # The page's first rows are passed over in a query of the tickets alone.
    assert not any("OFFSET" in query for query in looked)


def test_the_lists_have_news_when_something_is_said_about_an_open_ticket_only(sanne: Employee) -> None:
    waiting, taken, closed = a_ticket(), a_ticket(), a_ticket()
    for ticket in (taken, closed):
        services.take_over(ticket.pk, sanne)
    services.close(closed.pk, sanne)
    known = queue_version()
    add_customer_message(closed.conversation_id, "b", "Bedankt!")
    begin("web")
    assert queue_version() == known
    for ticket in (waiting, taken):
        add_customer_message(ticket.conversation_id, "b", "Hoort u mij?")
        assert queue_version() != known
        known = queue_version()


def test_a_waiting_ticket_shows_what_the_customer_wants_and_not_the_last_words(
    console: Client, sanne: Employee
) -> None:
    ticket = a_ticket("Mijn koffer is zoek sinds maandag.", intent="delivery_problem")
    asked = Message.objects.get(sender=Sender.CUSTOMER)
    Understanding.objects.create(message=asked, intent="delivery_problem")
    add_customer_message(ticket.conversation_id, "b", "Schiet eens op.")
    shown = console.get("/balie/", headers=HTMX)
    assertContains(shown, "Mijn koffer is zoek sinds maandag.")
    assertNotContains(shown, "Schiet eens op.")
    services.take_over(ticket.pk, sanne)
    assertContains(console.get("/balie/", headers=HTMX), "Schiet eens op.")


def test_what_the_customer_wrote_for_the_ticket_is_what_a_row_shows(console: Client) -> None:
    ticket = a_ticket("Medewerker")
    Ticket.objects.filter(pk=ticket.pk).update(description="Ik wil de koffer van mijn moeder terugsturen.")
    assertContains(console.get("/balie/", headers=HTMX), "Ik wil de koffer van mijn moeder terugsturen.")
