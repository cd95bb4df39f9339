"""Tickets by e-mail: a mailbox, or a ticket system that reads one. All mail about a ticket is one thread."""

from __future__ import annotations

from django.conf import settings

from organisation.texts import say
from outbox import content, mail
from outbox.models import Delivery


class TicketMail:
    """See `outbox.destinations.base.Destination`.

    SMTP cannot be asked what has arrived. A mail of which that is uncertain is sent again with the same Message-ID: mail
    programs and ticket systems know a duplicate by it.
    """

    def deliver(self, delivery: Delivery) -> None:
        """Send a ticket or a change of it. Raises `DeliveryProblem`."""
        ticket = delivery.ticket
        is_opening = content.is_opening(delivery)
        subject = f"[{ticket.number}] {content.title(ticket)}"
        message = mail.compose(
            "ticket",
            to=settings.OUTBOX_TICKET_MAIL_TO,
            subject=subject if is_opening else f"Re: {subject}",
            delivery=delivery,
            thread=mail.thread_id(ticket, "balie"),
            text=content.opening_text(delivery) if is_opening else content.update_text(delivery),
        )
        mail.send(message)

    def try_out(self) -> str:
        """Send a trial to the mailbox. Raises `DeliveryProblem`."""
        to = settings.OUTBOX_TICKET_MAIL_TO
        mail.send(mail.compose("trial", to=to, subject=say("outbox/subject/trial")))
        return say("outbox/trial/mail", address=to)
