"""The channels' periodic work."""

from __future__ import annotations

from django.utils import timezone

from channels import queue
from channels.attachments import fetch_waiting
from channels.incoming import REMEMBERED
from channels.inviting import invite_all
from channels.models import Received
from channels.signals import outgoing_waits
from conversations.models import Conversation
from jobs.registry import periodic

_BATCH = 5_000


@periodic(seconds=2)
def send_what_waits() -> None:
    """Wake this process's sender for what is due: tried again, held up, or left by a process that died."""
    for conversation_id in queue.due():
        outgoing_waits.send_robust(Conversation, conversation_id=conversation_id)


@periodic(seconds=10)
def invite_who_must_write_first() -> None:
    """Customers for whom something waits until they write, on channels that can ask them."""
    invite_all()


@periodic(seconds=2)
def fetch_files() -> None:
    """Pictures and documents that customers sent."""
    fetch_waiting()


@periodic(seconds=3600)
def forget_what_was_received() -> None:
    """Vendors do not deliver it again after so long."""
    old = Received.objects.filter(at__lt=timezone.now() - REMEMBERED)
    Received.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_BATCH])).delete()
