"""The settings of the outbox are checked at the start, each fault in one sentence."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from outbox.checks import check_destinations

GOOD = {
    "OUTBOX_ZAMMAD_URL": "https://zammad.example",
    "OUTBOX_ZAMMAD_TOKEN": "sleutel-van-zammad",
    "OUTBOX_ZAMMAD_UNKNOWN_CUSTOMER": "onbekend@lindenhof.example",
    "OUTBOX_WEBHOOK_URL": "https://hook.example/x",
    "OUTBOX_WEBHOOK_SECRET": "whsec_" + "c2VjcmV0" * 6,
    "OUTBOX_TICKET_MAIL_TO": "tickets@lindenhof.example",
    "OUTBOX_SMTP_HOST": "mail.lindenhof.example",
    "OUTBOX_SMTP_PORT": "587",
    "OUTBOX_SMTP_USER": "balie",
    "OUTBOX_SMTP_PASSWORD": "wachtwoord-van-mail",
}


def faulty(settings: Settings, **changes: str) -> list[str]:
    for name, value in {**GOOD, **changes}.items():
        setattr(settings, name, value)
    messages = [str(error.msg) for error in check_destinations()]
    for secret in ("sleutel-van-zammad", "wachtwoord-van-mail", "c2VjcmV0c2VjcmV0"):
        assert not any(secret in message for message in messages)
    return [message.partition(":")[0] for message in messages]


def test_good_settings_pass(settings: Settings) -> None:
    assert faulty(settings) == []


def test_nothing_set_up_is_good_too(settings: Settings) -> None:
    assert faulty(settings, **dict.fromkeys(GOOD, "")) == []


@pytest.mark.parametrize(
    ("setting", "value", "variable"),
    [
        ("OUTBOX_ZAMMAD_URL", "zammad.example", "DESK_ZAMMAD_URL"),
        ("OUTBOX_ZAMMAD_URL", "http://zammad.example", "DESK_ZAMMAD_URL"),
        ("OUTBOX_ZAMMAD_URL", "https://iemand:geheim@zammad.example", "DESK_ZAMMAD_URL"),
        ("OUTBOX_ZAMMAD_URL", "https://[", "DESK_ZAMMAD_URL"),
        ("OUTBOX_ZAMMAD_URL", "https://zammad.example:99999", "DESK_ZAMMAD_URL"),
        ("OUTBOX_ZAMMAD_TOKEN", "", "DESK_ZAMMAD_TOKEN"),
        ("OUTBOX_ZAMMAD_UNKNOWN_CUSTOMER", "niemand", "DESK_ZAMMAD_UNKNOWN_CUSTOMER"),
        ("OUTBOX_WEBHOOK_URL", "ftp://hook.example", "DESK_WEBHOOK_URL"),
        ("OUTBOX_WEBHOOK_SECRET", "", "DESK_WEBHOOK_SECRET"),
        ("OUTBOX_WEBHOOK_SECRET", "whsec_a29ydA==", "DESK_WEBHOOK_SECRET"),
        ("OUTBOX_WEBHOOK_SECRET", "geen base64!", "DESK_WEBHOOK_SECRET"),
        ("OUTBOX_TICKET_MAIL_TO", "een@x.example, twee@x.example", "DESK_TICKET_MAIL_TO"),
        ("OUTBOX_SMTP_HOST", "mail.example:587/x", "DESK_SMTP_HOST"),
        ("OUTBOX_SMTP_PORT", "smtp", "DESK_SMTP_PORT"),
        ("OUTBOX_SMTP_SECURITY", "ssl", "DESK_SMTP_SECURITY"),
        ("OUTBOX_SMTP_SECURITY", "none", "DESK_SMTP_SECURITY"),
        ("OUTBOX_SMTP_PASSWORD", "", "DESK_SMTP_USER"),
        ("OUTBOX_MAIL_FROM", "balie", "DESK_MAIL_FROM"),
    ],
)
def test_a_fault_is_told_once_with_its_variable(
    settings: Settings, setting: str, value: str, variable: str
) -> None:
    assert faulty(settings, **{setting: value}) == [variable]
