"""All of it without a mouse, and the focus where the person put it (R32)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.desk_server import DeskServer
from tests.support.pages import PHONE, Chat, Console

pytestmark = pytest.mark.browser


def tab_to(page: Page, name: str, most: int = 40) -> None:
    """Press Tab until the element with this accessible name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
              let element = document.activeElement;
              while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
              return element?.getAttribute("aria-label") ?? element?.textContent.trim() ?? "";
            }"""
        )
        if focused == name:
            return
    raise AssertionError(f"Tab does not reach {name!r}")


def test_customer_chats_and_asks_for_a_human(chat: Chat) -> None:
    page = chat.page
    tab_to(page, "Stel uw vraag", 40)
    page.keyboard.press("Enter")
    expect(chat.box).to_be_focused()
    page.keyboard.type("Waar is mijn bestelling?")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Alvast bedankt")
    page.keyboard.press("Enter")
    chat.expect_message("assistant", "bestelnummer")
    expect(chat.messages("customer").locator(".text")).to_have_text(
        "Waar is mijn bestelling?\nAlvast bedankt"
    )
    tab_to(page, "Medewerker")
    page.keyboard.press("Enter")
    expect(chat.status).to_contain_text("T-1")
    expect(chat.human).to_be_focused()


def test_escape_closes_and_the_focus_returns(chat: Chat) -> None:
    chat.opener.focus()
    chat.page.keyboard.press("Enter")
    expect(chat.box).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(chat.box).to_be_hidden()
    expect(chat.opener).to_be_focused()
    expect(chat.opener).to_have_attribute("aria-expanded", "false")


def test_new_message_does_not_take_the_focus(chat: Chat) -> None:
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.page.get_by_role("link", name="Contact").focus()
    chat.expect_message("assistant", "bestelnummer")
    expect(chat.page.get_by_role("link", name="Contact")).to_be_focused()


def test_whoever_reads_back_is_not_moved(chat: Chat) -> None:
    chat.open()
    for number in range(8):
        chat.says(f"bericht {number} " + "met wat meer woorden " * 6)
    chat.expect_message("assistant", "bericht 7")
    chat.log.evaluate("log => { log.scrollTop = 0; }")
    chat.says("Waar is mijn bestelling?")
    expect(chat.messages("customer").last).to_be_in_viewport()
    chat.log.evaluate("log => { log.scrollTop = 0; }")
    chat.expect_message("assistant", "bestelnummer")
    assert chat.log.evaluate("log => log.scrollTop") == 0


def test_chat_that_fills_a_phone_does_not_hide_what_has_the_focus(
    new_page: Callable[..., Page], desk: DeskServer
) -> None:
    chat = Chat(new_page(PHONE), desk.url)
    chat.open()
    expect(chat.box).to_be_focused()
    link = chat.page.get_by_role("link", name="Voor medewerkers")
    for _ in range(10):
        chat.page.keyboard.press("Shift+Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    expect(link).to_be_focused()
    expect(chat.box).to_be_hidden()
    expect(chat.human).to_be_visible()


def test_employee_answers(
    chat: Chat, new_page: Callable[..., Page], desk: DeskServer, sanne: tuple[str, str]
) -> None:
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.human.click()
    expect(chat.status).to_contain_text("T-1")
    console = Console(new_page(), desk.url)
    page = console.page
    expect(page.get_by_label("Gebruikersnaam")).to_be_focused()
    page.keyboard.type(sanne[0])
    page.keyboard.press("Tab")
    page.keyboard.type(sanne[1])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tickets")).to_be_visible()
    button = page.get_by_role("button", name="Overnemen van").last
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("U hebt dit gesprek")).to_be_visible()
    page.wait_for_load_state()
    console.box.focus()
    page.keyboard.type("Goedemorgen")
    page.keyboard.press("Enter")
    chat.expect_message("employee", "Goedemorgen")
    expect(console.box).to_have_value("")
    expect(console.box).to_be_focused()
    tab_to(page, "Ticket sluiten", 60)
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tickets")).to_be_visible()
