"""The number with which a customer writes stands on the ticket: the vendor knows it, so the employee can call back."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.desk.channels.conftest import Story

from channels import phone
from channels.models import Address
from channels.registry import class_named
from conversations.models import Conversation
from conversations.store import begin
from tickets.models import Reason, Ticket
from tickets.services import open_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_channel_puts_on_the_ticket_what_its_vendor_knows(story: Story) -> None:
    story.says("Medewerker")
    expected = "+31612345678" if story.customer.name in phone.CHANNELS else ""
    assert Ticket.objects.get().phone == expected


def test_the_channels_with_telephone_numbers_exist() -> None:
    assert all(class_named(name) for name in phone.CHANNELS)


@pytest.mark.one_channel
@pytest.mark.parametrize(
    ("channel", "address", "expected"),
    [
        ("whatsapp", "31612345678", "+31612345678"),
        ("sms", "+31612345678", "+31612345678"),
        ("sms", "12345", ""),
        ("telegram", "31612345678", ""),
        ("email", "vera@klaver.example", ""),
    ],
)
def test_only_a_number_that_can_be_called_is_taken(channel: str, address: str, expected: str) -> None:
    conversation = begin(channel)
    Address.objects.create(channel=channel, value=address, conversation=conversation)
    assert phone.phone_on_channel(conversation) == expected


def _ticket_of(conversation: Conversation, number: str = "") -> Ticket:
    Address.objects.create(channel="whatsapp", value="31612345678", conversation=conversation)
    ticket, _ = open_in(conversation, Reason.REQUESTED)
    if number:
        ticket.phone = number
        ticket.save(update_fields=["phone"])
    return ticket


@pytest.mark.one_channel
@pytest.mark.parametrize(("number", "is_marked"), [("", True), ("+31201234567", False)])
def test_the_employee_sees_where_the_number_comes_from(page: Client, number: str, is_marked: bool) -> None:
    ticket = _ticket_of(begin("whatsapp"), number)
    shown = page.get(f"/balie/tickets/{ticket.number}/").content.decode()
    assert (number or "+31612345678") in shown
    assert ("hiermee schrijft de klant" in shown) is is_marked
