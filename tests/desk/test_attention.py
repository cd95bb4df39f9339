"""What was received and read, and who is typing."""

from __future__ import annotations

from contextlib import aclosing
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.desk.test_feed import following
from tests.desk.web import Customer

from channels import limits
from config.threads import in_thread
from console.watch import news_events
from conversations import attention
from conversations.attention import read_by_employee, seen_by_customer, typing
from conversations.feed import conversation_events
from conversations.models import Attention, Conversation, Message, Sender
from conversations.store import add_customer_message, begin
from employees.models import Employee
from tickets.models import Ticket
from tickets.services import hand_back, reply, request_human, take_over


@pytest.fixture
def ticket(conversation: Conversation, sanne: Employee) -> Ticket:
    return take_over(request_human(conversation).pk, sanne)


def last_id(conversation: Conversation) -> int:
    return conversation.messages.order_by("-id").values_list("pk", flat=True)[0]


def marks(conversation: Conversation) -> tuple[int, int, int]:
    found = Attention.objects.get(pk=conversation.pk)
    return found.customer_received, found.customer_read, found.employee_read


# --- The customer reports -------------------------------------------------------------------------------------------


def test_what_was_seen_once_stays_seen(conversation: Conversation) -> None:
    add_customer_message(conversation.pk, "a", "hallo")
    last = last_id(conversation)
    seen_by_customer(conversation.pk, received=last, read=last - 1)
    seen_by_customer(conversation.pk, received=last - 1, read=0)
    assert marks(conversation) == (last, last - 1, 0)


def test_what_is_read_has_been_received(conversation: Conversation) -> None:
    last = last_id(conversation)
    seen_by_customer(conversation.pk, received=0, read=last)
    assert marks(conversation) == (last, last, 0)


def test_nobody_can_have_read_what_was_not_written_yet(conversation: Conversation, sanne: Employee) -> None:
    other = begin("web")
    seen_by_customer(conversation.pk, received=2**62, read=last_id(other))
    assert marks(conversation) == (last_id(conversation), last_id(conversation), 0)


def test_a_report_without_news_rings_nobody(conversation: Conversation) -> None:
    seen_by_customer(conversation.pk, received=last_id(conversation), read=0)
    before = Attention.objects.get(pk=conversation.pk).revision
    seen_by_customer(conversation.pk, received=last_id(conversation), read=0)
    assert Attention.objects.get(pk=conversation.pk).revision == before


def test_the_queue_is_not_read_again_for_a_mark(conversation: Conversation) -> None:
    before = Conversation.objects.get(pk=conversation.pk).revision
    seen_by_customer(conversation.pk, received=last_id(conversation), read=0)
    typing(conversation.pk, Sender.EMPLOYEE)
    assert Conversation.objects.get(pk=conversation.pk).revision == before


@pytest.mark.django_db
def test_the_web_chat_reports_marks(client: Client) -> None:
    customer = Customer(client)
    conversation = Conversation.objects.get(external_id=customer.conversation)
    last = last_id(conversation)
    assert customer.post("seen", {"received": last, "read": last}).status_code == 204
    assert marks(conversation) == (last, last, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["1", -1, 1.5, True, [1], 2**63])
def test_a_mark_that_is_no_id_is_refused(client: Client, wrong: object) -> None:
    answer = Customer(client).post("seen", {"received": wrong})
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "received")


@pytest.mark.django_db
def test_marks_need_the_conversations_token(client: Client) -> None:
    for path in ("seen", "typing"):
        assert client.post(f"/api/webchat/{path}", content_type="application/json").status_code == 401


@pytest.mark.django_db
def test_endless_reports_are_refused(client: Client) -> None:
    customer = Customer(client)
    answers = [
        customer.post("typing", {}).status_code for _ in range(limits.SIGNS_PER_CONVERSATION.amount + 1)
    ]
    assert answers[-1] == 429
    assert customer.human().status_code == 201


# --- Typing ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_typing_is_kept_only_while_an_employee_could_see_it(client: Client, sanne: Employee) -> None:
    customer = Customer(client)
    conversation = Conversation.objects.get(external_id=customer.conversation)
    assert customer.post("typing", {}).status_code == 204
    assert not Attention.objects.filter(pk=conversation.pk).exists()
    take_over(request_human(conversation).pk, sanne)
    customer.post("typing", {"text": "niet bewaren"})
    assert Attention.objects.get(pk=conversation.pk).customer_typing_at


@pytest.mark.parametrize("sender", [Sender.ASSISTANT, Sender.SYSTEM])
def test_the_assistant_never_types(conversation: Conversation, sender: Sender) -> None:
    with pytest.raises(ValueError, match=sender):
        typing(conversation.pk, sender)


def test_typing_ends_by_itself() -> None:
    now = timezone.now()
    assert 0 < attention.seconds_typing(now) <= attention.TYPING_SECONDS
    assert attention.seconds_typing(now - timedelta(seconds=attention.TYPING_SECONDS + 1)) == 0
    assert attention.seconds_typing(None) == 0


