"""The console on a phone: what an employee needs for the next answer is in sight without scrolling."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.support.pages import PHONE, SMALLEST, Chat, Console

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("viewport", [PHONE, SMALLEST], ids=["phone", "smallest"])
def test_the_last_message_and_the_box_for_the_answer_are_in_sight_at_once(
    logged_in: Callable[..., Console],
    sanne: tuple[str, str],
    waiting: Chat,
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    console = logged_in(sanne, viewport, has_touch=True, is_mobile=True)
    page = console.page
    console.take_over("T-100001")
    for number in range(6):
        waiting.says(f"Ik wacht nog op een antwoord, nummer {number}.")
        console.expect_message("customer", f"nummer {number}")
    page.reload()
    console.expect_message("customer", "nummer 5")
    last = console.log.locator("li.message").last
    for part in (last, console.box, page.get_by_role("button", name="Verstuur")):
        expect(part).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0
    check(page)
    shoot(page, f"phone-ticket-{viewport['width']}")


def test_the_head_of_the_page_is_one_line_and_opens_with_the_keyboard(
    logged_in: Callable[..., Console],
    sanne: tuple[str, str],
    shoot: Callable[[Page, str], None],
) -> None:
    console = logged_in(sanne, PHONE)
    page = console.page
    menu = page.get_by_role("button", name="Menu")
    expect(menu).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("link", name="Terugbellen")).to_be_hidden()
    assert page.locator("header").evaluate("e => e.clientHeight") < 60
    menu.press("Enter")
    expect(page.get_by_role("link", name="Terugbellen")).to_be_visible()
    check(page)
    shoot(page, "phone-menu")
    page.get_by_role("button", name="Bezet").press("Escape")
    expect(page.get_by_role("button", name="Bezet")).to_be_hidden()
    expect(menu).to_be_focused()
