"""Sent after the commit, in the thread that committed. Receivers must return at once."""

from django.dispatch import Signal

# A message waits to be sent. Argument: conversation_id.
outgoing_waits = Signal()
