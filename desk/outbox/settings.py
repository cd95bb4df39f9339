"""Where things are delivered: read from the environment in `config.settings`, named in docs/contracts.md.

A destination is wanted as soon as its first variable is filled. What is wrong with the rest of its variables is said at the
start (`outbox.checks`); until it is mended deliveries wait and the console shows why, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from config.environment import is_loopback
from outbox.models import DestinationName
from tickets.contact import email_of

_SHORTEST_WEBHOOK_SECRET = 24  # bytes; Standard Webhooks asks for 24 to 64
_SECURITY = ("starttls", "tls", "none")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one variable, in a sentence for whoever starts the desk. It never holds the value of a secret."""

    variable: str
    sentence: str


def lease_seconds() -> float:
    """After this time no attempt can still be going on.

    The longest attempt is a mail: connecting and some ten commands, each of which may take the time limit.
    """
    return 12.0 * float(settings.OUTBOX_TIMEOUT_SECONDS)


def can_mail() -> bool:
    """Is there a mail server?"""
    return bool(settings.OUTBOX_SMTP_HOST)


def wanted() -> list[DestinationName]:
    """The destinations for which something is filled in."""
    names = {
        DestinationName.ZAMMAD: settings.OUTBOX_ZAMMAD_URL,
        DestinationName.TICKET_MAIL: settings.OUTBOX_TICKET_MAIL_TO,
        DestinationName.WEBHOOK: settings.OUTBOX_WEBHOOK_URL,
        DestinationName.CUSTOMER_MAIL: settings.OUTBOX_SMTP_HOST,
    }
    return [name for name, value in names.items() if value]


def told_about_tickets() -> list[DestinationName]:
    """The wanted destinations that hear about every change of every ticket."""
    return [name for name in wanted() if name != DestinationName.CUSTOMER_MAIL]


def faults(destination: DestinationName) -> list[Fault]:
    """What is wrong with the variables of a destination that is wanted; empty when it can work."""
    return list(_FAULTS[destination]())


def _zammad() -> Iterator[Fault]:
    yield from address_faults("DESK_ZAMMAD_URL", settings.OUTBOX_ZAMMAD_URL)
    if not settings.OUTBOX_ZAMMAD_TOKEN:
        yield Fault("DESK_ZAMMAD_TOKEN", "Fill it with an access token that an agent made in Zammad.")
    if not email_of(settings.OUTBOX_ZAMMAD_UNKNOWN_CUSTOMER):
        yield Fault(
            "DESK_ZAMMAD_UNKNOWN_CUSTOMER",
            "Fill it with the e-mail address of the customer in Zammad under whom tickets without an address come.",
        )


def _ticket_mail() -> Iterator[Fault]:
    if not email_of(settings.OUTBOX_TICKET_MAIL_TO):
        yield Fault("DESK_TICKET_MAIL_TO", "It must be one e-mail address.")
    if not can_mail():
        yield Fault("DESK_SMTP_HOST", "Fill it: tickets are sent by e-mail, and no mail server is named.")
    yield from _customer_mail()


def _customer_mail() -> Iterator[Fault]:
    security, host = settings.OUTBOX_SMTP_SECURITY, settings.OUTBOX_SMTP_HOST
    if not re.fullmatch(r"[A-Za-z0-9.:_-]*", host):
        yield Fault("DESK_SMTP_HOST", "It must be a host name without anything else.")
    if security not in _SECURITY:
        yield Fault("DESK_SMTP_SECURITY", f"It must be one of {', '.join(_SECURITY)}.")
    if security == "none" and host and not is_loopback(f"smtp://{host}"):
        yield Fault("DESK_SMTP_SECURITY", "Without TLS only a mail server on this machine can be used.")
    if not re.fullmatch(r"([1-9][0-9]{0,4})?", settings.OUTBOX_SMTP_PORT):
        yield Fault("DESK_SMTP_PORT", "It must be a number.")
    if bool(settings.OUTBOX_SMTP_USER) != bool(settings.OUTBOX_SMTP_PASSWORD):
        yield Fault("DESK_SMTP_USER", "Fill DESK_SMTP_USER and DESK_SMTP_PASSWORD both, or neither.")
    if settings.OUTBOX_MAIL_FROM and not email_of(settings.OUTBOX_MAIL_FROM):
        yield Fault("DESK_MAIL_FROM", "It must be one e-mail address.")


def _webhook() -> Iterator[Fault]:
    yield from address_faults("DESK_WEBHOOK_URL", settings.OUTBOX_WEBHOOK_URL)
    try:
        key = Webhook(settings.OUTBOX_WEBHOOK_SECRET)._whsecret
    except (ValueError, EmptyWebhookSecretError):
        key = b""
    if len(key) < _SHORTEST_WEBHOOK_SECRET:
        yield Fault(
            "DESK_WEBHOOK_SECRET",
            f"It must be whsec_ and at least {_SHORTEST_WEBHOOK_SECRET} random bytes in base64; "
            'make one with: python3 -c "import base64, secrets; '
            "print('whsec_' + base64.b64encode(secrets.token_bytes(32)).decode())\"",
        )


def address_faults(variable: str, url: str) -> Iterator[Fault]:
    """What is wrong with an address to which customers' words are sent."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        yield Fault(variable, "It must be an http or https address.")
        return
    if parts.username or parts.password:
        yield Fault(variable, "It must hold no user name or password.")
    if parts.scheme == "http" and not is_loopback(url):
        yield Fault(variable, "Use https: what customers write would cross the network unencrypted.")


_FAULTS = {
    DestinationName.ZAMMAD: _zammad,
    DestinationName.TICKET_MAIL: _ticket_mail,
    DestinationName.WEBHOOK: _webhook,
    DestinationName.CUSTOMER_MAIL: _customer_mail,
}
