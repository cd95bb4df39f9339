"""The console's views; `tests/browser/test_console.py` uses them as an employee does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from config.threads import in_thread
from console import queries, watch
from console.catalogue import _names, name_of
from console.templatetags.balie import waiting, whole_numbers
from conversations.feed import Event
from conversations.models import Conversation
from conversations.store import add_customer_message, begin
from employees.models import Employee
from employees.roles import Role, give_roles
from tickets.callback import CallbackSlot
from tickets.details import Details, add_details
from tickets.facts import TicketFacts
from tickets.models import HistoryEntry, HistoryKind, Priority, Reason, Ticket, TicketState, Wish
from tickets.services import close, open_ticket, reply, take_over

HTMX = {"HX-Request": "true"}
PATIENCE = 10


def waiting_ticket(text: str = "Waar is mijn bestelling?") -> Ticket:
    conversation = begin("web")
    add_customer_message(conversation.pk, "a", text)
    return open_ticket(conversation, Reason.REQUESTED)[0]


def address(ticket: Ticket, action: str = "") -> str:
    return f"/balie/tickets/{ticket.number}/{action}"


@pytest.fixture
def console(client: Client, sanne: Employee) -> Client:
    """Sanne's browser, logged in."""
    give_roles(sanne, [Role.EMPLOYEE])
    client.force_login(sanne)
    return client


ACTIONS = ["overnemen/", "antwoorden/", "teruggeven/", "sluiten/"]
PAGES = ["", "berichten/", "stand/", "gegevens/"]


@pytest.mark.django_db
@pytest.mark.parametrize("action", PAGES + ACTIONS)
def test_strangers_are_sent_to_the_log_in_page_and_change_nothing(client: Client, action: str) -> None:
    ticket = waiting_ticket()
    call = client.post if action in ACTIONS else client.get
    response = call(address(ticket, action))
    assert response.status_code == 302
    assert response["Location"].startswith("/balie/inloggen/?next=")
    assert call(address(ticket, action), headers=HTMX).status_code == 401
    ticket.refresh_from_db()
    assert ticket.state == "open"


@pytest.mark.parametrize("path", ["/balie/", "/balie/wachtend/", "/balie/tickets/T-100001/"])
def test_employees_without_the_permission_see_nothing(client: Client, joris: Employee, path: str) -> None:
    client.force_login(joris)
    response = client.get(path)
    assert response.status_code == 403
    assert "Vraag uw beheerder" in response.content.decode()


@pytest.mark.parametrize("action", ACTIONS)
def test_actions_are_posts_with_a_token(console: Client, sanne: Employee, action: str) -> None:
    ticket = waiting_ticket()
    assert console.get(address(ticket, action)).status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == "open"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(sanne)
    response = strict.post(address(ticket, action))
    assert response.status_code == 403
    assert "formulier is verlopen" in response.content.decode()


def test_log_out_is_a_post(console: Client) -> None:
    assert console.get("/balie/uitloggen/", follow=True).status_code == 200  # still logged in
    assert console.post("/balie/uitloggen/").status_code == 302
    assert console.get("/balie/").status_code == 302


def test_log_in_does_not_lead_to_other_sites(client: Client, sanne: Employee) -> None:
    give_roles(sanne, [Role.EMPLOYEE])
    sanne.set_password("een lang wachtwoord")
    sanne.save()
    login = {"username": "sanne", "password": "een lang wachtwoord", "next": "https://elders.example/"}
    assert client.post("/balie/inloggen/", login)["Location"] == "/balie/"


def test_longest_waiting_customer_comes_first(sanne: Employee, joris: Employee) -> None:
    tickets = [waiting_ticket(f"vraag {number}") for number in range(5)]
    Ticket.objects.filter(pk=tickets[2].pk).update(queued_at=timezone.now() - timedelta(hours=1))
    take_over(tickets[0].pk, sanne)
    take_over(tickets[1].pk, joris)
    take_over(tickets[3].pk, joris)
    close(tickets[3].pk, joris)
    queue = queries.queue_for(sanne)
    assert [ticket.pk for ticket in queue.waiting] == [tickets[2].pk, tickets[4].pk]
    assert queue.waiting.paginator.count == 2
    assert queue.mine == [tickets[0]]
    assert queue.colleagues == [tickets[1]]


