"""Makes and sends mail over SMTP (RFC 5321), with TLS by `starttls` or from the first byte."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.utils import format_datetime, formataddr, localtime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac

from organisation.loader import current
from organisation.texts import DUTCH
from outbox.models import Delivery
from outbox.problems import DeliveryProblem
from tickets.models import Ticket

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LONGEST_SUBJECT = 150


def sender_address() -> str:
    """The address that mail comes from: `DESK_MAIL_FROM`, else that of the organisation."""
    return settings.OUTBOX_MAIL_FROM or current().email


def message_id(name: str) -> str:
    """The Message-ID of a name that is unique in this desk; the same name gives the same id (RFC 5322, 3.6.4)."""
    return f"<aanspreekpunt.{name}@{sender_address().rpartition('@')[2]}>"


def thread_id(ticket: Ticket, to: str) -> str:
    """The Message-ID to which all mail about a ticket to customers (`to` is `klant`) or to the service team refers.

    It cannot be guessed: who refers to it has had such a mail.
    """
    name = f"{to}.{ticket.number}"
    return message_id(f"{name}.{salted_hmac('outbox.thread', name, algorithm='sha256').hexdigest()[:32]}")


def compose(
    template: str,
    *,
    to: str,
    subject: str,
    language: str = DUTCH,
    delivery: Delivery | None = None,
    thread: str = "",
    reply_to: str = "",
    is_automatic: bool = True,
    **values: object,
) -> EmailMultiAlternatives:
    """A mail with a text and an HTML part, from the templates `outbox/mail/<template>.txt` and `.html`.

    Those in English are in `outbox/mail/en/`.

    Args:
        template: name.
        to: one checked address.
        subject: any text; put on one line, so that it can add no header.
        language: one of `organisation.texts.LANGUAGES`; a mail without words in that language is Dutch.
        delivery: gives the Message-ID, the same at every attempt, by which mail systems know a duplicate.
        thread: the Message-ID to which this mail refers, so that mail programs show one conversation (RFC 5322, 3.6.4).
        reply_to: where an answer goes; empty for the organisation's own address.
        is_automatic: no person wrote it.
        values: for the templates, besides `organisation`.
    """
    organisation = current()
    name, language = _in_language(template, language)
    context = {"organisation": organisation, "language": language, **values}
    headers = {
        # No robot may answer a robot (RFC 3834, 5); the second header tells Exchange the same.
        "Auto-Submitted": "auto-generated" if is_automatic else "no",
        "X-Auto-Response-Suppress": "All",
        "Date": format_datetime(localtime()),
        "Content-Language": language,
    }
    if delivery is not None:
        headers["Message-ID"] = message_id(delivery.uid.hex)
    if thread:
        headers |= {"References": thread, "In-Reply-To": thread}
    with translation.override(language), timezone.override(organisation.opening_hours.zone):
        text = render_to_string(f"outbox/mail/{name}.txt", context, using="text")
        html = render_to_string(f"outbox/mail/{name}.html", context, using="html")
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split())[:_LONGEST_SUBJECT],
        body=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        from_email=formataddr((organisation.name, sender_address())),
        to=[to],
        reply_to=[reply_to or organisation.email],
        headers=headers,
    )
    message.attach_alternative(html, "text/html")
    return message


def _in_language(template: str, language: str) -> tuple[str, str]:
    """Where the words stand, and in which language they are."""
    if language == DUTCH:
        return template, DUTCH
    try:
        get_template(f"outbox/mail/{language}/{template}.txt", using="text")
    except TemplateDoesNotExist:
        return template, DUTCH
    return f"{language}/{template}", language


def send(message: EmailMultiAlternatives) -> None:
    """Send one mail.

    Raises:
        DeliveryProblem: a refusal with a 4xx is for now only, one with a 5xx is final (RFC 5321, 4.2.1).
    """
    security = settings.OUTBOX_SMTP_SECURITY
    connection = EmailBackend(
        host=settings.OUTBOX_SMTP_HOST,
        port=int(settings.OUTBOX_SMTP_PORT or _PORTS[security]),
        username=settings.OUTBOX_SMTP_USER,
        password=settings.OUTBOX_SMTP_PASSWORD,
        use_tls=security == "starttls",
        use_ssl=security == "tls",
        timeout=settings.OUTBOX_TIMEOUT_SECONDS,
    )
    try:
        connection.open()
    except Exception as error:
        raise _problem(error) from error
    try:
        connection.send_messages([message])
    except Exception as error:
        # The answer to the last line of the mail may be what got lost.
        raise _problem(error, is_uncertain=True) from error
    finally:
        _hang_up(connection)


def _hang_up(connection: EmailBackend) -> None:
    """Whatever happens now does not change whether the mail was accepted."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        connection.connection = None


def _problem(error: Exception, *, is_uncertain: bool = False) -> DeliveryProblem:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refused("address_refused", next(iter(error.recipients.values()))[0])
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return DeliveryProblem("login_refused", str(error.smtp_code))
    if isinstance(error, smtplib.SMTPConnectError):
        return _refused("mail_refused", error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return DeliveryProblem("tls" if "STARTTLS" in str(error) else "login_refused")
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused("mail_refused", error.smtp_code)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return DeliveryProblem("cut_off", is_uncertain=is_uncertain)
    if isinstance(error, ssl.SSLError):
        return DeliveryProblem("tls", is_uncertain=is_uncertain)
    if isinstance(error, TimeoutError):
        return DeliveryProblem("too_late", is_uncertain=is_uncertain)
    if isinstance(error, OSError | smtplib.SMTPException):
        return DeliveryProblem("unreachable", is_uncertain=is_uncertain)
    raise error


def _refused(name: str, code: int) -> DeliveryProblem:
    return DeliveryProblem(name, str(code), is_final=code >= 500)
