"""What is WhatsApp's own, by the documents of the Cloud API (sections are named at the tests)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from tests.desk.channels import meta
from tests.desk.channels.conftest import Story
from tests.desk.channels.vendor_server import Reply
from tests.desk.channels.whatsapp import NUMBER_ID, TOKEN, WhatsAppDriver, text_of
from tests.desk.fake_rasa import FakeRasa, says

from channels import queue
from channels.checks import check_channels
from channels.inviting import invite_all
from channels.models import Address, Outgoing, OutgoingState
from conversations.attention import attention_of
from conversations.models import Conversation, Message, Sender
from conversations.store import add, locked
from employees.models import Employee
from tickets import services

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def whatsapp(settings: Any) -> Iterator[WhatsAppDriver]:
    driver = WhatsAppDriver()
    driver.configure(settings)
    yield driver
    driver.stop()


@pytest.fixture
def story(whatsapp: WhatsAppDriver, rasa: FakeRasa) -> Story:
    return Story(whatsapp, rasa)


def outgoing(number: int) -> Outgoing:
    """The message that was written as this one, from 0."""
    return Outgoing.objects.order_by("id")[number]


# --- "Webhooks": Validating Payloads, Validating Verification Requests ----------------------------------------------------


def test_what_is_not_signed_with_the_app_secret_stores_nothing(whatsapp: WhatsAppDriver) -> None:
    content = whatsapp.message("text", {"body": "Hallo"})
    other = meta.signed(b"{}")
    for signature in (None, "x", "sha256=", other, other.removeprefix("sha256="), "sha1=" + "a" * 40, "é"):
        assert whatsapp.post(content, signature).status_code == 403
    assert whatsapp.post(b"{", "sha256=" + "0" * 64).status_code == 403
    assert not Conversation.objects.exists()


def test_meta_finds_out_that_the_address_is_ours(whatsapp: WhatsAppDriver) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": meta.VERIFY_TOKEN}
    answer = whatsapp.client.get("/webhooks/whatsapp", asked)
    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert answer["Content-Type"] == "text/plain"
    for wrong in ({"hub.verify_token": "x"}, {"hub.mode": "x"}, {"hub.challenge": "<script>"}):
        assert whatsapp.client.get("/webhooks/whatsapp", asked | wrong).status_code == 403
    assert whatsapp.client.get("/webhooks/whatsapp").status_code == 403
    assert whatsapp.client.put("/webhooks/whatsapp").status_code == 405


@pytest.mark.parametrize(
    ("setting", "value", "variable"),
    [
        ("CHANNEL_WHATSAPP_NUMBER_ID", "+31850000000", "DESK_WHATSAPP_NUMBER_ID"),
        ("CHANNEL_WHATSAPP_TOKEN", "", "DESK_WHATSAPP_TOKEN"),
        ("CHANNEL_WHATSAPP_TEMPLATE", "Met Hoofdletters", "DESK_WHATSAPP_TEMPLATE"),
        ("CHANNEL_WHATSAPP_TEMPLATE_LANGUAGE", "Nederlands", "DESK_WHATSAPP_TEMPLATE_LANGUAGE"),
        ("CHANNEL_META_APP_SECRET", "", "DESK_META_APP_SECRET"),
        ("CHANNEL_META_VERIFY_TOKEN", "kort", "DESK_META_VERIFY_TOKEN"),
    ],
)
def test_half_configured_is_refused_at_the_start(
    whatsapp: WhatsAppDriver, settings: Any, setting: str, value: str, variable: str
) -> None:
    assert check_channels() == []
    setattr(settings, setting, value)
    (fault,) = check_channels()
    assert fault.msg.startswith(variable)
    assert whatsapp.write("Hallo").status_code == 404


def test_setting_up_shows_that_the_token_works_and_what_to_fill_in(
    whatsapp: WhatsAppDriver, settings: Any
) -> None:
    printed = StringIO()
    call_command("channel_setup", "whatsapp", stdout=printed)
    assert "Lindenhof" in printed.getvalue()
    assert f"{settings.PUBLIC_URL}/webhooks/whatsapp" in printed.getvalue()
    assert meta.VERIFY_TOKEN not in printed.getvalue()


# --- "Webhooks": messages
# ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"[" * 100_000, {"object": "page"}, {"object": "instagram", "entry": []}],
)
def test_what_is_no_notification_is_400(whatsapp: WhatsAppDriver, content: Any) -> None:
    assert whatsapp.post(content).status_code == 400


def test_odd_notifications_are_passed_over(whatsapp: WhatsAppDriver) -> None:
    odd = [
        {"object": "whatsapp_business_account"},
        {"object": "whatsapp_business_account", "entry": [None, {"changes": [1, {"value": []}]}]},
        whatsapp.change(messages=[{"from": None, "type": "text", "id": "a"}]),
        whatsapp.change(messages=[{"from": "3" * 300, "type": "text", "id": "a", "text": {"body": "x"}}]),
        whatsapp.change(statuses=[{"id": 5}, {"status": "played", "id": "x"}, {"status": "read"}]),
        whatsapp.change(errors=[{"code": 130429}]),
    ]
    assert [whatsapp.post(content).status_code for content in odd] == [200] * len(odd)
    assert not Message.objects.filter(sender=Sender.CUSTOMER).exists()


def test_another_number_of_the_same_app_is_not_ours(whatsapp: WhatsAppDriver) -> None:
    content = whatsapp.message("text", {"body": "Hallo"})
    content["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = NUMBER_ID[:-1] + "0"
    assert whatsapp.post(content).status_code == 200
    assert not Conversation.objects.exists()


def test_several_messages_in_one_notification_are_taken_in_the_order_of_writing(
    story: Story, whatsapp: WhatsAppDriver
) -> None:
    first = whatsapp.message("text", {"body": "eerste"}, seconds=-9)
    second = whatsapp.message("text", {"body": "tweede"}, seconds=-3)
    value = first["entry"][0]["changes"][0]["value"]
    value["messages"].insert(0, second["entry"][0]["changes"][0]["value"]["messages"][0])
    whatsapp.post(first)
    story.work()
    assert story.rasa.messages == ["eerste", "tweede"]


@pytest.mark.parametrize(
    ("kind", "content", "shown"),
    [
        ("sticker", {"id": "1"}, "[Sticker]"),
        ("location", {"latitude": 52.1, "longitude": 5.1}, "[Locatie]"),
        ("contacts", [{"name": {"formatted_name": "Jan"}}], "[Contactkaart]"),
        ("video", {"id": "1"}, "[Video]"),
        ("unsupported", {"type": "poll"}, "[Bericht dat niet getoond kan worden]"),
        ("order", {"catalog_id": "1"}, "[Bericht dat niet getoond kan worden]"),
    ],
)
def test_unsupported_content_is_named_and_not_kept(
    story: Story, whatsapp: WhatsAppDriver, kind: str, content: Any, shown: str
) -> None:
    whatsapp.post(whatsapp.message(kind, content))
    assert Message.objects.get(sender=Sender.CUSTOMER).text == shown
    assert story.work()[-1].buttons == ["Medewerker"]


def test_a_reaction_and_a_changed_number_are_no_messages(whatsapp: WhatsAppDriver) -> None:
    whatsapp.post(whatsapp.message("reaction", {"message_id": "wamid.x", "emoji": "👍"}))
    whatsapp.post(whatsapp.message("system", {"type": "user_changed_number", "wa_id": "31611111111"}))
    assert not Conversation.objects.exists()


def test_who_hides_the_number_is_known_and_answered_by_the_id(story: Story, whatsapp: WhatsAppDriver) -> None:
    """ "Business-scoped user IDs": no `from`, but `from_user_id`; sent to with `recipient`."""
    content = whatsapp.message("text", {"body": "Hallo"})
    value = content["entry"][0]["changes"][0]["value"]
    del value["messages"][0]["from"]
    value["messages"][0]["from_user_id"] = "NL.13491208655302741918"
    value["contacts"] = [{"profile": {"name": "Vera"}, "user_id": "NL.13491208655302741918"}]
    whatsapp.post(content)
    story.work()
    assert (Address.objects.get().value, Address.objects.get().name) == ("NL.13491208655302741918", "Vera")
    assert whatsapp.vendor.sent[-1]["recipient"] == "NL.13491208655302741918"
    assert "to" not in whatsapp.vendor.sent[-1]


# --- "Interactive": reply buttons and lists -------------------------------------------------------------------------------


def offers(*titles: str, text: str = "Kies:") -> Any:
    buttons = [{"title": title, "payload": f"/choose{{{number}}}"} for number, title in enumerate(titles)]
    return lambda body: says(text, buttons=buttons)


@pytest.mark.parametrize(
    ("titles", "text", "kind"),
    [
        (["Ja", "Nee", "Weet niet"], "Kies:", "button"),
        (["Ja", "Nee", "Weet niet", "Medewerker"], "Kies:", "list"),
        (["Ja"], "x" * 1025, "list"),
        (["Een titel van 22 teken"], "Kies:", "list"),
        (["Een titel van meer dan 24 tekens"], "Kies:", "text"),
        ([f"Keuze {number}" for number in range(11)], "Kies:", "text"),
        (["Zelfde", "Zelfde"], "Kies:", "text"),
    ],
)
def test_buttons_become_what_whatsapp_can_show(
    story: Story, whatsapp: WhatsAppDriver, titles: list[str], text: str, kind: str
) -> None:
    story.rasa.reply = offers(*titles, text=text)
    story.says("Hallo")
    sent = whatsapp.vendor.sent[-1]
    assert (sent["interactive"]["type"] if sent["type"] == "interactive" else "text") == kind
    if kind == "text":
        assert f"1. {titles[0]}" in text_of(sent)
        story.says("1")
    else:
        story.presses(titles[0])
    assert story.rasa.messages[-1] == "/choose{0}"


# --- "Status messages webhook reference"
# ------------------------------------------------------------------------------------


def test_delivered_and_read_reach_the_employee_and_never_go_back(
    story: Story, whatsapp: WhatsAppDriver
) -> None:
    story.says("Hallo")
    last = outgoing(1)
    for status, state in [
        ("delivered", OutgoingState.DELIVERED),
        ("sent", OutgoingState.DELIVERED),
        ("read", OutgoingState.READ),
        ("delivered", OutgoingState.READ),
        ("failed", OutgoingState.READ),
    ]:
        assert whatsapp.status(status, 1).status_code == 200
        last.refresh_from_db()
        assert last.state == state
    assert attention_of(story.conversation).customer_read == last.message_id
    assert outgoing(0).state == OutgoingState.SENT


def test_a_status_settles_an_attempt_of_which_nothing_came_back(
    story: Story, whatsapp: WhatsAppDriver
) -> None:
    story.says("Hallo")
    with locked(story.conversation.pk) as conversation:
        add(conversation, Sender.SYSTEM, "een")
    whatsapp.vendor.mishaps.append(Reply(cut=True))
    story.work()
    lost = outgoing(2)
    assert (lost.state, lost.remote_id) == (OutgoingState.UNCERTAIN, "")
    told = {"id": "wamid.that-we-never-saw", "status": "delivered", "timestamp": "1", "recipient_id": "1"}
    whatsapp.post(whatsapp.change(statuses=[told | {"biz_opaque_callback_data": lost.key.hex}]))
    lost.refresh_from_db()
    assert (lost.state, lost.remote_id) == (OutgoingState.DELIVERED, "wamid.that-we-never-saw")
    assert not queue.send_again(lost)


def test_a_message_that_fails_afterwards_is_shown_as_such(story: Story, whatsapp: WhatsAppDriver) -> None:
    story.says("Hallo")
    whatsapp.status("failed", 1, errors=[{"code": 131026, "title": "Message undeliverable"}])
    failed = outgoing(1)
    assert (failed.state, failed.problem, failed.problem_detail) == (
        OutgoingState.FAILED,
        "blocked",
        "131026",
    )


def test_a_status_of_a_message_that_is_not_ours_does_nothing(story: Story, whatsapp: WhatsAppDriver) -> None:
    story.says("Hallo")
    told = {"id": "wamid.unknown", "status": "read", "timestamp": "1", "recipient_id": "1"}
    for key in ("", "x", "f" * 32):
        assert (
            whatsapp.post(whatsapp.change(statuses=[told | {"biz_opaque_callback_data": key}])).status_code
            == 200
        )
    assert set(Outgoing.objects.values_list("state", flat=True)) == {OutgoingState.SENT}


# --- "Customer service windows" and templates
# -------------------------------------------------------------------------------


@pytest.fixture
def late(story: Story) -> Story:
    """A customer who wrote more than a day ago, and an employee's message for them."""
    story.says("medewerker")
    Address.objects.update(written_at=timezone.now() - timedelta(hours=25))
    with locked(story.conversation.pk) as conversation:
        add(conversation, Sender.EMPLOYEE, "Het is gevonden.", name="Sanne")
    return story


