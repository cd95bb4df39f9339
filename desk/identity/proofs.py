"""How often a customer's numbers may be tried with a postcode, over all conversations.

The assistant stops after five wrong combinations in a conversation, but anybody can begin another one, and numbers of
customers and orders follow each other.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.utils.crypto import salted_hmac
from limits import parse
from limits.errors import StorageError

from channels.limits import limiter

logger = logging.getLogger(__name__)

# As for tickets (`tickets.details`). One person who is mistaken stays far below it, a neighbour who tries does not.
WRONG_PROOFS = parse("20 per hour")


def note_proof(numbers: Sequence[str], postcode: str, *, fits: bool) -> bool:
    """Note how a combination of numbers and a postcode turned out. Wrong ones count, for each number and for the postcode.

    Args:
        numbers: of a customer and of an order, as the customer gave them.
        postcode: likewise.
        fits: they belong together.

    Returns:
        False after too many wrong ones. Then the right one proves nothing either, and a person has to look. Always True
        while the counter cannot be reached: what the assistant counts within one conversation still holds.
    """
    keys = [_key("number", number) for number in numbers] + [_key("postcode", postcode)]
    try:
        if not fits:
            for key in keys:
                limiter().hit(WRONG_PROOFS, key)
        return all(limiter().test(WRONG_PROOFS, key) for key in keys)
    except StorageError:
        logger.warning("wrong proofs are not counted: the store of the rate limits cannot be reached")
        return True


def _key(kind: str, value: str) -> str:
    """The name of a count, in which nobody can read of whom it is."""
    plain = "".join(value.split()).upper()
    return salted_hmac("identity.proofs", f"{kind} {plain}", algorithm="sha256").hexdigest()
