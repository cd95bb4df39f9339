"""Mail to a customer: the confirmation of a ticket, and what an employee wrote while the customer was away."""

from __future__ import annotations

from django.conf import settings

from organisation.texts import say
from outbox import mail
from outbox.customer_mail import Correspondence, correspondence_in
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
        by_mail, language = correspondence_in(ticket.conversation), ticket.conversation.language
        message = mail.compose(
            _template(delivery, by_mail),
            to=ticket.email,
            subject=say(f"outbox/subject/{delivery.kind}", language, ticket=ticket),
            language=language,
            delivery=delivery,
            thread=by_mail.refers_to if by_mail and by_mail.refers_to else mail.thread_id(ticket, "klant"),
            reply_to=by_mail.reply_to if by_mail else "",
            is_automatic=not (by_mail and delivery.kind == DeliveryKind.UNREAD),
            ticket=ticket,
            next_step=next_step(ticket, language=language),
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


def _template(delivery: Delivery, by_mail: Correspondence | None) -> str:
    if delivery.kind == DeliveryKind.UNREAD:
        return "letter" if by_mail else "unread"
    return "received" if by_mail else "confirmation"
