"""What employees write and stick on tickets."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from conversations.models import Conversation
from employees.models import Employee
from notes.services import add_note
from tags.models import Tag
from tags.services import add_tag, remove_tag
from tickets import services
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(conversation: Conversation) -> Ticket:
    return services.request_human(conversation)


def test_a_note_is_masked_and_not_for_the_customer(ticket: Ticket, sanne: Employee) -> None:
    before = ticket.conversation.messages.count()
    note = add_note(ticket.pk, sanne, " IBAN NL91ABNA0417164300 gecontroleerd ", "a")
    assert (note.text, note.employee) == ("IBAN [IBAN] gecontroleerd", sanne)
    assert ticket.conversation.messages.count() == before
    entry = ticket.history.get(kind="note_added")
    assert (entry.employee, entry.detail) == (sanne, {})


def test_a_note_that_is_sent_twice_is_there_once(ticket: Ticket, sanne: Employee) -> None:
    assert add_note(ticket.pk, sanne, "gebeld", "a") == add_note(ticket.pk, sanne, "gebeld", "a")
    assert ticket.history.filter(kind="note_added").count() == 1


@pytest.mark.parametrize(("text", "client_id"), [("", "a"), ("\x00 ", "a"), ("x" * 4001, "a"), ("x", "")])
def test_a_wrong_note_is_refused(ticket: Ticket, sanne: Employee, text: str, client_id: str) -> None:
    with pytest.raises(ValueError, match="empty or too long"):
        add_note(ticket.pk, sanne, text, client_id)


def test_a_note_can_be_added_to_a_closed_ticket(ticket: Ticket, sanne: Employee) -> None:
    services.take_over(ticket.pk, sanne)
    services.close(ticket.pk, sanne)
    assert add_note(ticket.pk, sanne, "bedankkaart gekregen", "a").ticket_id == ticket.pk


def test_tags_are_put_on_and_taken_off_once(ticket: Ticket, sanne: Employee, joris: Employee) -> None:
    tag = Tag.objects.create(name="Bezorging")
    for employee in (sanne, joris):
        add_tag(ticket.pk, employee, tag)
    assert list(ticket.tags.all()) == [tag]
    for _ in range(2):
        remove_tag(ticket.pk, joris, tag)
    assert list(ticket.tags.all()) == []
    entries = ticket.history.filter(kind="tags_changed").values_list("employee__username", "detail")
    assert list(entries) == [("sanne", {"added": ["Bezorging"]}), ("joris", {"removed": ["Bezorging"]})]


def test_two_tags_differ_by_more_than_capitals(db: None) -> None:
    Tag.objects.create(name="Bezorging")
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name="bezorging")
