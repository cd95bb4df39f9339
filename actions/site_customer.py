"""The customer whom the site has signed in, as the desk says with each turn (docs/contracts.md, section 2)."""

from __future__ import annotations

import hmac

from rasa_sdk import Tracker

from actions.config import settings


def number(tracker: Tracker) -> str | None:
    """The customer's number; None when the desk does not vouch for one.

    What a message brings along is believed only with the desk's proof for this very conversation: on Rasa's own channels
    a customer may be able to send metadata.
    """
    claimed = (tracker.latest_message.get("metadata") or {}).get("customer")
    token = settings().desk_service_token
    if not token or not isinstance(claimed, dict):
        return None
    customer, proof = claimed.get("number"), claimed.get("proof")
    if not isinstance(customer, str) or not customer or not isinstance(proof, str):
        return None
    said = f"{tracker.sender_id}\n{customer}".encode("utf-8", "surrogatepass")
    expected = hmac.new(token.encode(), said, "sha256").hexdigest()
    return (
        customer if hmac.compare_digest(expected.encode(), proof.encode("utf-8", "surrogatepass")) else None
    )
