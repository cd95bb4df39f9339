"""Where mail comes in: read from the environment in `config.settings`, named in docs/contracts.md."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.conf import settings

from config.environment import is_loopback
from outbox.mail import sender_address
from outbox.settings import Fault, can_mail
from tickets.contact import email_of

_SECURITY = ("tls", "starttls", "none")


def is_fetched() -> bool:
    """Is there a mailbox to fetch mail from?"""
    return bool(settings.MAIL_IN_IMAP_HOST)


def reply_address() -> str:
    """The address at which an answer comes in; empty when none is set."""
    return email_of(settings.MAIL_IN_ADDRESS)


def own_addresses() -> set[str]:
    """Addresses from which the desk itself mails: what comes from there is never answered."""
    return {address for address in (reply_address(), email_of(sender_address())) if address}


def faults() -> Iterator[Fault]:
    """What cannot work."""
    host, security = settings.MAIL_IN_IMAP_HOST, settings.MAIL_IN_IMAP_SECURITY
    if not (is_fetched() or settings.MAIL_IN_ADDRESS):
        return
    if not reply_address():
        yield Fault("DESK_MAIL_IN_ADDRESS", "Fill it with the address to which customers mail.")
    if not can_mail():
        yield Fault(
            "DESK_SMTP_HOST", "Fill it: who mails is answered by e-mail, and no mail server is named."
        )
    if not is_fetched():
        return
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", host):
        yield Fault("DESK_IMAP_HOST", "It must be a host name without anything else.")
    if security not in _SECURITY:
        yield Fault("DESK_IMAP_SECURITY", f"It must be one of {', '.join(_SECURITY)}.")
    if security == "none" and not is_loopback(f"imap://{host}"):
        yield Fault("DESK_IMAP_SECURITY", "Without TLS only a mail server on this machine can be used.")
    if not re.fullmatch(r"([1-9][0-9]{0,4})?", settings.MAIL_IN_IMAP_PORT):
        yield Fault("DESK_IMAP_PORT", "It must be a number.")
    if not (settings.MAIL_IN_IMAP_USER and settings.MAIL_IN_IMAP_PASSWORD):
        yield Fault("DESK_IMAP_USER", "Fill DESK_IMAP_USER and DESK_IMAP_PASSWORD both.")
