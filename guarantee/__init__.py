"""Explores the trained assistant and proves that every dialogue state leads to a human in one step (docs/guarantee.md)."""
