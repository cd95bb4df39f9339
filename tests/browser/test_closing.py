"""Ending a ticket: three keys, nothing chosen beforehand, nothing lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.support.desk_server import DeskServer
from tests.support.pages import DESKTOP, SIZES, Chat, Console

pytestmark = pytest.mark.browser


@pytest.fixture
def open_ticket(
    new_page: Callable[..., Page], logged_in: Callable[..., Console], desk: DeskServer, sanne: tuple[str, str]
) -> Callable[..., Console]:
    """Sanne's screen with ticket T-100001, which she has."""

    def take(viewport: dict[str, int] = DESKTOP) -> Console:
        chat = Chat(new_page(), desk.url)
        chat.open()
        chat.human.click()
        expect(chat.status).to_contain_text("T-100001")
        console = logged_in(sanne, viewport)
        console.take_over("T-100001")
        return console

    return take


def test_a_ticket_is_closed_with_three_keys(open_ticket: Callable[..., Console]) -> None:
    page = open_ticket().page
    page.keyboard.press("Alt+s")
    expect(page.get_by_role("radio", name="Opgelost").first).to_be_focused()
    expect(page.locator("input:checked")).to_have_count(0)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("T-100001 is gesloten.")).to_be_visible()
    expect(page.get_by_role("heading", name="Tickets")).to_be_visible()


def test_a_conversation_is_handed_back_with_three_keys(open_ticket: Callable[..., Console]) -> None:
    page = open_ticket().page
    page.keyboard.press("Alt+t")
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="Niet opgelost")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_text("De digitale assistent heeft het gesprek weer.")).to_be_visible()


@SIZES
def test_a_forgotten_outcome_keeps_the_cause_and_the_remark(
    open_ticket: Callable[..., Console], viewport: dict[str, int], shoot: Callable[[Page, str], None]
) -> None:
    page = open_ticket(viewport).page
    page.get_by_role("link", name="Ticket sluiten").click()
    check(page)
    shoot(page, f"console-closing-{viewport['width']}")
    page.get_by_label("Waardoor kwam deze vraag?").select_option("Bezorging")
    page.get_by_label("Opmerking voor collega’s").fill("Pakket lag bij de buren")
    page.get_by_role("button", name="Ticket sluiten").click()
    expect(page.get_by_role("alert")).to_have_text("Kies hoe het afliep.")
    check(page)
    expect(page.get_by_label("Opmerking voor collega’s")).to_have_value("Pakket lag bij de buren")
    expect(page.locator("#cause option:checked")).to_have_text("Bezorging")
    expect(page.locator("input:checked")).to_have_count(0)
    # A digit in the remark is a digit.
    page.get_by_label("Opmerking voor collega’s").press("End")
    page.keyboard.type(" 12")
    expect(page.get_by_label("Opmerking voor collega’s")).to_have_value("Pakket lag bij de buren 12")
    expect(page.locator("input:checked")).to_have_count(0)


def test_an_answer_that_was_not_sent_is_not_lost_by_closing(open_ticket: Callable[..., Console]) -> None:
    console = open_ticket()
    console.box.fill("Nog niet verstuurd")
    console.page.once("dialog", lambda dialog: dialog.dismiss())
    console.page.get_by_role("link", name="Ticket sluiten").click()
    expect(console.box).to_have_value("Nog niet verstuurd")
    expect(console.page.get_by_text("U hebt dit gesprek")).to_be_visible()