def test_vulnerable_customers_go_first_and_then_frustrated_ones(console: Client, sanne: Employee) -> None:
    tickets = [waiting_ticket(f"vraag {number}") for number in range(4)]
    Ticket.objects.filter(pk=tickets[1].pk).update(reason=Reason.FRUSTRATED, priority=Priority.HIGH)
    Ticket.objects.filter(pk=tickets[3].pk).update(reason=Reason.VULNERABLE, priority=Priority.URGENT)
    waiting = queries.queue_for(sanne).waiting
    assert [ticket.pk for ticket in waiting] == [tickets[number].pk for number in (3, 1, 0, 2)]
    page = console.get("/balie/").content.decode()
    assert [page.count(f">{word}</span>") for word in ("Spoed", "Hoog", "Normaal")] == [1, 1, 0]


def test_queue_says_whose_turn_it_is(sanne: Employee) -> None:
    ticket = waiting_ticket()
    take_over(ticket.pk, sanne)
    assert queries.queue_for(sanne).mine[0].conversation.last_sender == "customer"  # type: ignore[attr-defined]
    reply(ticket.pk, sanne, "Goedemorgen", "b")
    assert queries.queue_for(sanne).mine[0].conversation.last_sender == "employee"  # type: ignore[attr-defined]


def test_long_queue_costs_no_more_queries(console: Client) -> None:
    waiting_ticket()
    with CaptureQueriesContext(connection) as short:
        console.get("/balie/")
    for number in range(20):
        waiting_ticket(f"vraag {number}")
    with CaptureQueriesContext(connection) as long:
        assert "vraag 19" in console.get("/balie/").content.decode()
    assert len(long) == len(short)


def test_ticket_shows_everything_that_is_known(console: Client) -> None:
    conversation = begin("web")
    facts = TicketFacts(
        intent="track_order",
        summary="De klant wil weten waar de bestelling is.",
        entities={"order_number": "400123456"},
        verified={"postcode": "3511 AB"},
        wish=Wish.CALL_BACK,
    )
    ticket, _ = open_ticket(conversation, Reason.FRUSTRATED, facts=facts)
    page = console.get(address(ticket)).content.decode()
    for words in (
        "De klant wil weten waar de bestelling is.",
        "Waar is mijn bestelling?",
        "Bestelnummer",
        "400123456",
        "Gecontroleerd",
        "3511 AB",
        "Teruggebeld worden",
        "Klant is ontevreden over het gesprek",
        "Chat op de site",
        "Ticket geopend",
    ):
        assert words in page


def test_what_the_customer_adds_appears_on_the_open_page(console: Client) -> None:
    ticket = waiting_ticket()
    version = console.get(address(ticket)).context["facts_version"]
    assert console.get(address(ticket, "gegevens/"), {"versie": version}).status_code == 204
    moment = timezone.make_aware(datetime(2026, 11, 24, 9, 0))
    added = Details("+31612345678", "a@b.example", "De lamp is stuk.", Wish.CALL_BACK)
    add_details(ticket.pk, replace(added, callback=CallbackSlot(moment, moment + timedelta(hours=2))))
    facts = console.get(address(ticket, "gegevens/"), {"versie": version}).content.decode()
    for words in (
        "+31612345678",
        "a@b.example",
        "Teruggebeld worden",
        "dinsdag 24 november tussen 9.00 en 11.00 uur",
        "Aangevuld door de klant",
    ):
        assert words in facts
    assert "De lamp is stuk." in console.get(address(ticket, "samenvatting/")).content.decode()
    assert facts in console.get(address(ticket)).content.decode()


def test_customers_words_are_escaped(console: Client) -> None:
    ticket = waiting_ticket("<script>alert(1)</script>")
    for path in ("/balie/", address(ticket), address(ticket, "berichten/")):
        page = console.get(path).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page


def test_long_transcript_begins_with_its_last_part(console: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "TRANSCRIPT_PAGE", 2)
    ticket = waiting_ticket("het eerste bericht")
    for number in range(3):
        add_customer_message(ticket.conversation_id, f"c{number}", f"bericht nummer {number}")
    page = console.get(address(ticket)).content.decode()
    assert "bericht nummer 1" in page
    assert "bericht nummer 2" in page
    assert "bericht nummer 0" not in page
    assert "het eerste bericht" in console.get(address(ticket), {"alles": ""}).content.decode()


