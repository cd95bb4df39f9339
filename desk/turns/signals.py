"""Sent after the commit, in the thread that committed. Receivers must return at once."""

from django.dispatch import Signal

# A customer's message has got its answer, or needs none. Arguments: message; is_fallback: the assistant did not
# understand it.
turn_settled = Signal()
