"""Writes an amount for a customer."""

from __future__ import annotations


def euros(cents: int) -> str:
    """For example `€ 1.049,95`."""
    whole, rest = divmod(cents, 100)
    return f"€ {whole:,}".replace(",", ".") + f",{rest:02d}"
