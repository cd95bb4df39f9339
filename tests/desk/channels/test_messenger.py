"""What is Messenger's and Instagram's own, by the documents of the Messenger Platform (sections are named at the tests)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from tests.desk.channels import meta
from tests.desk.channels.conftest import Story
from tests.desk.channels.messenger import ACCOUNT, InstagramDriver, MessengerDriver
from tests.desk.channels.vendor_server import Reply
from tests.desk.fake_rasa import FakeRasa

from channels.checks import check_channels
from channels.models import Address, Outgoing, OutgoingState
from channels.parts import parts_of
from channels.vendors.messenger import Instagram, Messenger
from channels.vendors.meta import download
from conversations.models import Conversation, Message, Sender
from conversations.store import add, locked
from outbox.problems import DeliveryProblem

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[MessengerDriver, InstagramDriver], ids=lambda driver: driver.name)
def messenger(request: pytest.FixtureRequest, settings: Any) -> Iterator[MessengerDriver]:
    driver: MessengerDriver = request.param()
    driver.configure(settings)
    yield driver
    driver.stop()


@pytest.fixture
def story(messenger: MessengerDriver, rasa: FakeRasa) -> Story:
    return Story(messenger, rasa)


def states() -> list[str]:
    return list(Outgoing.objects.order_by("id").values_list("state", flat=True))


# --- "Webhooks" -----------------------------------------------------------------------------------------------------


def test_what_is_not_signed_stores_nothing(messenger: MessengerDriver) -> None:
    content = messenger.message(text="Hallo")
    for signature in (None, "", "sha256=" + "0" * 64, meta.signed(b"x")):
        assert messenger.post(content, signature or None).status_code == 403
    assert not Conversation.objects.exists()


def test_meta_finds_out_that_the_address_is_ours(messenger: MessengerDriver) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": meta.VERIFY_TOKEN}
    assert messenger.client.get(f"/webhooks/{messenger.name}", asked).content == b"42"
    assert (
        messenger.client.get(f"/webhooks/{messenger.name}", asked | {"hub.verify_token": ""}).status_code
        == 403
    )


def test_another_object_is_not_readable_and_another_account_is_not_ours(messenger: MessengerDriver) -> None:
    content = messenger.message(text="Hallo")
    assert messenger.post({**content, "object": "whatsapp_business_account"}).status_code == 400
    content["entry"][0]["id"] = ACCOUNT[:-1] + "0"
    assert messenger.post(content).status_code == 200
    assert not Conversation.objects.exists()


def test_half_configured_is_refused_at_the_start(messenger: MessengerDriver, settings: Any) -> None:
    assert check_channels() == []
    setattr(settings, f"CHANNEL_{messenger.name.upper()}_TOKEN", "")
    (fault,) = check_channels()
    assert fault.msg.startswith(f"DESK_{messenger.name.upper()}_TOKEN")
    assert messenger.write("Hallo").status_code == 404


def test_setting_up(messenger: MessengerDriver, settings: Any) -> None:
    printed = StringIO()
    call_command("channel_setup", messenger.name, stdout=printed)
    assert "Lindenhof" in printed.getvalue()
    asked = [request.path.rpartition("/")[2] for request in messenger.vendor.requests]
    assert ("messenger_profile" in asked) == (messenger.name == "messenger")


def test_odd_events_are_passed_over(messenger: MessengerDriver) -> None:
    odd = [
        {"object": messenger.kind},
        {"object": messenger.kind, "entry": [{"id": ACCOUNT, "messaging": [None, 1, {}]}]},
        messenger.event(),
        messenger.event(message={"is_echo": True, "mid": "m", "text": "x"}),
        messenger.event(message={"is_deleted": True, "mid": "m"}),
        messenger.event(reaction={"mid": "m", "action": "react"}),
        messenger.event(delivery={"mids": [None, 5], "watermark": "x"}),
        messenger.event(read={}),
        messenger.event(sender={"id": ACCOUNT}, message={"mid": "m", "text": "wij zelf"}),
    ]
    assert [messenger.post(content).status_code for content in odd] == [200] * len(odd)
    assert not Conversation.objects.exists()


# --- "Webhook Events" -----------------------------------------------------------------------------------------------


def test_get_started_says_who_answers(story: Story, messenger: MessengerDriver) -> None:
    """ "messaging_postbacks"."""
    messenger.post(messenger.event(postback={"mid": "m_1", "title": "Get Started", "payload": "start"}))
    (greeting,) = story.work()
    assert "geen mens" in greeting.text
    assert story.rasa.messages == []


def test_any_other_postback_means_what_stands_on_it(story: Story, messenger: MessengerDriver) -> None:
    story.says("Hallo")
    messenger.post(
        messenger.event(postback={"mid": "m_2", "title": "Medewerker", "payload": "/talk_to_human"})
    )
    (opened,) = story.work()
    assert story.ticket.number in opened.text


@pytest.mark.parametrize(
    ("attachment", "shown"),
    [
        ({"type": "video", "payload": {"url": "x"}}, "[Video]"),
        ({"type": "image", "payload": {"url": "x", "sticker_id": 369239263222822}}, "[Sticker]"),
        ({"type": "location", "payload": {"coordinates": {"lat": 1}}}, "[Locatie]"),
        ({"type": "story_mention", "payload": {"url": "x"}}, "[Bericht dat niet getoond kan worden]"),
        ({"type": "image", "payload": None}, "[Bericht dat niet getoond kan worden]"),
    ],
)
def test_unsupported_content_is_named(
    story: Story, messenger: MessengerDriver, attachment: Any, shown: str
) -> None:
    messenger.post(messenger.message(attachments=[attachment]))
    assert Message.objects.get(sender=Sender.CUSTOMER).text == shown
    assert story.work()[-1].buttons == ["Medewerker"]


def test_delivered_and_read(story: Story, messenger: MessengerDriver) -> None:
    story.says("Hallo")
    if messenger.name == "messenger":
        messenger.post(messenger.event(delivery={"mids": [messenger.vendor.id_of(0)], "watermark": 1}))
        assert states() == [OutgoingState.DELIVERED, OutgoingState.SENT]
        later = int(time.time() * 1000) + 5
        messenger.post(messenger.event(read={"watermark": later - 60_000}))
        assert OutgoingState.READ not in states()
        messenger.post(messenger.event(read={"watermark": later}))
    else:
        for number in (0, 1):
            messenger.post(messenger.event(read={"mid": messenger.vendor.id_of(number)}))
    assert states() == [OutgoingState.READ, OutgoingState.READ]


def test_somebody_elses_mark_says_nothing_about_this_customer(
    story: Story, messenger: MessengerDriver
) -> None:
    story.says("Hallo")
    messenger.somebody_else()
    messenger.post(messenger.event(read={"watermark": int(time.time() * 1000) + 5000}))
    assert set(states()) == {OutgoingState.SENT}


# --- "Messaging Window", "Error Codes", limits ------------------------------------------------------------------------


def test_after_a_day_a_message_waits_until_the_customer_writes(story: Story) -> None:
    story.says("medewerker")
    Address.objects.update(written_at=timezone.now() - timedelta(hours=25))
    with locked(story.conversation.pk) as conversation:
        add(conversation, Sender.EMPLOYEE, "Het is gevonden.", name="Sanne")
    assert story.work() == []
    assert states()[-1] == OutgoingState.HELD
    assert story.says("Is er nieuws?")[0].text == "Het is gevonden."


@pytest.mark.parametrize(
    ("reply", "state", "problem"),
    [
        (meta.error(10, error_subcode=2018278), OutgoingState.HELD, "outside_window"),
        (meta.error(10, error_subcode=2534022), OutgoingState.HELD, "outside_window"),
        (meta.error(10), OutgoingState.WAITING, "not_allowed"),
        (meta.error(551), OutgoingState.FAILED, "blocked"),
        (meta.error(200, error_subcode=1545041), OutgoingState.FAILED, "blocked"),
        (meta.error(100, error_subcode=2018001), OutgoingState.FAILED, "blocked"),
        (meta.error(1200, 500), OutgoingState.WAITING, "server_error"),
        (meta.error(100), OutgoingState.FAILED, "refused"),
        (Reply({"recipient_id": "1"}), OutgoingState.UNCERTAIN, "not_json"),
    ],
)
def test_what_an_error_means(
    story: Story, messenger: MessengerDriver, reply: Reply, state: str, problem: str
) -> None:
    messenger.vendor.mishaps.append(reply)
    story.says("Hallo")
    first = Outgoing.objects.order_by("id")[0]
    assert (first.state, first.problem) == (state, problem)


@pytest.mark.parametrize("text", ["é" * 2500, "woord’s " * 400, "😀" * 600, "kort", "regel\n" * 500])
def test_parts_are_never_too_long_and_lose_nothing(text: str) -> None:
    for channel in (Instagram, Messenger):
        parts = parts_of(text, channel)
        assert all(
            len(part.encode() if channel.counts_bytes else part) <= channel.longest_text for part in parts
        )
        assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest",
        "https://evil.example/x",
        "https://fbsbx.com.evil.example/x",
        "http://lookaside.fbsbx.com/x",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
def test_a_file_is_fetched_from_meta_only(messenger: MessengerDriver, url: str) -> None:
    with pytest.raises(DeliveryProblem) as raised:
        download(url, 10)
    assert raised.value.is_final
    assert messenger.vendor.requests == []