# --- What each side is told -----------------------------------------------------------------------------------------


async def written(text: str = "hallo") -> tuple[Conversation, Employee, Ticket, Message]:
    conversation = await in_thread(begin, "web")
    message, _ = await in_thread(add_customer_message, conversation.pk, "a", text)
    employee = await in_thread(Employee.objects.create_user, "sanne", display_name="Sanne")
    ticket = await in_thread(request_human, conversation)
    return conversation, employee, await in_thread(take_over, ticket.pk, employee), message


@pytest.mark.django_db(transaction=True)
async def test_the_customer_hears_that_the_employee_read_and_types() -> None:
    conversation, employee, ticket, message = await written()
    async with aclosing(conversation_events(conversation.pk, 0)) as events:
        assert (await following(events, "state")).data["read"] == 0
        await in_thread(read_by_employee, conversation.pk, message.pk)
        assert (await following(events, "state")).data["read"] == message.pk
        await in_thread(typing, conversation.pk, Sender.EMPLOYEE)
        news = await following(events)
        assert (news.kind, news.data["employee"], news.id) == ("typing", "Sanne", None)
        assert 0 < news.data["seconds"] <= attention.TYPING_SECONDS
        await in_thread(hand_back, ticket.pk, employee)
        assert (await following(events, "state")).data["read"] is None


@pytest.mark.django_db(transaction=True)
async def test_a_message_that_was_sent_is_not_being_typed_any_more() -> None:
    conversation, employee, ticket, _ = await written()
    await in_thread(typing, conversation.pk, Sender.EMPLOYEE)
    await in_thread(reply, ticket.pk, employee, "Klaar.", "x")
    async with aclosing(conversation_events(conversation.pk, 0)) as events:
        await following(events, "state")
        await in_thread(read_by_employee, conversation.pk, 2**40)
        assert (await following(events)).kind == "state"


@pytest.mark.django_db(transaction=True)
async def test_the_employees_page_hears_marks_apart_from_messages() -> None:
    conversation, _, _, _ = await written()
    async with aclosing(news_events(conversation.pk)) as events:
        await following(events, "conversation")
        await in_thread(typing, conversation.pk, Sender.CUSTOMER)
        while (kind := (await following(events)).kind) == "queue":
            pass
        assert kind == "attention"


# --- The employee's page --------------------------------------------------------------------------------------------


def line(page: Client, ticket: Ticket) -> str:
    return page.get(f"/balie/tickets/{ticket.number}/aandacht/").content.decode()


def test_the_employee_sees_what_became_of_the_last_message(
    page: Client, ticket: Ticket, sanne: Employee
) -> None:
    assert "Uw laatste bericht" not in line(page, ticket)
    message = reply(ticket.pk, sanne, "Goedemorgen", "x")
    assert "nog niet afgeleverd" in line(page, ticket)
    seen_by_customer(ticket.conversation_id, received=message.pk, read=0)
    assert "afgeleverd, nog niet gelezen" in line(page, ticket)
    seen_by_customer(ticket.conversation_id, received=message.pk, read=message.pk)
    assert "is gelezen" in line(page, ticket)
    add_customer_message(ticket.conversation_id, "b", "dank u")
    assert "Uw laatste bericht" not in line(page, ticket)


def test_the_employee_sees_that_the_customer_types(page: Client, ticket: Ticket) -> None:
    assert "typt" not in line(page, ticket)
    typing(ticket.conversation_id, Sender.CUSTOMER)
    assert "De klant typt" in line(page, ticket)


def test_only_who_has_the_conversation_reads_and_types_in_the_customers_eyes(
    page: Client, ticket: Ticket, sanne: Employee, joris: Employee
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(employee=joris)
    last = last_id(ticket.conversation)
    for path, body in (("gelezen", {"tot": last}), ("typt", {})):
        assert page.post(f"/balie/tickets/{ticket.number}/{path}/", body).status_code == 204
    assert not Attention.objects.filter(pk=ticket.conversation_id).exists()
    Ticket.objects.filter(pk=ticket.pk).update(employee=sanne)
    page.post(f"/balie/tickets/{ticket.number}/gelezen/", {"tot": last})
    page.post(f"/balie/tickets/{ticket.number}/typt/")
    found = Attention.objects.get(pk=ticket.conversation_id)
    assert found.employee_read == last
    assert found.employee_typing_at


def test_who_sent_what_was_typed_types_no_more(page: Client, ticket: Ticket) -> None:
    typing(ticket.conversation_id, Sender.CUSTOMER)
    add_customer_message(ticket.conversation_id, "typed", "dit was het")
    assert "typt" not in line(page, ticket)
    typing(ticket.conversation_id, Sender.CUSTOMER)
    assert "De klant typt" in line(page, ticket)
