"""An app on an employee's phone that gives codes (RFC 6238), made from the key that the desk shows."""

from __future__ import annotations

import time
from base64 import b32decode

from django_otp.oath import TOTP

STEP_SECONDS = 30


def code(secret: str, steps: int = 0) -> str:
    """The six digits of now.

    Args:
        secret: the key as the page shows it, in groups of four.
        steps: so many codes later; the desk takes one code early or late, and none twice.
    """
    plain = secret.replace(" ", "")
    app = TOTP(b32decode(plain + "=" * (-len(plain) % 8)), step=STEP_SECONDS)
    app.time = time.time() + steps * STEP_SECONDS
    return f"{app.token():06d}"
