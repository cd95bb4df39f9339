"""Mail to a customer: the confirmation of a ticket, and what an employee wrote while the customer was away."""

from __future__ import annotations

from django.conf import settings

from organisation.texts import say
from outbox import mail
from outbox.models import Delivery, DeliveryKind
from outbox.problems import DeliveryProblem
from tickets.presentation import next_step
from waiting.hearing import can_phone


class CustomerMail:
    """See `outbox.destinations.base.Destination`."""

    def deliver(self, delivery: Delivery) -> None:
        """Send the mail to the address that the ticket has now. Raises `DeliveryProblem`."""
        ticket = delivery.ticket
        if not ticket.email:
            raise DeliveryProblem("no_address", is_final=True)
        message = mail.compose(
            "unread" if delivery.kind == DeliveryKind.UNREAD else "confirmation",
            to=ticket.email,
            subject=say(f"outbox/subject/{delivery.kind}", ticket=ticket),
            delivery=delivery,
            thread=mail.thread_id(ticket, "klant"),
            ticket=ticket,
            next_step=next_step(ticket),
            messages=list(delivery.messages.order_by("id")),
            link=delivery.link or settings.PUBLIC_URL,
            can_phone=can_phone(ticket.conversation),
        )
        mail.send(message)

    def try_out(self) -> str:
        """Send a trial to the organisation itself. Raises `DeliveryProblem`."""
        to = mail.sender_address()
        mail.send(mail.compose("trial", to=to, subject=say("outbox/subject/trial")))
        return say("outbox/trial/mail", address=to)