def test_page_asks_only_for_what_it_does_not_have(console: Client) -> None:
    ticket = waiting_ticket()
    last = ticket.conversation.messages.last()
    assert last
    assert console.get(address(ticket, "berichten/"), {"na": last.pk}).status_code == 204
    message, _ = add_customer_message(ticket.conversation_id, "b", "nog iets")
    fragment = console.get(address(ticket, "berichten/"), {"na": last.pk}).content.decode()
    assert fragment.count("<li ") == 1
    assert f'value="{message.pk}"' in fragment
    for nonsense in ("", "x", "-1", "9" * 40):
        assert console.get(address(ticket, "berichten/"), {"na": nonsense}).status_code == 200


def test_panel_is_drawn_again_only_when_it_changed(console: Client, sanne: Employee) -> None:
    ticket = waiting_ticket()
    version = console.get(address(ticket)).context["panel_version"]
    assert console.get(address(ticket, "stand/"), {"versie": version}).status_code == 204
    take_over(ticket.pk, sanne)
    assert (
        "U hebt dit gesprek" in console.get(address(ticket, "stand/"), {"versie": version}).content.decode()
    )


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00", "a" * 2001], ids=["empty", "blank", "control", "too long"]
)
def test_refused_answer_comes_back_with_its_text(console: Client, sanne: Employee, text: str) -> None:
    ticket = waiting_ticket()
    take_over(ticket.pk, sanne)
    response = console.post(address(ticket, "antwoorden/"), {"text": text, "client_id": "a"}, headers=HTMX)
    assert response.status_code == 422
    assert "Uw tekst is niet verstuurd" in response.content.decode()
    assert response.context["text"] == text
    assert not ticket.conversation.messages.filter(sender="employee").exists()


@pytest.mark.parametrize(
    ("host", "email", "words"),
    [
        (
            "mail.example",
            "vera@klaver.example",
            "mailt de balie na een paar minuten ook naar vera@klaver.example",
        ),
        ("", "vera@klaver.example", "mail uw antwoord zelf naar vera@klaver.example"),
        ("mail.example", "", "geen e-mailadres bekend"),
    ],
)
def test_who_answers_a_customer_that_waits_for_mail_is_told_so(
    console: Client, sanne: Employee, settings: Settings, host: str, email: str, words: str
) -> None:
    settings.OUTBOX_SMTP_HOST = host
    ticket = waiting_ticket()
    assert "wacht op antwoord per e-mail" not in console.get(address(ticket)).content.decode()
    Ticket.objects.update(wish=Wish.EMAIL, email=email)
    assert "Antwoord per e-mail" in console.get("/balie/").content.decode()
    take_over(ticket.pk, sanne)
    assert words in console.get(address(ticket)).content.decode()
    answer = {"text": "Gevonden!", "client_id": "1"}
    assert words in console.post(address(ticket, "antwoorden/"), answer, headers=HTMX).content.decode()


def test_answer_in_a_colleagues_ticket_is_refused_and_kept(console: Client, joris: Employee) -> None:
    ticket = waiting_ticket()
    take_over(ticket.pk, joris)
    body = {"text": "Goedemorgen", "client_id": "a"}
    for headers in (HTMX, {}):
        response = console.post(address(ticket, "antwoorden/"), body, headers=headers)
        assert response.status_code == 409
        assert "niet meer van u" in response.content.decode()
        assert "Goedemorgen" in response.content.decode()


def test_answer_that_is_sent_twice_arrives_once(console: Client, sanne: Employee) -> None:
    ticket = waiting_ticket()
    take_over(ticket.pk, sanne)
    for _ in range(2):
        console.post(address(ticket, "antwoorden/"), {"text": "Goedemorgen", "client_id": "a"})
    assert ticket.conversation.messages.filter(sender="employee").count() == 1


@pytest.mark.parametrize("action", ["teruggeven/", "sluiten/"])
def test_only_who_has_a_ticket_can_finish_it(console: Client, joris: Employee, action: str) -> None:
    ticket = waiting_ticket()

    def refusal() -> str:
        response = console.post(address(ticket, action), {"outcome": "solved"})
        assert response.status_code == 409
        return response.content.decode()

    assert "nog van niemand" in refusal()
    take_over(ticket.pk, joris)
    assert "is van Joris" in refusal()
    close(ticket.pk, joris)
    assert "intussen gesloten" in refusal()


