"""The chat on somebody else's site: one script tag, a strict policy, another origin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.support.desk_server import DeskServer
from tests.support.pages import Chat, Console
from tests.support.shop import Shop
from tests.support.shop_assistant import ShopAssistant

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


def signed_in(shop: Shop, token: str) -> str:
    return f'<aanspreekpunt-chat token="{token}">Bel ons</aanspreekpunt-chat>'


def test_customer_who_is_logged_in_on_the_site_is_known(
    new_page: Callable[..., Page],
    shop: Shop,
    desk: DeskServer,
    rasa: ShopAssistant,
    employee: Callable[[str], Console],
    monkeypatch: pytest.MonkeyPatch,
    shoot: Callable[[Page, str], None],
) -> None:
    token = shop.signs_in("K100001", name="Vera Klaver", email="vera@klaver.example")
    monkeypatch.setattr(shop, "body", signed_in(shop, token))
    chat = Chat(new_page(), shop.url)
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    assert rasa.requests[-1]["metadata"]["customer"]["number"] == "K100001"
    chat.human.click()
    expect(chat.status).to_contain_text("T-100001")
    console = employee("Sanne")
    console.page.goto(f"{desk.url}/balie/tickets/T-100001/")
    facts = console.page.get_by_text(f"Gecontroleerd door {shop.url}")
    expect(facts).to_be_visible()
    expect(console.page.get_by_text("Vera Klaver")).to_be_visible()
    shoot(console.page, "signed-in-by-the-site")


def test_expired_token_gives_an_ordinary_chat(
    new_page: Callable[..., Page],
    shop: Shop,
    desk: DeskServer,
    rasa: ShopAssistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shop, "body", signed_in(shop, shop.signs_in("K100001", iat=1, exp=300)))
    chat = Chat(new_page(), shop.url)
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    assert "customer" not in rasa.requests[-1]["metadata"]


def test_next_customer_at_the_same_computer_does_not_see_the_conversation(
    new_page: Callable[..., Page], shop: Shop, desk: DeskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shop, "body", signed_in(shop, shop.signs_in("K100001")))
    chat = Chat(new_page(), shop.url)
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    monkeypatch.setattr(shop, "body", signed_in(shop, shop.signs_in("K100002")))
    chat.page.reload()
    expect(chat.page.get_by_text("Waar is mijn bestelling?")).to_have_count(0)
    chat.expect_message("assistant", "Goedendag")
    chat.says("Iets anders")
    chat.expect_message("assistant", "Iets anders")
    monkeypatch.setattr(shop, "body", signed_in(shop, ""))
    chat.page.reload()
    expect(chat.page.get_by_text("Iets anders")).to_have_count(0)


def test_customer_who_logs_in_halfway_goes_on_with_a_token_that_nobody_else_has(
    new_page: Callable[..., Page],
    shop: Shop,
    desk: DeskServer,
    rasa: ShopAssistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shop, "body", "<aanspreekpunt-chat>Bel ons</aanspreekpunt-chat>")
    chat = Chat(new_page(), shop.url)
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    other_tab = Chat(chat.page.context.new_page(), shop.url)
    other_tab.expect_message("customer", "Waar is mijn bestelling?")
    before = stored(chat.page, desk, "token")
    monkeypatch.setattr(shop, "body", signed_in(shop, shop.signs_in("K100001")))
    chat.page.reload()
    chat.expect_message("customer", "Waar is mijn bestelling?")
    chat.says("Annuleer hem maar")
    chat.expect_message("assistant", "Annuleer hem maar")
    assert rasa.requests[-1]["metadata"]["customer"]["number"] == "K100001"
    other_tab.expect_message("customer", "Annuleer hem maar")
    after = stored(chat.page, desk, "token")
    assert after not in (None, before)
    old = httpx.get(f"{desk.url}/api/webchat/messages", headers={"Authorization": f"Bearer {before}"})
    assert old.status_code == 401


def stored(page: Page, desk: DeskServer, name: str) -> Any:
    """What the browser keeps for the chat."""
    return page.evaluate("(key) => JSON.parse(localStorage.getItem(key))", f"aanspreekpunt:{desk.url}:{name}")


def link_to_somebody_elses_chat(desk: DeskServer) -> str:
    """What stands behind `#verder=` in a mail about a conversation that somebody else began."""
    begun = httpx.post(f"{desk.url}/api/webchat/conversations").json()
    script = "from away.link import link_to; from conversations.models import Conversation\n"
    script += f"print(link_to(Conversation.objects.get(external_id={begun['conversation']!r})))"
    return desk.manage("shell", "-c", script).split()[-1].partition("#")[2]


def test_a_link_plants_no_conversation_on_a_site(
    new_page: Callable[..., Page], shop: Shop, desk: DeskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shop, "body", signed_in(shop, shop.signs_in("K100001")))
    asked: list[str] = []
    page = new_page()
    page.on("request", lambda request: asked.append(request.url))
    chat = Chat(page, f"{shop.url}/#{link_to_somebody_elses_chat(desk)}")
    chat.open()
    chat.expect_message("assistant", "Goedendag")
    assert not [url for url in asked if url.endswith(("/resume", "/identity"))]


def test_a_conversation_from_a_link_is_never_that_of_who_is_logged_in(
    new_page: Callable[..., Page], shop: Shop, desk: DeskServer
) -> None:
    asked: list[str] = []
    page = new_page()
    page.on("request", lambda request: asked.append(request.url))
    chat = Chat(page, f"{desk.url}/#{link_to_somebody_elses_chat(desk)}")
    chat.expect_message("assistant", "Goedendag")
    planted = stored(page, desk, "token")
    assert stored(page, desk, "followed") is True
    page.evaluate(
        "(token) => document.querySelector('aanspreekpunt-chat').identify(() => token)",
        shop.signs_in("K100001"),
    )
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("customer", "Waar is mijn bestelling?")
    assert stored(page, desk, "token") not in (None, planted)
    assert stored(page, desk, "followed") is None
    assert not [url for url in asked if url.endswith("/identity")]


def test_site_hands_a_fresh_token_over_when_the_chat_begins(
    new_page: Callable[..., Page], shop: Shop, desk: DeskServer, rasa: ShopAssistant
) -> None:
    chat = Chat(new_page(), shop.url)
    token = shop.signs_in("K100001")
    chat.page.evaluate("(token) => document.querySelector('aanspreekpunt-chat').identify(() => token)", token)
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    assert rasa.requests[-1]["metadata"]["customer"]["number"] == "K100001"


def test_chat_begins_with_what_the_page_is_about(
    new_page: Callable[..., Page],
    shop: Shop,
    desk: DeskServer,
    rasa: ShopAssistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = '<aanspreekpunt-chat topic="Waar is mijn bestelling?">Bel ons</aanspreekpunt-chat>'
    monkeypatch.setattr(shop, "body", body)
    chat = Chat(new_page(), shop.url)
    assert rasa.heard == []
    chat.open()
    chat.expect_message("assistant", "bestelnummer")
    chat.page.reload()
    chat.expect_message("assistant", "bestelnummer")
    assert rasa.heard == ["Waar is mijn bestelling?"]


def test_a_site_chooses_the_size_place_and_corners(
    new_page: Callable[..., Page], shop: Shop, desk: DeskServer
) -> None:
    page = new_page()
    page.set_viewport_size({"width": 1000, "height": 800})
    chat = Chat(page, shop.url)
    choices = {"radius": "3px", "offset": "11px", "width": "450px", "height": "500px", "z-index": "900"}
    page.locator("aanspreekpunt-chat").evaluate(
        "(chat, choices) => Object.entries(choices).forEach(([name, value]) => "
        "chat.style.setProperty(`--aanspreekpunt-${name}`, value))",
        choices,
    )
    chat.open()
    frame = chat.region
    assert frame.bounding_box() == {"x": 1000 - 450 - 11, "y": 800 - 500 - 11, "width": 450, "height": 500}
    assert frame.evaluate("frame => getComputedStyle(frame).borderTopLeftRadius") == "3px"
    host = page.locator("aanspreekpunt-chat")
    assert host.evaluate("host => getComputedStyle(host).zIndex") == "900"
    # Too small a choice leaves room for the words and the button for a person.
    host.evaluate("host => host.style.setProperty('--aanspreekpunt-width', '10px')")
    host.evaluate("host => host.style.setProperty('--aanspreekpunt-height', '10px')")
    box = frame.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (340, 420)
    expect(chat.human).to_be_in_viewport(ratio=1)
    # The window never leaves the screen.
    page.set_viewport_size({"width": 375, "height": 740})
    host.evaluate("host => host.style.setProperty('--aanspreekpunt-width', '2000px')")
    assert page.evaluate("document.documentElement.scrollWidth <= 375")