def test_after_a_day_a_message_waits_until_the_customer_writes(late: Story) -> None:
    assert late.work() == []
    held = outgoing(2)
    assert (held.state, held.problem) == (OutgoingState.HELD, "outside_window")
    invite_all()
    assert late.work() == []  # without a template
    texts = [bubble.text for bubble in late.says("Is er nieuws?")]
    assert texts[0] == "Het is gevonden."


def test_what_waits_for_the_customer_arrives_when_they_write_after_a_long_rest(
    late: Story, sanne: Employee
) -> None:
    services.take_over(late.ticket.pk, sanne)
    services.close(late.ticket.pk, sanne)
    late.work()
    assert outgoing(2).state == OutgoingState.HELD
    Conversation.objects.update(last_message_at=timezone.now() - timedelta(days=8))
    texts = [bubble.text for bubble in late.says("Is er nieuws?")]
    assert texts[0] == "Het is gevonden."
    assert "geen mens" in texts[-2]  # who answers now is told again
    assert texts[-1] == "Antwoord op: Is er nieuws?"
    assert Conversation.objects.count() == 1
    Conversation.objects.update(last_message_at=timezone.now() - timedelta(days=8))
    late.says("Daar ben ik weer")
    assert Conversation.objects.count() == 2


def test_with_a_template_the_customer_is_asked_once_to_write(late: Story, settings: Any) -> None:
    settings.CHANNEL_WHATSAPP_TEMPLATE = "antwoord_klaar"
    late.work()
    for _ in range(3):
        invite_all()
    (asked,) = late.work()
    assert asked.text == "sjabloon antwoord_klaar"
    template = late.customer.vendor.requests[-1].body["template"]
    assert template == {"name": "antwoord_klaar", "language": {"code": "nl"}}
    assert late.says("Ja")[0].text == "Het is gevonden."