def test_customer_on_a_channel_that_the_desk_does_not_carry_cannot_be_answered_here(
    console: Client, sanne: Employee
) -> None:
    ticket = waiting_ticket()
    Conversation.objects.filter(pk=ticket.conversation_id).update(is_live=False, channel="rest")
    page = console.post(address(ticket, "overnemen/"), follow=True).content.decode()
    assert "Daar kunt u vanaf hier niet antwoorden" in page
    assert '<textarea id="reply"' not in page
    body = {"text": "Goedemorgen", "client_id": "a"}
    assert console.post(address(ticket, "antwoorden/"), body, headers=HTMX).status_code == 409


@pytest.mark.parametrize(
    ("passed", "shown"),
    [
        (timedelta(seconds=-5), "0 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=3, minutes=5), "3 uur 5 min"),
        (timedelta(days=1, hours=5), "1 dag"),
        (timedelta(days=9), "9 dagen"),
    ],
)
def test_waiting_time_is_short(passed: timedelta, shown: str) -> None:
    assert waiting(timezone.now() - passed - timedelta(milliseconds=10)).replace("\xa0", " ") == shown


def test_numbers_stay_whole_and_the_rest_is_escaped() -> None:
    assert whole_numbers("<b> T-100042") == '&lt;b&gt; <span class="whole">T-100042</span>'


def test_every_word_of_the_contract_has_a_dutch_name() -> None:
    names = _names()
    assert set(Reason.values) <= set(names["reason"])
    assert set(Wish.values) <= set(names["wish"])
    assert {priority.word for priority in Priority} <= set(names["priority"])
    assert set(TicketState.values) <= set(names["state"])
    assert set(HistoryKind.values) <= set(names["history"])
    assert name_of("intent", "something_new") == "Something new"


@pytest.mark.django_db(transaction=True)
async def test_stream_demands_an_employee_with_the_permission(async_client: AsyncClient) -> None:
    assert (await async_client.get("/balie/nieuws/")).status_code == 401
    joris = await in_thread(Employee.objects.create_user, "joris")
    await async_client.aforce_login(joris)
    assert (await async_client.get("/balie/nieuws/")).status_code == 403
    assert (await async_client.post("/balie/nieuws/")).status_code == 405


async def following(events: AsyncIterator[Event], kind: str) -> None:
    """Wait for the next event of this kind."""
    async with asyncio.timeout(PATIENCE):
        async for event in events:
            if event.kind == kind:
                return
    raise AssertionError("the stream ended")


@pytest.mark.django_db(transaction=True)
async def test_queue_rings_for_a_new_ticket_of_this_process_and_of_another() -> None:
    async with aclosing(watch.news_events(None)) as events:
        await following(events, "queue")  # the first look
        ticket = await in_thread(waiting_ticket)
        await following(events, "queue")
        await in_thread(_close_elsewhere, ticket)
        await following(events, "queue")


@pytest.mark.django_db(transaction=True)
async def test_ticket_page_hears_its_own_conversation_only() -> None:
    ticket, other = await in_thread(waiting_ticket), await in_thread(waiting_ticket)
    kinds = []
    async with aclosing(watch.news_events(ticket.conversation_id)) as events:
        await following(events, "conversation")  # the first look
        await in_thread(add_customer_message, other.conversation_id, "b", "elders")
        await in_thread(add_customer_message, ticket.conversation_id, "b", "hier")
        async with asyncio.timeout(PATIENCE):
            async for event in events:
                kinds.append(event.kind)
                if event.kind == "conversation":
                    break
    assert kinds.count("conversation") == 1


@pytest.mark.django_db(transaction=True)
async def test_stream_ends_so_that_the_log_in_is_checked_again() -> None:
    async with asyncio.timeout(PATIENCE):
        assert [event async for event in watch.news_events(None, longest_seconds=0)] == []


@pytest.mark.django_db(transaction=True)
async def test_nothing_is_asked_when_nobody_looks() -> None:
    async with aclosing(watch.news_events(None)) as events:
        await following(events, "queue")
    poller = watch.current_watch()._poller
    assert poller
    async with asyncio.timeout(PATIENCE):
        await poller


def _close_elsewhere(ticket: Ticket) -> None:
    """Change a ticket as another process does: nobody in this process is told."""
    HistoryEntry.objects.create(ticket=ticket, kind=HistoryKind.CLOSED)
