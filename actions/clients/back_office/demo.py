"""The demonstration's back office: seeded data in memory, different on every day so that it never grows old."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import yaml

from actions.clients.back_office.demo_customers import DemoCustomers
from actions.clients.back_office.demo_orders import DemoOrders

_SEED = Path(__file__).with_name("demo.yml")
# In the seed these are days from today.
_DAYS = {"expected", "delivered", "ordered", "paid", "ends", "day"}


class DemoBackOffice(DemoOrders, DemoCustomers):
    """All of the demonstration. `from_seed` makes one."""

    def __init__(self, seed: dict[str, Any], today: type[dt.date] = dt.date) -> None:
        """Take the parts from a seed as `demo.yml` has it; `today` gives the current day, tests pass another clock."""
        DemoOrders.__init__(self, seed, today)
        DemoCustomers.__init__(self, seed, today)

    @classmethod
    def from_seed(cls, path: Path = _SEED, today: type[dt.date] = dt.date) -> DemoBackOffice:
        """Read the seed from a YAML file; its days count from today."""
        seed = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(_dated(seed, today.today()), today)


def _dated(value: Any, today: dt.date) -> Any:
    """The same structure, with each day as a date."""
    if isinstance(value, list):
        return [_dated(item, today) for item in value]
    if isinstance(value, dict):
        return {
            key: today + dt.timedelta(days=item) if key in _DAYS else _dated(item, today)
            for key, item in value.items()
        }
    return value
