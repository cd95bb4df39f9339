"""The promise, played with two browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support import story
from tests.support.desk_server import DeskServer
from tests.support.pages import PHONE, Chat, Console

pytestmark = pytest.mark.browser


def test_customer_gets_an_employee_and_then_the_assistant_again(
    chat: Chat, console: Console, sanne: tuple[str, str], shoot: Callable[[Page, str], None]
) -> None:
    story.play(chat, console, sanne, "Sanne", shoot)


def test_the_same_on_two_phones(
    new_page: Callable[..., Page],
    desk: DeskServer,
    sanne: tuple[str, str],
    shoot: Callable[[Page, str], None],
) -> None:
    customer, employee = Chat(new_page(PHONE), desk.url), Console(new_page(PHONE), desk.url)
    story.play(customer, employee, sanne, "Sanne", lambda page, name: shoot(page, f"phone-{name}"))
