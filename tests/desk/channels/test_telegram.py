"""What is Telegram's own, by https://core.telegram.org/bots/api (sections are named at the tests)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from tests.desk.channels.conftest import Story
from tests.desk.channels.telegram import CHAT, SECRET, TOKEN, TelegramDriver
from tests.desk.channels.vendor_server import Reply
from tests.desk.fake_rasa import FakeRasa, says

from channels.checks import check_channels
from channels.models import Address, Outgoing, OutgoingState
from conversations.models import Conversation, Message, Sender

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def telegram(settings: Any) -> Iterator[TelegramDriver]:
    driver = TelegramDriver()
    driver.configure(settings)
    yield driver
    driver.stop()


@pytest.fixture
def story(telegram: TelegramDriver, rasa: FakeRasa) -> Story:
    return Story(telegram, rasa)


# --- "setWebhook": the header X-Telegram-Bot-Api-Secret-Token -----------------------------------------------------------


@pytest.mark.parametrize("secret", [None, "", "x", SECRET[:-1], SECRET + "x", SECRET.upper(), "é" * 40])
def test_who_does_not_know_the_secret_stores_nothing(telegram: TelegramDriver, secret: str | None) -> None:
    assert telegram.post(telegram.message(text="Hallo"), secret).status_code == 403
    assert not Conversation.objects.exists()


def test_the_secret_is_asked_for_before_anything_is_parsed(telegram: TelegramDriver) -> None:
    assert telegram.post("{", None).status_code == 403


def test_the_channel_is_off_without_a_token(telegram: TelegramDriver, settings: Any) -> None:
    settings.CHANNEL_TELEGRAM_TOKEN = ""
    assert telegram.write("Hallo").status_code == 404
    assert check_channels() == []


@pytest.mark.parametrize(
    ("setting", "value", "variable"),
    [
        ("CHANNEL_TELEGRAM_TOKEN", "geheim", "DESK_TELEGRAM_TOKEN"),
        ("CHANNEL_TELEGRAM_SECRET", "", "DESK_TELEGRAM_WEBHOOK_SECRET"),
        ("CHANNEL_TELEGRAM_SECRET", "kort", "DESK_TELEGRAM_WEBHOOK_SECRET"),
        ("CHANNEL_TELEGRAM_API_URL", "http://api.telegram.example", "DESK_TELEGRAM_API_URL"),
    ],
)
def test_half_configured_is_refused_at_the_start_and_stays_off(
    telegram: TelegramDriver, settings: Any, setting: str, value: str, variable: str
) -> None:
    setattr(settings, setting, value)
    (fault,) = check_channels()
    assert fault.msg.startswith(variable)
    assert value not in fault.msg or not value
    assert telegram.write("Hallo").status_code == 404


# --- Malformed and hostile ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "[" * 100_000, '{"a":' * 50_000, b"\xff\xfe"])
def test_what_is_no_update_is_400(telegram: TelegramDriver, body: Any) -> None:
    assert telegram.post(body).status_code == 400


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"update_id": 1},
        {"message": None},
        {"message": []},
        {"message": {"chat": {"id": {"a": 1}, "type": "private"}, "text": "x"}},
        {"message": {"chat": {"id": "9" * 300, "type": "private"}, "message_id": 1, "text": "x"}},
        {"message": {"chat": {"id": " 12\x00", "type": "private"}, "message_id": 1, "text": "x"}},
        {"message": {"chat": {"id": True, "type": "private"}, "text": "x"}},
        {"callback_query": {"id": 5, "data": {}, "message": {"reply_markup": {"inline_keyboard": [1, [2]]}}}},
        {"poll": {"id": "1"}},
    ],
)
def test_updates_that_are_not_a_customers_message_are_passed_over(
    telegram: TelegramDriver, update: Any
) -> None:
    assert telegram.post(update).status_code == 200
    assert not Message.objects.filter(sender=Sender.CUSTOMER).exists()


def test_groups_and_bots_are_not_answered(telegram: TelegramDriver) -> None:
    group, bot = telegram.message(text="Hallo"), telegram.message(text="Hallo")
    group["message"]["chat"] = {"id": -100, "type": "supergroup", "title": "Groep"}
    bot["message"]["from"]["is_bot"] = True
    assert {telegram.post(group).status_code, telegram.post(bot).status_code} == {200}
    assert not Conversation.objects.exists()


def test_a_very_old_update_is_a_replay(telegram: TelegramDriver) -> None:
    assert telegram.write("Hallo", seconds=-30 * 24 * 3600).status_code == 200
    assert not Conversation.objects.exists()


def test_a_moment_in_the_future_is_now(telegram: TelegramDriver) -> None:
    telegram.write("Hallo", seconds=10**9)
    message = Message.objects.get(sender=Sender.CUSTOMER)
    assert message.sent_at is not None
    assert message.sent_at <= message.at


def test_lone_surrogates_and_controls_are_made_fit(telegram: TelegramDriver) -> None:
    update = json.dumps(telegram.message(text="a")).replace('"text": "a"', '"text": "a\\ud800\\u0000b"')
    assert telegram.post(update).status_code == 200
    assert Message.objects.get(sender=Sender.CUSTOMER).text == "a\ufffdb"


# --- "Message" and "CallbackQuery" ----------------------------------------------------------------------------------------


def test_the_name_is_kept_for_employees(story: Story) -> None:
    story.says("Hallo")
    assert (Address.objects.get().value, Address.objects.get().name) == (str(CHAT), "Vera Klaver")


def test_start_greets_and_asks_nothing_of_the_assistant(story: Story) -> None:
    (greeting,) = story.says("/start")
    assert "geen mens" in greeting.text
    assert greeting.buttons == ["Medewerker"]
    (again,) = story.says("/start actie")
    assert again.text == greeting.text
    assert story.rasa.messages == []


def test_an_edited_message_is_what_the_customer_says_now(story: Story, telegram: TelegramDriver) -> None:
    story.says("Mijn nummer is 1", vendor_id=300)
    update = telegram.message(vendor_id=300, text="Mijn nummer is 12", edit_date=int(time.time()))
    update["edited_message"] = update.pop("message")
    telegram.post(update)
    telegram.post(update)
    story.work()
    assert story.rasa.messages == ["Mijn nummer is 1", "Mijn nummer is 12"]


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({"sticker": {"file_id": "x"}}, "[Sticker]"),
        ({"location": {"latitude": 52.1, "longitude": 5.1}}, "[Locatie]"),
        ({"venue": {"location": {}}, "location": {}}, "[Locatie]"),
        ({"contact": {"phone_number": "+31612345678"}}, "[Contactkaart]"),
        ({"video_note": {"file_id": "x"}}, "[Video]"),
        ({"animation": {"file_id": "x"}, "document": {"file_id": "x"}}, "[Video]"),
        ({"dice": {"value": 6}}, "[Bericht dat niet getoond kan worden]"),
        ({"something_new": {}}, "[Bericht dat niet getoond kan worden]"),
    ],
)
def test_unsupported_content_is_named_and_not_kept(
    story: Story, telegram: TelegramDriver, content: Any, shown: str
) -> None:
    telegram.post(telegram.message(**content))
    assert Message.objects.get(sender=Sender.CUSTOMER).text == shown
    _, answer = story.work()
    assert answer.buttons == ["Medewerker"]


def test_several_at_once_are_answered_once(story: Story, telegram: TelegramDriver) -> None:
    story.says("Hallo")
    for _ in range(3):
        telegram.speak()
    assert len(story.work()) == 1


def test_what_is_told_about_the_chat_is_no_message(telegram: TelegramDriver) -> None:
    telegram.post(telegram.message(pinned_message={"message_id": 1}))
    assert not Conversation.objects.exists()


def test_a_press_is_acknowledged_in_the_answer_to_the_webhook(story: Story, telegram: TelegramDriver) -> None:
    """ "Making requests when getting updates": a method in the answer; "answerCallbackQuery": it ends the progress bar."""
    story.says("Hallo")
    answer = telegram.press("Medewerker").json()
    assert answer["method"] == "answerCallbackQuery"
    assert answer["callback_query_id"]


def test_a_payload_goes_out_as_a_reference_of_at_most_64_bytes(
    story: Story, telegram: TelegramDriver
) -> None:
    """ "InlineKeyboardButton": callback_data, 1-64 bytes."""
    long = '/order{"x": "' + "y" * 200 + '"}'
    story.rasa.reply = lambda body: says("Welke?", buttons=[{"title": "Deze", "payload": long}])
    story.says("Hallo")
    (row,) = telegram.vendor.sent[-1]["reply_markup"]["inline_keyboard"]
    assert len(row[0]["callback_data"]) <= 64
    story.presses("Deze")
    assert story.rasa.messages[-1] == long


@pytest.mark.parametrize("data", ["1.0", "99999999.0", "0.0", "x", "", "/talk_to_human", "1.99", "\ud800"])
def test_a_reference_that_was_never_given_here_does_nothing(
    story: Story, telegram: TelegramDriver, data: str
) -> None:
    telegram.somebody_else()
    story.says("Hallo")
    telegram.chat = CHAT
    story.says("Hallo")
    telegram.post(json.dumps(telegram.press_of(data, {"inline_keyboard": []})))
    story.work()
    assert story.rasa.messages == ["Hallo", "Hallo"]


def test_a_button_of_an_earlier_conversation_still_means_what_stands_on_it(
    story: Story, telegram: TelegramDriver
) -> None:
    story.says("Hallo")
    Conversation.objects.all().delete()
    bubbles = story.presses("Medewerker")
    assert story.ticket.number in bubbles[-1].text


# --- "sendMessage" and "Making requests" --------------------------------------------------------------------------------


def test_text_is_plain_and_the_token_is_in_no_log(
    story: Story, telegram: TelegramDriver, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.vendor.mishaps.append(Reply({"ok": False, "error_code": 400, "description": "Bad Request"}, 400))
    story.says("*vet* <b>x</b>")
    assert "parse_mode" not in telegram.vendor.sent[-1]
    assert TOKEN not in caplog.text
    assert TOKEN.partition(":")[2] not in caplog.text


def test_a_customer_who_blocked_the_bot_cannot_be_reached(story: Story, telegram: TelegramDriver) -> None:
    description = "Forbidden: bot was blocked by the user"
    telegram.vendor.mishaps.append(Reply({"ok": False, "error_code": 403, "description": description}, 403))
    story.says("Hallo")
    first = Outgoing.objects.order_by("id").first()
    assert first is not None
    assert (first.state, first.problem) == (OutgoingState.FAILED, "blocked")


def test_an_error_of_telegrams_own_was_not_sent_so_it_is_tried_again(
    story: Story, telegram: TelegramDriver
) -> None:
    telegram.vendor.mishaps.append(Reply({"ok": False, "error_code": 500, "description": "Internal"}, 500))
    story.says("Hallo")
    assert set(Outgoing.objects.values_list("state", flat=True)) == {OutgoingState.WAITING}


# --- "getMe" and "setWebhook": the management command ---------------------------------------------------------------------


def test_setting_up_tells_telegram_the_address_and_the_secret(
    telegram: TelegramDriver, settings: Any
) -> None:
    printed = StringIO()
    call_command("channel_setup", "telegram", stdout=printed)
    assert "@lindenhof_bot" in printed.getvalue()
    told = telegram.vendor.requests[-1].body
    assert (told["url"], told["secret_token"]) == (f"{settings.PUBLIC_URL}/webhooks/telegram", SECRET)
    assert set(told["allowed_updates"]) == {"message", "edited_message", "callback_query"}


def test_setting_up_says_what_is_wrong(telegram: TelegramDriver, settings: Any) -> None:
    telegram.vendor.mishaps.append(telegram.expired())
    with pytest.raises(CommandError, match="Telegram liet ons niet toe"):
        call_command("channel_setup", "telegram")
    settings.CHANNEL_TELEGRAM_SECRET = ""
    with pytest.raises(CommandError, match="DESK_TELEGRAM_WEBHOOK_SECRET"):
        call_command("channel_setup", "telegram")
    settings.CHANNEL_TELEGRAM_TOKEN = ""
    with pytest.raises(CommandError, match="off"):
        call_command("channel_setup", "telegram")
    with pytest.raises(CommandError, match="no messaging channel"):
        call_command("channel_setup", "fax")
