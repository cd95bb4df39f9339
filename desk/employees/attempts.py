"""How often somebody may guess, besides the lock-out of django-axes (settings: AXES_…).

An office logs in from one address, so that limit stands far above what it does in the morning.
"""

from __future__ import annotations

import logging

from django.http import HttpRequest
from limits import RateLimitItem, parse
from limits.errors import StorageError

from channels.limits import address_of, limiter
from employees.models import Employee

logger = logging.getLogger(__name__)

# Against trying one password on many accounts; axes counts per account.
_LOGINS_PER_ADDRESS = parse("120 per 5 minutes")
# Against somebody at an unlocked screen.
_PASSWORDS_PER_EMPLOYEE = parse("10 per hour")


def may_log_in(request: HttpRequest) -> bool:
    """Count a try to log in; False when it is one too many from this address."""
    return _hit(_LOGINS_PER_ADDRESS, "login", address_of(request))


def is_own_password(employee: Employee, password: str) -> bool:
    """Is it this employee's password? Always False after too many tries in an hour."""
    return _hit(_PASSWORDS_PER_EMPLOYEE, "own password", str(employee.pk)) and employee.check_password(
        password
    )


def _hit(limit: RateLimitItem, *who: str) -> bool:
    try:
        return limiter().hit(limit, *who)
    except StorageError:
        # A counter that is down must not keep employees out; axes counts in the database.
        logger.warning("log-ins are not counted: the store of the rate limits cannot be reached")
        return True
