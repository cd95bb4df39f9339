"""The one question after a ticket was closed, as a customer meets it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.browser.test_keyboard import tab_to
from tests.support.desk_server import DeskServer
from tests.support.pages import DESKTOP, PHONE, SMALLEST, Chat, Console

pytestmark = pytest.mark.browser

QUESTION = "Hoe tevreden bent u over deze hulp?"


@pytest.fixture
def helped(
    new_page: Callable[..., Page], logged_in: Callable[..., Console], desk: DeskServer, sanne: tuple[str, str]
) -> Callable[..., tuple[Chat, Console]]:
    """A customer whose ticket T-100001 Sanne has just closed, typing meanwhile; and Sanne's screen."""

    def end(viewport: dict[str, int] = DESKTOP) -> tuple[Chat, Console]:
        chat = Chat(new_page(viewport), desk.url)
        chat.open()
        chat.human.click()
        expect(chat.status).to_contain_text("T-100001")
        console = logged_in(sanne)
        console.take_over("T-100001")
        expect(chat.region.get_by_role("heading")).to_contain_text("Sanne")
        chat.box.fill("Bedankt")
        console.close_ticket()
        expect(chat.region.get_by_role("group", name=QUESTION)).to_be_visible()
        return chat, console

    return end


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, SMALLEST], ids=["desktop", "phone", "smallest"])
def test_the_question_disturbs_nobody_and_is_accessible(
    helped: Callable[..., tuple[Chat, Console]],
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    chat, _ = helped(viewport)
    expect(chat.box).to_be_focused()
    expect(chat.box).to_have_value("Bedankt")
    check(chat.page)
    chat.region.get_by_role("radio", name="4, tevreden").check()
    expect(chat.region.get_by_text("4: tevreden")).to_be_visible()
    check(chat.page)
    expect(chat.human).to_be_in_viewport()
    shoot(chat.page, f"chat-satisfaction-{viewport['width']}")


def test_an_answer_by_keyboard_reaches_the_employee(helped: Callable[..., tuple[Chat, Console]]) -> None:
    chat, console = helped()
    page = chat.page
    chat.log.focus()
    tab_to(page, "1, zeer ontevreden")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(chat.region.get_by_role("radio", name="2, ontevreden")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Het duurde lang")
    tab_to(page, "Versturen")
    page.keyboard.press("Enter")
    chat.expect_message("system", "Dank u wel")
    expect(chat.region.get_by_role("group", name=QUESTION)).to_have_count(0)
    expect(chat.box).to_be_focused()
    console.page.goto(f"{console.url}tickets/T-100001/")
    expect(console.page.get_by_text("2, ontevreden")).to_be_visible()
    expect(console.page.get_by_text("Het duurde lang")).to_be_visible()
    page.reload()
    expect(chat.messages("system").last).to_be_visible()
    expect(chat.region.get_by_role("group", name=QUESTION)).to_have_count(0)


def test_who_does_not_answer_is_left_alone(helped: Callable[..., tuple[Chat, Console]]) -> None:
    chat, console = helped()
    chat.region.get_by_role("button", name="Niet nu").click()
    expect(chat.region.get_by_role("group", name=QUESTION)).to_have_count(0)
    expect(chat.box).to_be_focused()
    chat.page.reload()
    expect(chat.messages("system").last).to_be_visible()
    expect(chat.region.get_by_role("group", name=QUESTION)).to_have_count(0)
    console.page.goto(f"{console.url}tickets/T-100001/")
    expect(console.page.get_by_text("Uitkomst")).to_be_visible()
    expect(console.page.get_by_text("Oordeel klant")).to_have_count(0)


def test_an_answer_that_cannot_be_sent_stays(
    helped: Callable[..., tuple[Chat, Console]], desk: DeskServer
) -> None:
    chat, _ = helped()
    chat.region.get_by_role("radio", name="5, zeer tevreden").check()
    remark = chat.region.get_by_role("textbox", name="Wilt u iets toelichten?")
    remark.fill("Snel geholpen")
    chat.page.route("**/satisfaction", lambda route: route.abort())
    chat.region.get_by_role("button", name="Versturen").click()
    expect(chat.region.get_by_role("alert")).to_contain_text("Versturen is niet gelukt")
    expect(remark).to_have_value("Snel geholpen")
    chat.page.unroute("**/satisfaction")
    chat.region.get_by_role("button", name="Versturen").click()
    chat.expect_message("system", "Dank u wel")
