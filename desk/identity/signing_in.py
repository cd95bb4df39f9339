"""Signs a customer in on the word of the site on which the chat stands."""

from __future__ import annotations

import logging
from enum import StrEnum

from conversations.models import Conversation
from conversations.store import locked, note_news
from identity.known import complete
from identity.models import Identity, SpentToken
from identity.tokens import Claim, NotValid, read
from tickets.facts import TicketFacts
from tickets.models import HistoryKind

logger = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What handing a token over did (docs/contracts.md, section 1)."""

    VERIFIED = "verified"
    NONE = "none"  # the token proves nothing: it is an ordinary chat
    OTHER = "other_customer"  # this conversation is another customer's


def sign_in(conversation_id: int, token: str, origin: str, *, again: bool = False) -> Outcome:
    """Verify a conversation by a site's token. A token that is not good changes nothing.

    From then on only what is given out afterwards opens the conversation (`identity.keys`).

    Args:
        conversation_id: primary key.
        token: as the page handed it over.
        origin: of that page, as its browser says.
        again: a customer who is known comes back without a key that is still good, so the token counts as the first one
            does: once.

    Raises:
        Conversation.DoesNotExist: it is gone.
    """
    try:
        claim = read(token, origin)
    except NotValid as problem:
        logger.warning("a customer was not signed in: %s", problem)
        return Outcome.NONE
    with locked(conversation_id) as conversation:
        known = Identity.objects.filter(conversation=conversation).first()
        if known is not None:
            if (known.site, known.customer) != (claim.site, claim.customer):
                return Outcome.OTHER
            if not again:
                return Outcome.VERIFIED
        _, is_new = SpentToken.objects.get_or_create(pk=claim.key, defaults={"until": claim.until})
        if not is_new:
            logger.warning("a customer was not signed in: the token was used before")
            return Outcome.NONE
        if known is None:
            _store(conversation, claim)
    return Outcome.VERIFIED


def _store(conversation: Conversation, claim: Claim) -> None:
    Identity.objects.create(
        conversation=conversation,
        site=claim.site,
        customer=claim.customer,
        name=claim.name,
        email=claim.email,
    )
    ticket = conversation.tickets.not_closed().first()
    if ticket is not None:
        ticket.verified = complete(conversation, TicketFacts(verified=ticket.verified)).verified
        # What was said before may be somebody else's.
        ticket.email = claim.email or ticket.email
        ticket.save(update_fields=["verified", "email"])
        ticket.history.create(kind=HistoryKind.DETAILS_ADDED, detail={"fields": ["verified"]})
    note_news(conversation)
