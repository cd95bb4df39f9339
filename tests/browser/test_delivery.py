"""Nothing that a customer writes is lost or sent twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.desk_server import DeskServer
from tests.support.pages import Chat
from tests.support.shop_assistant import CHOICE, ShopAssistant

pytestmark = pytest.mark.browser

MESSAGES = "**/api/webchat/messages"


def test_message_written_offline_is_kept_and_sent_once(
    chat: Chat, rasa: ShopAssistant, shoot: Callable[[Page, str], None]
) -> None:
    chat.open()
    chat.page.context.set_offline(True)
    expect(chat.status).to_contain_text("Geen verbinding")
    chat.says("Waar is mijn bestelling?")
    expect(chat.status).to_contain_text("Uw bericht is bewaard")
    expect(chat.messages("customer").last).to_contain_text("wacht op verbinding")
    shoot(chat.page, "offline")

    chat.page.context.set_offline(False)
    chat.expect_message("assistant", "bestelnummer")
    expect(chat.status).to_be_empty()
    expect(chat.messages("customer")).to_have_count(1)
    assert rasa.heard == ["Waar is mijn bestelling?"]


def test_message_written_offline_survives_a_reload(chat: Chat, desk: DeskServer, rasa: ShopAssistant) -> None:
    chat.open()
    chat.page.route("**/api/webchat/**", lambda route: route.abort())
    chat.says("Mijn pakket is kapot")
    expect(chat.messages("customer").last).to_contain_text("wacht op verbinding")
    chat.page.unroute_all()
    chat.page.reload()
    chat.expect_message("assistant", "U schreef: Mijn pakket is kapot")
    expect(chat.messages("customer")).to_have_count(1)
    assert rasa.heard == ["Mijn pakket is kapot"]


def test_answer_that_got_lost_on_the_way_back_does_not_send_twice(chat: Chat, rasa: ShopAssistant) -> None:
    chat.open()
    attempts = []

    def lose_the_first_answer(route: Route) -> None:
        attempts.append(route.request.post_data_json["client_id"])
        if len(attempts) == 1:
            route.fetch()  # the desk stores the message; the browser never hears of it
            route.abort()
        else:
            route.continue_()

    chat.page.route(MESSAGES, lose_the_first_answer)
    chat.says("Mijn pakket is kapot")
    chat.expect_message("assistant", "U schreef: Mijn pakket is kapot")
    expect(chat.status).to_be_empty()
    expect(chat.messages("customer")).to_have_count(1)
    assert len(attempts) == 2
    assert len(set(attempts)) == 1
    assert rasa.heard == ["Mijn pakket is kapot"]


def test_messages_keep_their_order(chat: Chat, rasa: ShopAssistant) -> None:
    chat.open()
    for text in ("eerste", "tweede", "derde"):
        chat.says(text)
    chat.expect_message("assistant", "U schreef: derde")
    assert rasa.heard == ["eerste", "tweede", "derde"]
    expect(chat.messages("customer").locator(".text")).to_have_text(["eerste", "tweede", "derde"])


def test_reload_keeps_the_conversation_and_what_was_typed(chat: Chat) -> None:
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    chat.box.fill("nog niet verstuurd")
    chat.page.reload()
    expect(chat.box).to_have_value("nog niet verstuurd")
    expect(chat.messages("customer")).to_have_count(1)
    expect(chat.messages("assistant")).to_have_count(2)


def test_other_tab_shows_the_same_conversation(chat: Chat, desk: DeskServer) -> None:
    chat.open()
    other = Chat(chat.page.context.new_page(), desk.url)
    expect(other.messages("assistant")).to_have_count(1)
    chat.says("Waar is mijn bestelling?")
    other.expect_message("assistant", "bestelnummer")
    expect(other.messages("customer")).to_have_count(1)


@pytest.mark.parametrize(
    ("hours", "asks_for_human", "is_kept"),
    [(11, False, True), (13, False, False), (72, True, True), (90 * 24, True, True), (121 * 24, True, False)],
    ids=[
        "lunch",
        "next day",
        "weekend with a ticket",
        "put aside with a ticket",
        "four months with a ticket",
    ],
)
def test_browser_forgets_a_conversation_but_not_while_an_answer_is_due(
    chat: Chat, hours: int, asks_for_human: bool, is_kept: bool
) -> None:
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    if asks_for_human:
        chat.human.click()
        expect(chat.status).to_contain_text("U wacht op een medewerker")
    chat.page.evaluate(
        """(hours) => {
          const key = Object.keys(localStorage).find((key) => key.endsWith(":touched"));
          addEventListener("pagehide", () => localStorage.setItem(key, Date.now() - hours * 3600e3));
        }""",
        hours,
    )
    chat.page.reload()
    if not is_kept:
        chat.open()
    expect(chat.messages("assistant").first).to_be_visible()
    expect(chat.messages("customer")).to_have_count(1 if is_kept else 0)


LEAVE_ROOM = """
  (room) => {
    let kept = "";
    for (let size = 1 << 24; size >= 1; size >>= 1) {
      try {
        localStorage.setItem("shop", kept + "x".repeat(size));
        kept += "x".repeat(size);
      } catch {
        continue;
      }
    }
    localStorage.setItem("shop", kept.slice(room));
  }
