"""A customer on a messaging channel, as the employee sees them: Telegram in front of a real desk, on a local server."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.desk.channels.driver import Bubble
from tests.desk.channels.telegram import SECRET, TOKEN, TelegramDriver
from tests.desk.channels.vendor_server import Reply
from tests.support.desk_server import DeskServer
from tests.support.pages import SIZES, Console
from tests.support.shop_assistant import ShopAssistant

pytestmark = pytest.mark.browser
# One grey pixel.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
REFUSED = Reply(
    {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}, 403
)

# What the worker does every two seconds.
_FETCH = "from channels.attachments import fetch_waiting; fetch_waiting()"
_TURNS = """
from django.utils import timezone
from conversations.models import Sender
from conversations.store import add, begin
from turnlog.models import TurnRecord
for text, intent, certainty, second, understood in (
    ("Waar is mijn pakket?", "track_order", 0.93, "delivery_problem", True),
    ("Het ding doet raar", "product_defect", 0.41, "return_item", False),
):
    message = add(begin("web"), Sender.CUSTOMER, text)
    TurnRecord.objects.create(message=message, at=timezone.now(), intent=intent, certainty=certainty, second=second,
        understood=understood, seconds=0.4, model="m1")
"""


class TelegramCustomer:
    """Vera on Telegram; `vendor` is the local server in Telegram's place."""

    def __init__(self, driver: TelegramDriver, url: str) -> None:
        self._driver, self._url = driver, url
        self.vendor = driver.vendor

    def sends(self, **content: Any) -> None:
        """Telegram calls the desk."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        update = self._driver.message(**content)
        httpx.post(
            f"{self._url}/webhooks/telegram", json=update, headers=headers, timeout=30
        ).raise_for_status()

    def received(self) -> list[Bubble]:
        """What she got."""
        return self._driver.received()

    def sends_file(self, content: bytes, name: str = "") -> None:
        """A photo, or with a name a document."""
        file = f"file{len(self.vendor.files)}"
        self.vendor.files[file] = content
        found = {"file_id": file, "file_unique_id": file, "file_size": len(content)}
        if name:
            self.sends(document=found | {"file_name": name, "mime_type": "application/pdf"})
        else:
            self.sends(photo=[found | {"width": 1, "height": 1}])


@pytest.fixture(scope="module")
def telegram_desk(
    tmp_path_factory: pytest.TempPathFactory, rasa_server: ShopAssistant
) -> Iterator[tuple[DeskServer, TelegramDriver, tuple[str, str]]]:
    driver = TelegramDriver()
    server = DeskServer(
        tmp_path_factory.mktemp("telegram"),
        rasa_server.url,
        DESK_TELEGRAM_TOKEN=TOKEN,
        DESK_TELEGRAM_WEBHOOK_SECRET=SECRET,
        DESK_TELEGRAM_API_URL=driver.vendor.url,
    )
    login = server.add_employee("sanne", "Sanne", "employee", "supervisor", "designer")
    server.keep()
    server.start()
    yield server, driver, login
    server.stop()
    driver.stop()


@pytest.fixture
def vera(
    telegram_desk: tuple[DeskServer, TelegramDriver, tuple[str, str]], rasa: ShopAssistant
) -> TelegramCustomer:
    """She waits for a person, with ticket T-100001."""
    server, driver, _ = telegram_desk
    server.restore()
    driver.vendor.sent.clear()
    customer = TelegramCustomer(driver, server.url)
    customer.sends(text="medewerker")
    return customer


@pytest.fixture
def log_in(
    new_page: Callable[..., Page],
    telegram_desk: tuple[DeskServer, TelegramDriver, tuple[str, str]],
) -> Callable[[dict[str, int]], Console]:
    def log_in(viewport: dict[str, int]) -> Console:
        server, _, login = telegram_desk
        console = Console(new_page(viewport), server.url)
        console.log_in(*login)
        return console

    return log_in


@SIZES
def test_what_did_not_arrive_is_seen_and_sent_again(
    log_in: Callable[[dict[str, int]], Console],
    vera: TelegramCustomer,
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    console = log_in(viewport)
    page = console.page
    console.take_over("T-100001")
    console.says("Goedemorgen Vera.")
    sent = console.log.locator("li.message.employee", has_text="Goedemorgen Vera.")
    expect(sent).to_contain_text("Verstuurd")
    vera.vendor.mishaps.append(REFUSED)
    console.says("Bent u er nog?")
    lost = console.log.locator("li.message.employee", has_text="Bent u er nog?")
    expect(lost).to_contain_text("Niet verstuurd")
    again = page.get_by_role("button", name=re.compile("^Opnieuw versturen.*Bent u er nog"))
    expect(again).to_be_visible()
    check(page)
    shoot(page, f"channel-not-sent-{viewport['width']}")
    page.goto(console.url + "beheer/kanalen/")
    expect(page.locator(".row", has_text="T-100001")).to_contain_text("Niet verstuurd")
    check(page)
    page.get_by_role("link", name="T-100001").press("Enter")
    again.press("Enter")
    expect(lost).to_contain_text("Verstuurd")
    expect(lost).not_to_contain_text("Niet verstuurd")
    expect(again).to_have_count(0)
    assert [one.text for one in vera.received()].count("Bent u er nog?") == 1


@SIZES
def test_a_picture_and_a_document_are_seen_and_opened(
    log_in: Callable[[dict[str, int]], Console],
    telegram_desk: tuple[DeskServer, TelegramDriver, tuple[str, str]],
    vera: TelegramCustomer,
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    console = log_in(viewport)
    page = console.page
    console.take_over("T-100001")
    vera.sends_file(PICTURE)
    vera.sends_file(b"%PDF-1.4\n%%EOF\n", name="bon.pdf")
    expect(console.log.get_by_text("Bestand wordt opgehaald")).to_have_count(2)
    telegram_desk[0].manage("shell", "-v", "0", "-c", _FETCH)
    picture = console.log.get_by_role("img", name="Foto die de klant stuurde")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    document = console.log.get_by_role("link", name="bon.pdf (pdf)")
    expect(document).to_be_visible()
    check(page)
    shoot(page, f"channel-files-{viewport['width']}")
    with page.expect_download() as download:
        document.press("Enter")
    assert download.value.suggested_filename == "bon.pdf"


@SIZES
def test_the_page_about_the_assistant(
    log_in: Callable[[dict[str, int]], Console],
    telegram_desk: tuple[DeskServer, TelegramDriver, tuple[str, str]],
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    server = telegram_desk[0]
    server.restore()
    server.manage("shell", "-v", "0", "-c", _TURNS)
    console = log_in(viewport)
    page = console.page
    console.open_menu()
    page.get_by_role("link", name="Assistent").press("Enter")
    expect(page.get_by_role("heading", name="Beurten van de assistent")).to_be_visible()
    expect(page.get_by_text("2 beurten, waarvan 1 niet begrepen.")).to_be_visible()
    expect(page.get_by_role("row", name="Het ding doet raar")).to_contain_text("niet begrepen")
    check(page)
    shoot(page, f"assistant-{viewport['width']}")
    page.get_by_role("link", name="Laatste 24 uur").press("Enter")
    expect(page.get_by_role("link", name="Laatste 24 uur")).to_have_attribute("aria-current", "true")
