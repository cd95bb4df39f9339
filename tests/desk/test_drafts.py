"""The desk says what it has stored, so that the page's script keeps what it has not (`tests/browser/test_drafts.py`)."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.desk.test_console import address, waiting_ticket

from notes.models import Note

pytestmark = pytest.mark.django_db
TOKEN = "123456789"


def send(page: Client, text: str, token: str = TOKEN) -> list[str]:
    """Write a note; the names of the cookies about it."""
    fields = {"note-text": text, "note-client_id": "n1", "draft": token}
    response = page.post(address(waiting_ticket(), "notities/"), fields)
    return [name for name in response.cookies if name.startswith("stored_")]


def test_what_was_stored_is_named(page: Client) -> None:
    assert send(page, "Belt morgen terug.") == [f"stored_{TOKEN}"]
    assert Note.objects.count() == 1


def test_what_came_back_with_a_mistake_is_not_stored(page: Client) -> None:
    assert send(page, "") == []


def test_who_was_logged_out_has_stored_nothing(page: Client) -> None:
    page.logout()
    assert send(page, "Belt morgen terug.") == []
    assert not Note.objects.exists()


@pytest.mark.parametrize("token", ["", "a=b", "1; Domain=elders.example", "9" * 41])
def test_nothing_else_becomes_a_cookie(page: Client, token: str) -> None:
    assert send(page, "Belt morgen terug.", token) == []
