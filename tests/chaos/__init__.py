"""Breaks the running product on purpose, under load, and counts whether anybody was lost (docs/reliability.md)."""
