"""Pictures and documents that customers send: fetched from the vendor, looked at, and kept for the employee.

What a file is, is found in its content; what the customer's device says of it is not believed.
"""

from __future__ import annotations

import logging
import re
import time
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from channels.events import Attached
from channels.models import Attachment, AttachmentContent, AttachmentState
from channels.registry import channel_named
from conversations.cleaning import clean
from conversations.models import WITH_A_PERSON, Conversation, Message, Sender
from conversations.store import add, human_button, locked, note_news
from organisation.texts import say
from outbox.problems import DeliveryProblem
from outbox.queue import wait_after
from privacy.masking import mask

logger = logging.getLogger(__name__)

LARGEST = 10 * 1024 * 1024
MOST_PER_DAY = 30
_LONGEST_NAME = 120
# Begins with a letter: the last digits of a number with dots are no extension.
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}\Z")
# Vendors keep files for a while only (WhatsApp's address: five minutes, the file itself 30 days).
_GIVE_UP = timedelta(hours=24)
# A run is shorter than the lease of a job (`jobs.runner`); a file that is fetched twice is kept once.
_RUN_SECONDS = 15.0
_SIGNATURES = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
)


def note(message: Message, channel: str, event: Attached) -> None:
    """Keep that this file came with a message, in a conversation that the caller has locked; it is fetched afterwards."""
    conversation = message.conversation
    today = Attachment.objects.filter(
        message__conversation=conversation, created_at__gt=timezone.now() - timedelta(days=1)
    )
    name = _masked(clean(event.file_name), context=message.text)
    attachment = Attachment(message=message, channel=channel, file=event.file, name=name)
    if today.count() >= MOST_PER_DAY:
        attachment.state = AttachmentState.TOO_MANY
    attachment.save()
    if event.content is not None and attachment.state == AttachmentState.WAITING:
        _keep(attachment, event.content)
    elif attachment.state == AttachmentState.TOO_MANY:
        _tell(attachment)
    if message.payload == "" and conversation.state not in WITH_A_PERSON:
        # What was written with it is answered in its turn; that nobody has looked at the file must be said too.
        add(conversation, Sender.ASSISTANT, say("channels/content/file_note"), in_reply_to=message)


def fetch_waiting() -> int:
    """Fetch what is due, until there is no more or a run's time is over; how many files were kept."""
    ends = time.monotonic() + _RUN_SECONDS
    kept = 0
    while time.monotonic() < ends:
        due = Attachment.objects.filter(state=AttachmentState.WAITING, due_at__lte=timezone.now())
        attachment = due.select_related("message__conversation").order_by("due_at", "id").first()
        if attachment is None:
            break
        kept += _fetch(attachment)
    return kept


def type_of(content: bytes) -> str:
    """The media type of a picture or document by its first bytes; empty for everything that is not kept."""
    found = (kind for at, sign, kind in _SIGNATURES if content[at : at + len(sign)] == sign)
    kind = next(found, "")
    return "" if kind == "image/webp" and content[:4] != b"RIFF" else kind


def files_of(conversation: Conversation) -> QuerySet[AttachmentContent]:
    """The files that are kept of a conversation, oldest first."""
    kept = AttachmentContent.objects.filter(attachment__message__conversation=conversation)
    return kept.select_related("attachment").order_by("pk")


def _masked(name: str, context: str) -> str:
    """A file's name without personal numbers, as long as there is room for; its extension stays."""
    extension = match[0] if (match := _EXTENSION.search(name)) else ""
    words = mask(name.removesuffix(extension), context=context).text
    return words[: _LONGEST_NAME - len(extension)] + extension


def _fetch(attachment: Attachment) -> bool:
    channel = channel_named(attachment.channel)
    attachment.attempts += 1
    try:
        if channel is None:
            raise DeliveryProblem("misconfigured", attachment.channel)
        content = channel.fetch(attachment.file, LARGEST)
    except DeliveryProblem as problem:
        logger.warning("attachment %s by %s: %s", attachment.pk, attachment.channel, problem)
        _not_fetched(attachment, problem)
        return False
    except Exception:
        logger.exception("attachment %s: a fault in the desk", attachment.pk)
        _not_fetched(attachment, DeliveryProblem("fault", is_final=True))
        return False
    with transaction.atomic(), locked(attachment.message.conversation_id) as conversation:
        attachment.message.conversation = conversation
        if not Attachment.objects.filter(pk=attachment.pk, state=AttachmentState.WAITING).exists():
            return False
        _keep(attachment, content)
        note_news(conversation)
    return attachment.state == AttachmentState.KEPT


def _keep(attachment: Attachment, content: bytes) -> None:
    kind = type_of(content)
    if len(content) > LARGEST:
        attachment.state = AttachmentState.TOO_LARGE
    elif not kind:
        attachment.state = AttachmentState.WRONG_TYPE
    else:
        attachment.state, attachment.content_type = AttachmentState.KEPT, kind
        AttachmentContent.objects.create(attachment=attachment, data=content)
    attachment.file = {}
    attachment.save()
    if attachment.state != AttachmentState.KEPT:
        _tell(attachment)


def _not_fetched(attachment: Attachment, problem: DeliveryProblem) -> None:
    with locked(attachment.message.conversation_id) as conversation:
        attachment.message.conversation = conversation
        wait = wait_after(attachment.attempts, problem)
        if problem.name == "too_large":
            attachment.state = AttachmentState.TOO_LARGE
        elif problem.is_final or timezone.now() + wait > attachment.created_at + _GIVE_UP:
            attachment.state = AttachmentState.GONE
        attachment.due_at = timezone.now() + wait
        attachment.save(update_fields=["state", "attempts", "due_at"])
        if attachment.state != AttachmentState.WAITING:
            _tell(attachment)
            note_news(conversation)


def _tell(attachment: Attachment) -> None:
    """Say honestly that a file was not kept, and why."""
    conversation = attachment.message.conversation
    words = say(f"channels/file/{attachment.state}", megabytes=LARGEST // (1024 * 1024))
    buttons = [] if conversation.state in WITH_A_PERSON else [human_button()]
    add(conversation, Sender.SYSTEM, words, buttons=buttons, in_reply_to=attachment.message)
