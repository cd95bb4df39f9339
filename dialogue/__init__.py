"""Rasa graph components that decide what the assistant does next."""
