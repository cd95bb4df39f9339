"""Accounts, the second step of a log-in and presence, as employees use them: with the keyboard, also on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.support import totp
from tests.support.desk_server import DeskServer
from tests.support.pages import SIZES, Console, give_name_and_password

pytestmark = pytest.mark.browser


@SIZES
def test_second_step_is_set_up_and_asked_at_the_next_log_in(
    logged_in: Callable[..., Console],
    desk: DeskServer,
    sanne: tuple[str, str],
    viewport: dict[str, Any],
    shoot: Callable[[Page, str], None],
) -> None:
    console = logged_in(sanne, viewport)
    page = console.page
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
    give_name_and_password(page, *sanne)
    expect(page.get_by_label("Code")).to_be_focused()
    check(page)
    page.keyboard.type(totp.code(secret, 1))
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("heading", name="Uw account").or_(page.get_by_role("heading", name="Tickets"))
    ).to_be_visible()
