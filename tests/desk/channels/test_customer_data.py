"""A customer who asks for it gets, or has erased, also what came by a messaging channel (R25)."""

from __future__ import annotations

import base64

import pytest
from tests.desk.channels.conftest import Story
from tests.desk.channels.test_attachments import PICTURE, kept
from tests.desk.channels.test_whatsapp import story, whatsapp

from channels.models import Address, AttachmentContent, Outgoing
from conversations.models import Conversation
from retention.customer import KnownBy, erase, export, find

__all__ = ["story", "whatsapp"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_never_had_a_ticket_is_found_by_the_number(story: Story) -> None:
    story.says("Hallo")
    kept(story.customer)
    found = find(KnownBy.PHONE, "06 12345678")
    (conversation,) = export(found)["conversations"]
    assert conversation["address"] == "31612345678"
    assert base64.b64decode(conversation["files"][0]["base64"]) == PICTURE
    assert find(KnownBy.PHONE, "06 12345679").conversations == []
    assert find(KnownBy.EMAIL, "06 12345678").conversations == []

    erase(found)
    for model in (Conversation, Address, AttachmentContent, Outgoing):
        assert not model._default_manager.exists()