def test_asking_is_tried_again_only_when_that_can_help(late: Story, settings: Any) -> None:
    settings.CHANNEL_WHATSAPP_TEMPLATE = "antwoord_klaar"
    late.work()
    late.customer.vendor.mishaps += [late.customer.busy(1), meta.error(132001)]
    for _ in range(3):
        invite_all()
    assert Address.objects.get().invited_at is not None
    assert late.work() == []
    assert late.customer.vendor.mishaps == []


@pytest.mark.parametrize("afterwards", [False, True])
def test_whatsapp_itself_says_that_the_window_is_closed(
    story: Story, whatsapp: WhatsAppDriver, *, afterwards: bool
) -> None:
    """ "Error codes": 131047, as an answer and as a status."""
    story.says("Hallo")
    if afterwards:
        whatsapp.status("failed", 1, errors=[{"code": 131047}])
    else:
        whatsapp.vendor.mishaps.append(meta.error(131047))
        with locked(story.conversation.pk) as conversation:
            add(conversation, Sender.SYSTEM, "een")
        story.work()
    assert Outgoing.objects.get(state=OutgoingState.HELD).problem == "outside_window"


# --- "Error codes"
# ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "state", "problem"),
    [
        (meta.error(131056), OutgoingState.WAITING, "rate_limited"),
        (meta.error(80007), OutgoingState.WAITING, "rate_limited"),
        (meta.error(131000, 500), OutgoingState.WAITING, "server_error"),
        (meta.error(131016, 500), OutgoingState.WAITING, "server_error"),
        (meta.error(10, 403), OutgoingState.WAITING, "not_allowed"),
        (meta.error(200, 403), OutgoingState.WAITING, "not_allowed"),
        (meta.error(131026), OutgoingState.FAILED, "blocked"),
        (meta.error(131030), OutgoingState.FAILED, "refused"),
        (meta.error(100), OutgoingState.FAILED, "refused"),
        (Reply({"messages": []}), OutgoingState.UNCERTAIN, "not_json"),
        (Reply([]), OutgoingState.UNCERTAIN, "server_error"),
    ],
)
def test_what_an_error_means(
    story: Story, whatsapp: WhatsAppDriver, reply: Reply, state: str, problem: str
) -> None:
    whatsapp.vendor.mishaps.append(reply)
    story.says("Hallo")
    assert (outgoing(0).state, outgoing(0).problem) == (state, problem)


def test_no_secret_and_no_customer_is_in_the_log(
    story: Story, whatsapp: WhatsAppDriver, caplog: pytest.LogCaptureFixture
) -> None:
    whatsapp.vendor.mishaps.append(meta.error(100))
    story.says("Hallo")
    for secret in (TOKEN, meta.APP_SECRET, "31612345678", "Secret"):
        assert secret not in caplog.text
