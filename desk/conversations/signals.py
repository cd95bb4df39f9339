"""Sent after the commit, in the thread that committed. Receivers must return at once."""

from django.dispatch import Signal

# A conversation has a new message or another state. Argument: conversation_id.
conversation_changed = Signal()
# A customer's message waits for an answer. Argument: conversation_id.
message_awaits_turn = Signal()
# Something was received or read, or somebody is typing. Argument: conversation_id.
attention_changed = Signal()
