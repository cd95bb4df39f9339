"""Pictures and documents: kept for the employee within limits, by what they are and not by what they say they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.desk.channels.conftest import Story
from tests.desk.channels.driver import Driver
from tests.desk.channels.vendor_server import Reply, Request

from channels import attachments
from channels.attachments import fetch_waiting, type_of
from channels.models import Attachment, AttachmentContent, AttachmentState
from conversations.models import Message, Sender
from employees.models import Employee
from employees.roles import Role, give_roles
from retention.purge import purge_conversations
from tickets import services

pytestmark = pytest.mark.django_db(transaction=True)

PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 50
PDF = b"%PDF-1.7\n" + b"x" * 50


@pytest.fixture
def story(story: Story) -> Story:
    """A customer on a channel that carries files, who has had an answer."""
    if not story.customer.has_files:
        pytest.skip("no files on this channel")
    story.says("Hallo")
    return story


def kept(customer: Driver, content: bytes = PICTURE, **how: str) -> Attachment:
    """What became of a file that the customer sent."""
    assert customer.send_file(content, **how).status_code == 200
    fetch_waiting()
    return Attachment.objects.latest("id")


def test_a_picture_is_kept_and_the_customer_is_told_who_can_look_at_it(story: Story) -> None:
    attachment = kept(story.customer)
    assert (attachment.state, attachment.content_type) == (AttachmentState.KEPT, "image/jpeg")
    assert bytes(attachment.content.data) == PICTURE
    assert attachment.file == {}
    (answer,) = story.work()
    assert "een medewerker kan dat wel" in answer.text
    assert answer.buttons == ["Medewerker"]
    assert story.rasa.messages == ["Hallo"]


def test_what_is_written_with_it_is_answered(story: Story) -> None:
    attachment = kept(story.customer, caption="Deze is kapot")
    assert attachment.message.text == "Deze is kapot"
    note, answer = story.work()
    assert "kan ik niet bekijken" in note.text
    assert answer.text == "Antwoord op: Deze is kapot"


@pytest.mark.one_channel
def test_while_a_person_has_the_conversation_nothing_is_said(story: Story, sanne: Employee) -> None:
    services.take_over(services.request_human(story.conversation).pk, sanne)
    story.work()
    kept(story.customer)
    kept(story.customer, PDF, name="factuur.pdf", caption="Hierbij")
    assert story.work() == []


@pytest.mark.one_channel
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"PK\x03\x04" + b"x" * 40,
        b"MZ" + b"\x00" * 40,
        b"RIFF1234WAVE",
        b"GIF88a",
    ],
)
def test_what_is_no_picture_and_no_pdf_is_not_kept_whatever_it_says_it_is(
    story: Story, content: bytes
) -> None:
    attachment = kept(story.customer, content, name="foto.jpg")
    assert attachment.state == AttachmentState.WRONG_TYPE
    assert not AttachmentContent.objects.exists()
    assert "niet bewaard" in story.work()[0].text


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PICTURE, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n0", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8", "image/webp"),
        (b"XXXX\x00\x00\x00\x00WEBPVP8", ""),
        (PDF, "application/pdf"),
        (b" %PDF-", ""),
    ],
)
def test_the_first_bytes_tell_what_it_is(content: bytes, kind: str) -> None:
    assert type_of(content) == kind


def test_a_file_that_is_too_large_is_not_kept(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "LARGEST", 30)
    assert kept(story.customer).state == AttachmentState.TOO_LARGE
    assert "groter dan" in story.work()[0].text


def test_more_than_the_vendor_announced_is_not_read(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "LARGEST", 30)
    vendor: Any = story.customer.vendor
    assert story.customer.send_file(b"\xff\xd8\xff").status_code == 200
    (name,) = vendor.files
    answer = vendor.reply

    def grow(request: Request) -> Reply:
        if "/file/" in request.path:
            vendor.files[name] = PICTURE
        reply: Reply = answer(request)
        return reply

    monkeypatch.setattr(vendor, "reply", grow)
    fetch_waiting()
    assert Attachment.objects.get().state == AttachmentState.TOO_LARGE


@pytest.mark.one_channel
def test_too_many_on_a_day_are_not_kept(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST_PER_DAY", 1)
    kept(story.customer)
    assert kept(story.customer).state == AttachmentState.TOO_MANY
    assert AttachmentContent.objects.count() == 1


@pytest.mark.one_channel
def test_a_vendor_that_does_not_work_is_asked_again_and_then_the_customer_is_told(story: Story) -> None:
    story.customer.vendor.mishaps.append(Reply(b"", 503))
    attachment = kept(story.customer)
    assert attachment.state == AttachmentState.WAITING
    Attachment.objects.update(due_at=timezone.now())
    assert fetch_waiting() == 1

    story.customer.vendor.mishaps.append(Reply(b"", 503))
    kept(story.customer)
    late = Attachment.objects.filter(state=AttachmentState.WAITING)
    late.update(due_at=timezone.now(), created_at=timezone.now() - timedelta(days=2))
    story.work()
    story.customer.vendor.mishaps.append(Reply(b"", 503))
    fetch_waiting()
    assert Attachment.objects.latest("id").state == AttachmentState.GONE
    assert "niet bij ons aangekomen" in story.work()[0].text


@pytest.mark.one_channel
@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("bsn 123456782.pdf", "bsn [BSN].pdf"),
        ("mijn_bsn_1234.56.782.pdf", "mijn_bsn_[BSN].pdf"),
        ("bsn 1234.56.782", "bsn [BSN]"),
        ("kopie_NL91_ABNA_0417_1643_00.PDF", "kopie_[IBAN].PDF"),
        ("4111_1111_1111_1111.jpeg", "[kaartnummer].jpeg"),
        ("wachtwoord=Zonnebloem#1904.pdf", "wachtwoord=[wachtwoord].pdf"),
        ("factuur 123456782.pdf", "factuur 123456782.pdf"),
        (f"{'x' * 200}.pdf", f"{'x' * 116}.pdf"),
        (f"{'x' * 110} NL91ABNA0417164300.pdf", f"{'x' * 110} [IBAN.pdf"),
    ],
)
def test_the_name_of_a_file_is_masked_as_what_is_written(story: Story, name: str, kept_as: str) -> None:
    assert kept(story.customer, PDF, name=name).name == kept_as


@pytest.mark.one_channel
def test_what_is_written_with_a_file_tells_what_the_number_in_its_name_is(story: Story) -> None:
    attachment = kept(story.customer, PDF, name="123456782.pdf", caption="Hierbij mijn BSN")
    assert attachment.name == "[BSN].pdf"


# --- In the console -------------------------------------------------------------------------------------------------


@pytest.mark.one_channel
def test_an_employee_sees_the_picture_and_it_can_do_nothing(story: Story, page: Client) -> None:
    attachment = kept(story.customer, name="")
    ticket = services.request_human(story.conversation)
    address = reverse("console:attachment", args=[attachment.pk])
    shown = page.get(reverse("console:ticket", args=[ticket.number])).content.decode()
    assert f'<img src="{address}"' in shown
    response = page.get(address)
    assert response.content == PICTURE
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Disposition"].startswith("inline")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.one_channel
def test_a_document_is_downloaded_under_a_harmless_name(story: Story, page: Client) -> None:
    attachment = kept(story.customer, PDF, name='fact"uur\r\n;.pdf')
    services.request_human(story.conversation)
    disposition = page.get(reverse("console:attachment", args=[attachment.pk]))["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "\n" not in disposition


@pytest.mark.one_channel
def test_only_who_may_read_the_conversation_gets_it(story: Story, client: Client, joris: Employee) -> None:
    attachment = kept(story.customer)
    address = reverse("console:attachment", args=[attachment.pk])
    assert client.get(address).status_code == 302
    give_roles(joris, [Role.EMPLOYEE])
    client.force_login(joris)
    assert (
        client.get(address).status_code == 404
    )  # there is no ticket, so no employee reads this conversation
    services.request_human(story.conversation)
    assert client.get(address).status_code == 200
    give_roles(joris, [Role.ADMINISTRATOR])
    assert client.get(address).status_code == 403


@pytest.mark.one_channel
def test_it_is_erased_with_the_conversation(story: Story) -> None:
    kept(story.customer)
    conversation = story.conversation
    conversation.last_message_at = timezone.now() - timedelta(days=31)
    conversation.save(update_fields=["last_message_at"])
    purge_conversations(timezone.now())
    assert not Message.objects.filter(sender=Sender.CUSTOMER).exists()
    assert not AttachmentContent.objects.exists()


@pytest.mark.one_channel
def test_the_page_follows_what_is_fetched_later(story: Story, page: Client) -> None:
    ticket = services.request_human(story.conversation)
    story.customer.send_file(PICTURE)
    line = reverse("console:ticket_channel", args=[ticket.number])
    assert "wordt opgehaald" in page.get(line).content.decode()
    fetch_waiting()
    message: Any = Attachment.objects.get().message_id
    assert f'id="d-{message}" class="sent-by" hx-swap-oob="true"' in page.get(line).content.decode()
    assert "<img" in page.get(line).content.decode()