"""


@pytest.mark.parametrize("room", [0, 30, 200], ids=lambda room: f"room for {room} characters")
def test_on_a_site_that_has_filled_the_storage_everything_works(
    new_page: Callable[..., Page], desk: DeskServer, rasa: ShopAssistant, room: int
) -> None:
    page = new_page()
    page.add_init_script(f"({LEAVE_ROOM})({room})")
    begun: list[str] = []
    page.on(
        "request",
        lambda request: begun.append(request.url) if request.url.endswith("/conversations") else None,
    )
    chat = Chat(page, desk.url)
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    chat.human.click()
    expect(chat.status).to_contain_text("T-1")
    chat.says("Het is dringend")
    expect(chat.messages("customer")).to_have_count(2)
    expect(chat.status).not_to_contain_text("bewaard")
    assert rasa.heard == ["Waar is mijn bestelling?"]
    assert len(begun) == 1


def test_expired_conversation_begins_anew_and_says_so(chat: Chat, rasa: ShopAssistant) -> None:
    chat.open()
    chat.page.evaluate(
        """() => {
          const key = Object.keys(localStorage).find((key) => key.endsWith(":token"));
          localStorage.setItem(key, JSON.stringify("verlopen"));
        }"""
    )
    chat.page.reload()
    expect(chat.messages("system").first).to_contain_text("Er is een nieuw gesprek begonnen")
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    assert rasa.heard == ["Waar is mijn bestelling?"]


def test_too_long_a_message_stays_in_the_box(chat: Chat, rasa: ShopAssistant) -> None:
    chat.open()
    chat.says("a" * 2005)
    expect(chat.region.get_by_text("Uw bericht is 5 tekens te lang")).to_be_visible()
    expect(chat.box).to_have_value("a" * 2005)
    assert rasa.heard == []


def test_message_that_the_desk_refuses_comes_back_into_the_box(chat: Chat) -> None:
    chat.open()
    refusal = {"error": {"code": "too_long", "message": "Dit bericht is te lang.", "field": "text"}}
    chat.page.route(MESSAGES, lambda route: route.fulfill(status=400, json=refusal))
    chat.says("een bericht")
    expect(chat.box).to_have_value("een bericht")
    expect(chat.region.get_by_text("Dit bericht is te lang.")).to_be_visible()
    expect(chat.messages("customer")).to_have_count(0)


def test_too_many_messages_wait_as_long_as_the_desk_asks(chat: Chat, rasa: ShopAssistant) -> None:
    chat.open()
    chat.page.route(
        MESSAGES,
        lambda route: route.fulfill(status=429, headers={"Retry-After": "2"}, json={"error": {}}),
        times=1,
    )
    chat.says("Waar is mijn bestelling?")
    expect(chat.status).to_contain_text("over 2 seconden")
    assert rasa.heard == []
    chat.expect_message("assistant", "bestelnummer")
    assert rasa.heard == ["Waar is mijn bestelling?"]


def test_without_streams_messages_come_by_polling(
    new_page: Callable[..., Page], desk: DeskServer, rasa: ShopAssistant
) -> None:
    page = new_page()
    page.route("**/api/webchat/stream", lambda route: route.abort())
    chat = Chat(page, desk.url)
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")


def test_button_is_sent_shown_by_its_title_and_used_once(chat: Chat, rasa: ShopAssistant) -> None:
    chat.open()
    chat.says("Waar is mijn bestelling?")
    button = chat.log.get_by_role("button", name=CHOICE["title"])
    button.click()
    expect(chat.messages("customer").last).to_contain_text(CHOICE["title"])
    expect(button).to_be_disabled()
    chat.expect_message("assistant", "U schreef")
    assert rasa.heard == ["Waar is mijn bestelling?", CHOICE["payload"]]
    chat.page.reload()
    expect(button).to_be_disabled()


def test_text_is_text_and_only_https_becomes_a_link(chat: Chat) -> None:
    chat.open()
    hostile = '<img src=x onerror="document.title=1"> javascript:alert(1) http://onveilig.example'
    chat.says(hostile)
    chat.expect_message("assistant", hostile)
    assert chat.log.locator("img, a").count() == 0
    chat.says("400123456")
    chat.expect_message("assistant", "onderweg")
    link = chat.messages("assistant").last.get_by_role("link")
    expect(link).to_have_attribute("href", "https://www.lindenhof.example/volgen")
    expect(link).to_contain_text("https://www.lindenhof.example/volgen")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")


def test_conversation_can_be_saved_as_text(chat: Chat) -> None:
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    with chat.page.expect_download() as saving:
        chat.region.get_by_role("button", name="Gesprek bewaren als tekst").click()
    text = saving.value.path().read_text(encoding="utf-8")
    assert "Gesprek met Lindenhof" in text
    assert text.index("U:\nWaar is mijn bestelling?") < text.index(
        "Digitale assistent:\nWat is uw bestelnummer?"
    )


def test_new_conversation_forgets_the_old_one_on_this_device(chat: Chat) -> None:
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    chat.region.get_by_role("button", name="Nieuw gesprek beginnen").click()
    chat.status.get_by_role("button", name="Ja, wissen").click()
    expect(chat.messages("customer")).to_have_count(0)
    chat.expect_message("assistant", "Goedendag")
    chat.page.reload()
    expect(chat.messages("assistant")).to_have_count(1)
    expect(chat.messages("customer")).to_have_count(0)
