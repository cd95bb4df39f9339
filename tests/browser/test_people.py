"""Accounts, the second step of a log-in and presence, as employees use them: with the keyboard, also on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.support import totp
from tests.support.desk_server import DeskServer
from tests.support.pages import DESKTOP, PHONE, Console

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_second_step_is_set_up_and_asked_at_the_next_log_in(
    new_page: Callable[..., Page],
    desk: DeskServer,
    sanne: tuple[str, str],
    viewport: dict[str, Any],
    shoot: Callable[[Page, str], None],
) -> None:
    console = Console(new_page(viewport), desk.url)
    page = console.page
    console.log_in(*sanne)
    console.open_menu()
    page.get_by_role("button", name="Bezet").press("Enter")
    expect(page.get_by_role("button", name="Bezet")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Bezet")).to_be_focused()
    page.goto(f"{desk.url}/balie/account/tweede-stap/")
    page.get_by_role("button", name="Tweede stap instellen").press("Enter")
    assert page.locator("img.qr").evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    check(page)
    shoot(page, f"second-step-{viewport['width']}")
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Vul de zes cijfers in").fill(totp.code(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Uw herstelcodes")).to_be_visible()
    check(page)
    console.open_menu()
    page.get_by_role("button", name="Uitloggen").press("Enter")
    page.get_by_label("Gebruikersnaam").fill(sanne[0])
    page.get_by_label("Wachtwoord").fill(sanne[1])
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code")).to_be_focused()
    check(page)
    page.keyboard.type(totp.code(secret, 1))
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("heading", name="Uw account").or_(page.get_by_role("heading", name="Tickets"))
    ).to_be_visible()
