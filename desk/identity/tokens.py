"""The tokens with which a site says who its customer is (docs/contracts.md, section 1): a JWT (RFC 7519), HS256."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from django.conf import settings

from conversations.cleaning import clean
from tickets.contact import email_of

LONGEST_TOKEN = 4096
# A token is for the next minutes only: what leaks out of a log or a cache is worth nothing any more.
LONGEST_LIFETIME = timedelta(minutes=10)
# Between the clocks of two servers.
_LEEWAY = timedelta(seconds=30)
_REQUIRED = ["iss", "aud", "sub", "jti", "iat", "exp"]
_LONGEST_CUSTOMER = 64
_LONGEST_NAME = 120
_LONGEST_ID = 255


class NotValid(Exception):
    """The token proves nothing. The text names why, and nothing of the token."""


@dataclass(frozen=True)
class Claim:
    """What a valid token says.

    Attributes:
        site: origin of the site that signed it.
        customer: the organisation's number of the customer.
        name, email: empty when the token does not say, or says nonsense.
        key: 64 hex digits, the desk's name of this very token.
        until: when it ends (aware).
    """

    site: str
    customer: str
    name: str
    email: str
    key: str
    until: datetime


def read(token: str, origin: str) -> Claim:
    """What a token says that a page at `origin` handed over.

    Args:
        token: as it came.
        origin: of the page, as its browser says: a token of one site is worth nothing on another.

    Raises:
        NotValid: forged, expired, of another site, for another desk, or not as the contract says.
    """
    secret = settings.SITE_SECRETS.get(origin)
    if secret is None:
        raise NotValid("no secret for the site")
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            audience=settings.PUBLIC_URL,
            issuer=origin,
            leeway=_LEEWAY,
            options={"require": _REQUIRED},
        )
        lifetime = timedelta(seconds=float(claims["exp"]) - float(claims["iat"]))
        until = datetime.fromtimestamp(float(claims["exp"]), UTC) + _LEEWAY
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise NotValid(type(error).__name__) from error
    if not timedelta(0) < lifetime <= LONGEST_LIFETIME:
        raise NotValid("lifetime")
    customer, token_id = _text(claims, "sub"), _text(claims, "jti")
    if not 0 < len(customer) <= _LONGEST_CUSTOMER or not 0 < len(token_id) <= _LONGEST_ID:
        raise NotValid("sub or jti")
    return Claim(
        site=origin,
        customer=customer,
        name=_text(claims, "name")[:_LONGEST_NAME],
        email=email_of(_text(claims, "email")) or "",
        key=hashlib.sha256(f"{origin}\n{token_id}".encode("utf-8", "surrogatepass")).hexdigest(),
        until=until,
    )


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    return clean(value) if isinstance(value, str) else ""
