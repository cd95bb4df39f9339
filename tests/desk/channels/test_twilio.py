"""SMS and WhatsApp through Twilio: signatures, statuses, files and errors, as Twilio's documents describe them."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from tests.desk.channels.conftest import Story
from tests.desk.channels.twilio import ACCOUNT, OURS, SmsDriver, TwilioWhatsAppDriver, error, signature
from tests.desk.fake_rasa import says

from channels import incoming
from channels.base import Webhook
from channels.events import Attached
from channels.models import Address, Outgoing, OutgoingState
from channels.registry import channel_named
from channels.vendors.twilio import TwilioSms, TwilioWhatsApp
from conversations.models import Conversation, Message, Sender
from conversations.store import add, locked
from outbox.problems import DeliveryProblem

pytestmark = pytest.mark.django_db(transaction=True)
BOTH = pytest.mark.parametrize(
    "customer", [SmsDriver, TwilioWhatsAppDriver], indirect=True, ids=["sms", "wa"]
)
SMS = pytest.mark.parametrize("customer", [SmsDriver], indirect=True, ids=["sms"])
WHATSAPP = pytest.mark.parametrize("customer", [TwilioWhatsAppDriver], indirect=True, ids=["wa"])


@pytest.fixture
def twilio(customer: SmsDriver) -> SmsDriver:
    return customer


# --- "Validating Signatures from Twilio" ----------------------------------------------------------------------------------


def test_the_example_of_the_documents(settings: Any) -> None:
    """The example of "Validating Signatures from Twilio", with its token and its signature."""
    settings.CHANNEL_TWILIO_AUTH_TOKEN = "12345"
    parameters = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    signed = signature(url, parameters, "12345")
    assert signed == "GvWf1cFY/Q7PnoempGyD5oXAezc="
    body = (
        b"CallSid=CA1234567890ABCDE&Caller=%2B14158675310&Digits=1234&From=%2B14158675310&To=%2B18005551212"
    )
    webhook = Webhook(url, {"X-Twilio-Signature": signed}, {}, body)
    TwilioSms().verify(webhook)


@BOTH
@pytest.mark.parametrize("signed", ["", "x", "é", signature("https://elders.example/webhooks/sms", {})])
def test_what_is_not_signed_is_refused(twilio: SmsDriver, signed: str) -> None:
    assert twilio.post(twilio.message(Body="Hallo"), signed).status_code == 403
    assert not Conversation.objects.exists()


@SMS
def test_a_changed_parameter_breaks_the_signature(twilio: SmsDriver, settings: Any) -> None:
    said = twilio.message(Body="Hallo")
    signed = signature(f"{settings.PUBLIC_URL}/webhooks/sms", said)
    assert twilio.post(said | {"From": "+31600000000"}, signed).status_code == 403
    assert twilio.post(said | {"Extra": ""}, signed).status_code == 403
    assert twilio.post(said, signed).status_code == 200


@SMS
def test_the_address_is_the_public_one_also_behind_a_proxy(twilio: SmsDriver, settings: Any) -> None:
    settings.PUBLIC_URL = "https://balie.example"
    twilio.client.defaults["HTTP_X_FORWARDED_HOST"] = "elders.example"
    assert twilio.write("Hallo").status_code == 200


@SMS
@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{", b"a=1&" * 5000, b"%00=%ff"])
def test_hostile_bodies_are_refused(twilio: SmsDriver, body: bytes) -> None:
    answer = twilio.client.post(
        "/webhooks/sms",
        body,
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": "x"},
    )
    assert answer.status_code == 403


@SMS
def test_a_signed_request_without_a_message_is_400(twilio: SmsDriver) -> None:
    assert twilio.post({"CallSid": "CA1"}).status_code == 400


@BOTH
def test_what_is_not_for_us_is_passed_over(twilio: SmsDriver) -> None:
    for other in (
        {"To": "+31970109999"},
        {"AccountSid": "AC" + "9" * 32},
        {"From": "PostNL"},
        {"From": "3333"},
    ):
        assert twilio.post(twilio.message(Body="Hallo", **other)).status_code == 200
    assert not Conversation.objects.exists()


@SMS
def test_a_messaging_service_is_a_sender(story: Story, twilio: SmsDriver, settings: Any) -> None:
    settings.CHANNEL_TWILIO_SMS_FROM = service = "MG" + "a" * 32
    twilio.post(twilio.message(Body="Hallo", MessagingServiceSid=service))
    story.work()
    assert twilio.vendor.sent[-1]["MessagingServiceSid"] == service
    assert "From" not in twilio.vendor.sent[-1]


@BOTH
def test_the_answer_is_twiml_that_says_nothing(twilio: SmsDriver) -> None:
    answer = twilio.write("Hallo")
    assert (answer["Content-Type"], answer.content[-11:]) == ("text/xml", b"<Response/>")


# --- What comes in --------------------------------------------------------------------------------------------------------


@WHATSAPP
def test_the_address_is_the_number_and_the_name_the_profiles(story: Story, twilio: SmsDriver) -> None:
    story.says("Hallo")
    address = Address.objects.get()
    assert (address.value, address.name) == (twilio.phone, "Vera Klaver")
    sent = twilio.vendor.sent[-1]
    assert (sent["To"], sent["From"]) == (f"whatsapp:{twilio.phone}", f"whatsapp:{OURS}")


@SMS
@pytest.mark.parametrize("word", ["STOP", "HELP"])
def test_words_that_twilio_answers_itself_are_left_to_it(twilio: SmsDriver, word: str) -> None:
    """ "Advanced Opt-Out"."""
    assert twilio.post(twilio.message(Body=word, OptOutType=word)).status_code == 200
    assert not Conversation.objects.exists()


@SMS
def test_start_greets(story: Story, twilio: SmsDriver) -> None:
    twilio.post(twilio.message(Body="START", OptOutType="START"))
    (greeting,) = story.work()
    assert "geen mens" in greeting.text


@BOTH
@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        ({"NumMedia": "1", "MediaContentType0": "audio/ogg"}, ["[Spraakbericht]"]),
        ({"NumMedia": "1", "MediaContentType0": "video/mp4"}, ["[Video]"]),
        ({"NumMedia": "1", "MediaContentType0": "text/vcard"}, ["[Contactkaart]"]),
        ({"NumMedia": "1", "MediaContentType0": ""}, ["[Bericht dat niet getoond kan worden]"]),
        ({"Latitude": "52.1", "Longitude": "5.1"}, ["[Locatie]"]),
        ({"NumMedia": "1", "MediaContentType0": "video/mp4", "Body": "Kijk"}, ["Kijk", "[Video]"]),
    ],
)
def test_unsupported_content_is_named(
    twilio: SmsDriver, parameters: dict[str, str], shown: list[str]
) -> None:
    twilio.post(twilio.message(**parameters))
    said = Message.objects.filter(sender=Sender.CUSTOMER).order_by("id").values_list("text", flat=True)
    assert list(said) == shown


def parsed(twilio: SmsDriver, **parameters: str) -> list[Any]:
    from urllib.parse import urlencode

    channel = channel_named(twilio.name)
    assert channel is not None
    return channel.parse(Webhook("", {}, {}, urlencode(twilio.message(**parameters)).encode()))


@BOTH
def test_every_picture_is_an_event_of_its_own_and_is_fetched_without_the_token_elsewhere(
    twilio: SmsDriver,
) -> None:
    media = {
        "NumMedia": "2",
        "MediaContentType0": "image/jpeg",
        "MediaUrl0": twilio.media_url("ME0"),
        "MediaContentType1": "application/pdf",
        "MediaUrl1": twilio.media_url("ME1"),
        "Body": "De doos",
    }
    first, second = parsed(twilio, **media)
    assert isinstance(first, Attached)
    assert isinstance(second, Attached)
    assert (first.caption, second.caption) == ("De doos", "")
    assert first.vendor_id != second.vendor_id
    twilio.vendor.files = {"ME0": b"jpeg", "ME1": b"x" * 2000}
    channel = channel_named(twilio.name)
    assert channel is not None
    assert channel.fetch(first.file, 1000) == b"jpeg"
    with pytest.raises(DeliveryProblem, match="too_large"):
        channel.fetch(second.file, 1000)


@SMS
@pytest.mark.parametrize(
    "url", ["", "http://169.254.169.254/latest", "https://api.twilio.com.elders.example/x"]
)
def test_files_are_fetched_from_twilio_only(twilio: SmsDriver, url: str) -> None:
    with pytest.raises(DeliveryProblem, match="wrong_address"):
        TwilioSms().fetch({"url": url}, 1000)


@SMS
def test_a_file_is_not_fetched_from_where_somebody_else_sends_us(twilio: SmsDriver) -> None:
    from tests.desk.channels.vendor_server import Reply

    twilio.vendor.mishaps.append(Reply(b"", 307, {"Location": "http://127.0.0.1:9/secret"}))
    with pytest.raises(DeliveryProblem, match="redirect"):
        TwilioSms().fetch({"url": twilio.media_url("ME0")}, 1000)


# --- What goes out --------------------------------------------------------------------------------------------------------


@SMS
def test_choices_are_numbered_lines(story: Story) -> None:
    story.rasa.reply = lambda body: says("Waarover?", buttons=[{"title": "Retour", "payload": "/return"}])
    _, answer = story.says("Hallo")
    assert "1. Retour" in answer.text
    assert "/return" not in answer.text


@SMS
def test_typographic_characters_do_not_double_what_it_costs(story: Story) -> None:
    story.rasa.reply = lambda body: says("Zo’n “pakket” – even wachten…")
    _, answer = story.says("Hallo")
    assert answer.text == 'Zo\'n "pakket" - even wachten...'


@SMS
def test_a_long_text_goes_in_parts_of_at_most_1600_characters(story: Story, twilio: SmsDriver) -> None:
    story.rasa.reply = lambda body: says("woord… " * 600)
    story.says("Hallo")
    assert len(twilio.vendor.sent) > 3
    assert all(len(sent["Body"]) <= 1600 for sent in twilio.vendor.sent)


@BOTH
@pytest.mark.parametrize(
    ("code", "status", "state", "problem"),
    [
        (21610, 400, OutgoingState.FAILED, "blocked"),
        (21211, 400, OutgoingState.FAILED, "address_refused"),
        (21614, 400, OutgoingState.FAILED, "address_refused"),
        (21617, 400, OutgoingState.FAILED, "too_large"),
        (63016, 400, OutgoingState.HELD, "outside_window"),
        (20003, 401, OutgoingState.WAITING, "not_allowed"),
        (21611, 400, OutgoingState.WAITING, "rate_limited"),
        (99999, 400, OutgoingState.FAILED, "refused"),
        (20500, 500, OutgoingState.WAITING, "server_error"),
    ],
)
def test_errors_are_told_apart(
    story: Story, twilio: SmsDriver, code: int, status: int, state: str, problem: str
) -> None:
    twilio.vendor.mishaps.append(error(code, status))
    story.says("Hallo")
    first = Outgoing.objects.order_by("id").first()
    assert first is not None
    assert (first.state, first.problem) == (state, problem)


@BOTH
@pytest.mark.parametrize(
    ("told", "state"),
    [
        (["sending", "sent"], OutgoingState.SENT),
        (["sent", "delivered"], OutgoingState.DELIVERED),
        (["delivered", "sent", "queued"], OutgoingState.DELIVERED),
        (["read", "delivered"], OutgoingState.READ),
    ],
)
def test_statuses_in_any_order(story: Story, twilio: SmsDriver, told: list[str], state: str) -> None:
    story.says("Hallo")
    for word in told:
        assert twilio.status(0, word).status_code == 200
    first = Outgoing.objects.order_by("id").first()
    assert first is not None
    assert first.state == state
    assert twilio.vendor.sent[0]["StatusCallback"].endswith(f"/webhooks/{twilio.name}")


@BOTH
def test_what_was_not_delivered_is_shown_with_why(story: Story, twilio: SmsDriver) -> None:
    story.says("Hallo")
    twilio.status(0, "undelivered", ErrorCode="30005")
    first = Outgoing.objects.order_by("id").first()
    assert first is not None
    assert (first.state, first.problem, first.problem_detail) == (
        OutgoingState.FAILED,
        "address_refused",
        "30005",
    )
    assert twilio.status(99, "failed", ErrorCode="x").status_code == 200  # not one of ours


@WHATSAPP
def test_after_24_hours_the_customer_is_asked_by_the_template_to_write(
    story: Story, twilio: SmsDriver, settings: Any
) -> None:
    settings.CHANNEL_TWILIO_WHATSAPP_TEMPLATE = template = "HX" + "b" * 32
    story.says("Hallo")
    Address.objects.update(written_at=timezone.now() - timedelta(hours=25))
    with locked(story.conversation.pk) as conversation:
        add(conversation, Sender.SYSTEM, "Er is nieuws.")
    assert story.work() == []
    assert Outgoing.objects.latest("id").state == OutgoingState.HELD
    TwilioWhatsApp().invite(twilio.phone)
    assert twilio.vendor.sent[-1]["ContentSid"] == template
    assert "Body" not in twilio.vendor.sent.pop()
    assert "Er is nieuws." in [bubble.text for bubble in story.says("Ja?")]


# --- Setting up -----------------------------------------------------------------------------------------------------------


@BOTH
def test_setting_up_says_where_to_put_the_address(twilio: SmsDriver, settings: Any) -> None:
    printed = StringIO()
    call_command("channel_setup", twilio.name, stdout=printed)
    assert "Lindenhof" in printed.getvalue()
    assert f"{settings.PUBLIC_URL}/webhooks/{twilio.name}" in printed.getvalue()
    twilio.vendor.mishaps.append(twilio.expired())
    with pytest.raises(CommandError):
        call_command("channel_setup", twilio.name)


@BOTH
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACCOUNT_SID", "AC12"),
        ("AUTH_TOKEN", ""),
        ("AUTH_TOKEN", "kort"),
        ("API_URL", "http://elders.example"),
        ("SMS_FROM", "0612345678"),
        ("WHATSAPP_FROM", "whatsapp:+31970"),
        ("WHATSAPP_TEMPLATE", "welkom"),
    ],
)
def test_half_filled_settings_are_named(twilio: SmsDriver, settings: Any, name: str, value: str) -> None:
    setattr(settings, f"CHANNEL_TWILIO_{name}", value)
    faults = [*TwilioSms.faults(), *TwilioWhatsApp.faults()]
    assert f"DESK_TWILIO_{name}" in {fault.variable for fault in faults}
    assert ACCOUNT not in " ".join(fault.sentence for fault in faults)


@SMS
def test_the_token_is_in_no_log(story: Story, twilio: SmsDriver, caplog: pytest.LogCaptureFixture) -> None:
    twilio.vendor.mishaps.append(error(21610))
    story.says("Hallo")
    assert incoming.logger.name
    assert twilio.phone not in caplog.text
