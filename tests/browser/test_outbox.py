"""What did not arrive at another system, as a supervisor meets it: seen, tried again, seen to have arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.support.desk_server import DeskServer
from tests.support.fake_zammad import GROUP, TOKEN, FakeZammad, Mishap, running
from tests.support.pages import DESKTOP, PHONE, Chat, Console
from tests.support.shop_assistant import ShopAssistant

pytestmark = pytest.mark.browser
DELIVER = "from outbox.sending import deliver_waiting; deliver_waiting('zammad')"


@pytest.fixture(scope="module")
def zammad() -> Iterator[FakeZammad]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, rasa_server: ShopAssistant, zammad: FakeZammad
) -> Iterator[tuple[DeskServer, tuple[str, str]]]:
    server = DeskServer(
        tmp_path_factory.mktemp("desk"),
        rasa_server.url,
        DESK_ZAMMAD_URL=zammad.url,
        DESK_ZAMMAD_TOKEN=TOKEN,
        DESK_ZAMMAD_GROUP=GROUP,
        DESK_ZAMMAD_UNKNOWN_CUSTOMER="onbekend@lindenhof.example",
    )
    login = server.add_employee("anna", "Anna", "supervisor")
    server.start()
    yield server, login
    server.stop()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_supervisor_sees_what_failed_and_tries_again(
    new_page: Callable[..., Page],
    desk: tuple[DeskServer, tuple[str, str]],
    zammad: FakeZammad,
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    server, login = desk
    chat = Chat(new_page(), server.url)
    chat.open()
    chat.human.click()
    expect(chat.status).to_contain_text("T-1")
    made = zammad.made()
    zammad.mishaps = [Mishap("POST", "tickets", status=422)]
    server.manage("shell", "-v0", "-c", DELIVER)

    console = Console(new_page(viewport), server.url)
    console.log_in(*login)
    page = console.page
    alarm = page.get_by_role("link", name="1 niet bezorgd")
    alarm.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bezorging aan andere systemen")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text="Ticket geopend")
    expect(row).to_contain_text("Zammad weigerde het ticket")
    check(page)
    shoot(page, f"console-deliveries-{viewport['width']}")

    row.get_by_role("link", name="T-1").click()
    state = page.locator("#deliveries")
    expect(state).to_contain_text("Mislukt")
    check(page)
    shoot(page, f"console-ticket-deliveries-{viewport['width']}")
    state.get_by_role("button", name="Opnieuw proberen").press("Enter")
    expect(page.get_by_role("status").filter(has_text="wordt opnieuw geprobeerd")).to_be_visible()
    expect(state).to_contain_text("Wacht op verzending")
    server.manage("shell", "-v0", "-c", DELIVER)
    # The page hears of it by itself.
    expect(state).to_contain_text("Verzonden")
    expect(state.get_by_role("link", name="ticket 22")).to_be_visible()
    assert zammad.made() == made + 1
