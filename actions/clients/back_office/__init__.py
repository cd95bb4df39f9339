"""The organisation's systems: orders, customers, subscriptions, service."""

from __future__ import annotations

import functools

from actions.clients.back_office.demo import DemoBackOffice
from actions.clients.back_office.interface import BackOffice


@functools.cache
def back_office() -> BackOffice:
    """The back office in use: one per process."""
    return DemoBackOffice.from_seed()
