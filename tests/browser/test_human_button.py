"""A human in one step, whatever is broken (R1, R2, R6, R34)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.desk_server import DeskServer
from tests.support.pages import DESKTOP, PHONE, SMALLEST, Chat, Console
from tests.support.shop_assistant import ShopAssistant

pytestmark = pytest.mark.browser

NUMBER = re.compile(r"T-\d{6,}")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, SMALLEST], ids=["desktop", "phone", "smallest"])
def test_button_is_there_before_anything_was_said_and_stays_at_its_place(
    new_page: Callable[..., Page], desk: DeskServer, rasa: ShopAssistant, viewport: dict[str, int]
) -> None:
    chat = Chat(new_page(viewport), desk.url)
    expect(chat.human).to_be_visible()
    expect(chat.human).to_be_enabled()
    expect(chat.human).to_be_in_viewport(ratio=1)
    shut = chat.human.bounding_box()

    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    assert chat.human.bounding_box() == shut
    chat.human.click()
    expect(chat.status).to_contain_text(NUMBER)
    expect(chat.human).to_be_enabled()
    assert chat.human.bounding_box() == shut


def test_one_press_is_enough_and_pressing_again_gives_the_same_ticket(chat: Chat) -> None:
    chat.human.click()
    expect(chat.status).to_contain_text(NUMBER)
    number = NUMBER.search(chat.status.inner_text())
    assert number
    expect(chat.messages("system")).to_have_count(1)
    chat.human.click()
    expect(chat.status).to_contain_text("al doorgegeven")
    expect(chat.status).to_contain_text(number[0])
    expect(chat.messages("system")).to_have_count(1)


def test_pressed_while_an_employee_has_it_the_employee_sees_that(
    waiting: Chat, employee: Callable[[str], Console]
) -> None:
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    waiting.expect_message("system", "Sanne")
    for _ in range(2):
        waiting.human.click()
        expect(waiting.status).to_contain_text("staat in dit gesprek")
    expect(waiting.status).to_contain_text("T-100001")
    sanne.expect_message("customer", "Medewerker")
    waiting.expect_message("customer", "Medewerker")
    asked = sanne.log.locator("li.message.customer", has_text="Medewerker")
    expect(asked).to_have_count(1)


def test_works_when_the_assistant_is_down(chat: Chat, rasa: ShopAssistant) -> None:
    rasa.is_broken = True
    chat.human.click()
    expect(chat.status).to_contain_text(NUMBER)
    assert rasa.heard == []


def test_a_question_to_a_broken_assistant_becomes_a_ticket(chat: Chat, rasa: ShopAssistant) -> None:
    rasa.is_broken = True
    chat.open()
    chat.says("Waar is mijn pakket?")
    expect(chat.status).to_contain_text(NUMBER)
    chat.expect_message("customer", "Waar is mijn pakket?")


def test_wish_is_kept_while_the_desk_is_down_and_fulfilled_when_it_is_back(
    new_page: Callable[..., Page], desk: DeskServer, shoot: Callable[[Page, str], None]
) -> None:
    chat = Chat(new_page(), desk.url)
    desk.stop()
    chat.human.click()
    expect(chat.status).to_contain_text("blijven het proberen")
    expect(chat.status.get_by_role("link", name="Bel 085 000 12 34")).to_have_attribute(
        "href", "tel:+31850001234"
    )
    expect(chat.status.get_by_role("link", name="Mail klantenservice@lindenhof.example")).to_be_visible()
    expect(chat.human).to_be_enabled()
    shoot(chat.page, "human-button-desk-down")

    desk.start()
    expect(chat.status).to_contain_text(NUMBER, timeout=30_000)
    chat.expect_message("system", "medewerker voor u gevraagd")


def test_wish_survives_a_new_page(new_page: Callable[..., Page], desk: DeskServer) -> None:
    page = new_page()
    chat = Chat(page, desk.url)
    page.route("**/api/webchat/**", lambda route: route.abort())
    chat.human.click()
    expect(chat.status).to_contain_text("blijven het proberen")
    page.unroute_all()
    page.reload()
    expect(chat.status).to_contain_text(NUMBER)
