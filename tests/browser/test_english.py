"""The chat on an English page: its own words, and what the desk says, in English; usable by everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.support.desk_server import DeskServer
from tests.support.pages import DESKTOP, PHONE, Chat
from tests.support.shop import Shop
from tests.support.shop_assistant import ShopAssistant

pytestmark = pytest.mark.browser


class EnglishChat(Chat):
    """The widget where it speaks English."""

    def __init__(self, page: Page, url: str) -> None:
        super().__init__(page, url)
        self.region = page.get_by_role("region", name="Chat with")
        self.log = self.region.get_by_role("log", name="Messages")
        self.status = self.region.get_by_role("status")
        self.box = self.region.get_by_role("textbox", name="Your message")
        self.opener = self.region.get_by_role("button", name="Ask your question")
        self.human = self.region.locator(".dock").get_by_role("button", name="Talk to a person", exact=True)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_english_customer_reaches_a_person(
    new_page: Callable[..., Page],
    shop: Shop,
    desk: DeskServer,
    rasa: ShopAssistant,
    monkeypatch: pytest.MonkeyPatch,
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    monkeypatch.setattr(shop, "body", '<h1>Shop</h1><aanspreekpunt-chat lang="en-GB"></aanspreekpunt-chat>')
    page = new_page()
    page.set_viewport_size(viewport)  # type: ignore[arg-type]
    chat = EnglishChat(page, shop.url)
    chat.open()
    chat.expect_message("assistant", "the assistant answers in Dutch")
    check(page)
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    # A screen reader says the assistant's words with a Dutch voice, and the rest with an English one.
    expect(chat.messages("assistant").last.locator(".text")).to_have_attribute("lang", "nl")
    expect(chat.region).to_have_attribute("lang", "en")
    chat.human.click()
    expect(chat.status).to_contain_text("You are waiting for a member of staff. Your ticket: T-100001.")
    chat.expect_message("system", "We have asked a member of staff to help you.")
    check(page)
    shoot(page, f"english-{viewport['width']}")


def test_the_button_in_the_conversation_works_in_english(
    new_page: Callable[..., Page],
    shop: Shop,
    desk: DeskServer,
    rasa: ShopAssistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shop, "body", '<aanspreekpunt-chat lang="en"></aanspreekpunt-chat>')
    chat = EnglishChat(new_page(), shop.url)
    chat.open()
    chat.log.get_by_role("button", name="Talk to a person").click()
    chat.expect_message("customer", "Talk to a person")
    chat.expect_message("assistant", "U schreef: /talk_to_human")


def test_the_safety_net_speaks_english(
    new_page: Callable[..., Page],
    shop: Shop,
    desk: DeskServer,
    rasa: ShopAssistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shop, "body", '<aanspreekpunt-chat lang="en"></aanspreekpunt-chat>')
    rasa.is_broken = True
    chat = EnglishChat(new_page(), shop.url)
    chat.open()
    chat.says("where is my parcel?")
    chat.expect_message("system", "The digital assistant cannot answer right now.")
    expect(chat.status).to_contain_text("Your ticket: T-100001.")


def test_a_language_without_a_catalogue_is_dutch(
    new_page: Callable[..., Page], shop: Shop, desk: DeskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shop, "body", '<aanspreekpunt-chat lang="fr"></aanspreekpunt-chat>')
    chat = Chat(new_page(), shop.url)
    chat.open()
    chat.expect_message("assistant", "Goedendag")
    expect(chat.region).to_have_attribute("lang", "nl")
