"""The chat on somebody else's site: one script tag, a strict policy, another origin."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.desk_server import DeskServer
from tests.support.pages import Chat
from tests.support.shop import Shop

pytestmark = pytest.mark.browser


def test_one_script_tag_is_enough(
    new_page: Callable[..., Page], shop: Shop, desk: DeskServer, shoot: Callable[[Page, str], None]
) -> None:
    page = new_page()
    refused: list[str] = []
    page.on(
        "console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None
    )
    chat = Chat(page, shop.url)
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    chat.human.click()
    expect(chat.status).to_contain_text("T-100001")
    assert refused == []
    shoot(page, "embedded")


def test_chat_can_be_a_part_of_the_page(
    new_page: Callable[..., Page],
    shop: Shop,
    desk: DeskServer,
    shoot: Callable[[Page, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        shop, "body", '<aanspreekpunt-chat position="inline" theme="auto">Bel ons</aanspreekpunt-chat>'
    )
    chat = Chat(new_page(), shop.url)
    expect(chat.box).to_be_visible()
    chat.expect_message("assistant", "Goedendag")
    expect(chat.human).to_be_visible()
    expect(chat.page.locator("aanspreekpunt-chat")).to_have_count(1)
    shoot(chat.page, "embedded-inline")


def test_site_that_is_not_on_the_list_still_shows_how_to_reach_a_person(
    new_page: Callable[..., Page], desk: DeskServer
) -> None:
    stranger = Shop(desk.url)
    try:
        chat = Chat(new_page(), stranger.url)
        chat.human.click()
        expect(chat.status.get_by_role("link", name="Bel 085 000 12 34")).to_be_visible()
    finally:
        stranger.stop()
