"""WCAG 2.2 AA, as far as axe and measuring can see it (R31, R33)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support.desk_server import DeskServer
from tests.support.pages import DESKTOP, PHONE, SMALLEST, Chat, Console

pytestmark = pytest.mark.browser

VIEWPORTS = pytest.mark.parametrize(
    "viewport", [DESKTOP, PHONE, SMALLEST], ids=["desktop", "phone", "smallest"]
)
RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# WCAG 2.2, 2.5.8 (links inside a sentence are excepted there).
TOO_SMALL = """() => {
  const roots = [document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot).filter(Boolean)];
  const selector = "button, input:not([type=hidden]), textarea, a[href]";
  return roots
    .flatMap((root) => [...root.querySelectorAll(selector)])
    .filter((e) => e.checkVisibility() && !e.matches("li.message .text a, .skip"))
    .map((e) => [e.textContent.trim() || e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24)
    .map(([name, box]) => `${name}: ${box.width} × ${box.height}`);
}"""

# What is still fading in has no colour to judge yet.
# A document does not count what moves inside its shadow roots.
AT_REST = """() => {
  const roots = [document, ...[...document.querySelectorAll("*")].map((element) => element.shadowRoot).filter(Boolean)];
  return Promise.allSettled(roots.flatMap((root) => root.getAnimations()).map((animation) => animation.finished));
}"""


def check(page: Page) -> None:
    """No violation of axe's rules, nothing that is too small to hit, nothing wider than the screen."""
    page.evaluate(AT_REST)
    report = Axe().run(page, options=RULES)
    # Not the library's own report: it cannot name an element inside a shadow root.
    assert report.violations_count == 0, json.dumps(report.response["violations"], indent=1)
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    assert page.evaluate("document.documentElement.lang") == "nl"


@VIEWPORTS
def test_page_and_chat(
    new_page: Callable[..., Page],
    desk: DeskServer,
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    chat = Chat(new_page(viewport), desk.url)
    check(chat.page)
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    check(chat.page)
    inside = chat.region.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    assert inside, "the chat is wider than its frame"
    chat.human.click()
    expect(chat.status).to_contain_text("T-1")
    check(chat.page)
    shoot(chat.page, f"chat-{viewport['width']}")


def test_dark_chat(
    new_page: Callable[..., Page], desk: DeskServer, shoot: Callable[[Page, str], None]
) -> None:
    chat = Chat(new_page(), desk.url)
    chat.page.evaluate("document.querySelector('aanspreekpunt-chat').setAttribute('theme', 'dark')")
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    chat.human.click()
    expect(chat.status).to_contain_text("T-1")
    check(chat.page)
    shoot(chat.page, "chat-dark")


def test_log_is_on_the_page_before_the_first_message(chat: Chat) -> None:
    log = chat.region.locator('[role="log"]')
    expect(log).to_have_attribute("aria-label", "Berichten")
    expect(log.locator("li")).to_have_count(0)
    expect(chat.region.locator('[role="status"]')).to_have_count(1)


def test_first_words_and_head_say_that_it_is_no_human(chat: Chat) -> None:
    chat.open()
    expect(chat.region.get_by_role("heading")).to_have_text("Digitale assistent")
    expect(chat.region.get_by_text("geen mens", exact=False).first).to_be_visible()
    chat.expect_message("assistant", "geen mens")


@VIEWPORTS
def test_console(
    new_page: Callable[..., Page],
    desk: DeskServer,
    sanne: tuple[str, str],
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    console = Console(new_page(viewport), desk.url)
    check(console.page)
    shoot(console.page, f"console-login-{viewport['width']}")
    console.page.get_by_role("button", name="Inloggen").click()
    expect(console.page.get_by_role("alert")).to_be_visible()
    check(console.page)
    console.log_in(*sanne)
    check(console.page)

    chat = Chat(new_page(), desk.url)
    chat.open()
    chat.says("Waar is mijn bestelling? " + "Ik wacht al heel lang. " * 8)
    chat.human.click()
    take = console.page.get_by_role("button", name="Overnemen van T-100001")
    expect(take).to_be_visible()
    check(console.page)
    shoot(console.page, f"console-queue-{viewport['width']}")
    console.take_over("T-100001")
    console.says("Goedemorgen, ik kijk even voor u mee.")
    console.expect_message("employee", "Goedemorgen")
    check(console.page)
    shoot(console.page, f"console-ticket-{viewport['width']}")
    console.close_ticket()
    check(console.page)
