"""The organisation's systems: orders, customers, subscriptions, service."""

from __future__ import annotations

import functools

from actions.clients.back_office.demo import DemoBackOffice
from actions.clients.back_office.http import HttpBackOffice
from actions.clients.back_office.interface import BackOffice
from actions.config import settings


@functools.cache
def back_office() -> BackOffice:
    """The back office in use, one per process: the organisation's own when `BACK_OFFICE_URL` says where it is."""
    current = settings()
    if current.back_office_url:
        limit = current.back_office_timeout_seconds
        return HttpBackOffice(current.back_office_url, current.back_office_token, limit)
    return DemoBackOffice.from_seed()
