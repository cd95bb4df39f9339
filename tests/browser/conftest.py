"""A real Chromium, a real desk, and a small server in Rasa's place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.desk_server import DeskServer
from tests.support.pages import DESKTOP, Chat, Console
from tests.support.product import ROOT
from tests.support.shop import Shop
from tests.support.shop_assistant import ShopAssistant

SCREENSHOTS = ROOT / "test-output" / "screenshots"
# No sandbox: tests run as root in a container. The rest keeps the browser from calling out.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; `CHROMIUM` names another than Debian's."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no Chromium found: install it (apt-get install chromium) or set CHROMIUM to its path")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Make a page in a browser context of its own: another person. An error in a page's script fails the test."""
    contexts = []
    errors: list[str] = []

    def make(viewport: dict[str, int] = DESKTOP, **options: Any) -> Page:
        context = browser.new_context(
            viewport=viewport, locale="nl-NL", timezone_id="Europe/Amsterdam", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors, errors


@pytest.fixture(scope="session")
def rasa_server() -> Iterator[ShopAssistant]:
    server = ShopAssistant()
    yield server
    server.stop()


@pytest.fixture
def rasa(rasa_server: ShopAssistant) -> Iterator[ShopAssistant]:
    """The server in Rasa's place, working and without memories."""
    yield rasa_server
    rasa_server.recover()


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """Another site, which the desk allows to embed the chat."""
    site = Shop()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def _staffed_desk(
    tmp_path_factory: pytest.TempPathFactory, rasa_server: ShopAssistant, shop: Shop
) -> Iterator[tuple[DeskServer, dict[str, tuple[str, str]]]]:
    folder = tmp_path_factory.mktemp("desk")
    server = DeskServer(folder, os.environ.get("RASA_URL", rasa_server.url), DESK_EMBED_ORIGINS=shop.url)
    shop.desk = server.url
    logins = {name: server.add_employee(name.lower(), name) for name in ("Sanne", "Tom")}
    logins["Stagiair"] = server.add_employee("stagiair", "Stagiair", may_handle_tickets=False)
    server.keep()
    server.start()
    yield server, logins
    server.stop()


@pytest.fixture
def desk(_staffed_desk: tuple[DeskServer, dict[str, tuple[str, str]]]) -> DeskServer:
    """The desk, serving, with employees and without tickets. `RASA_URL` puts another assistant behind it."""
    server, _ = _staffed_desk
    server.restore()
    return server


@pytest.fixture(scope="session")
def logins(_staffed_desk: tuple[DeskServer, dict[str, tuple[str, str]]]) -> dict[str, tuple[str, str]]:
    """User name and password of Sanne, Tom, and Stagiair, who may not handle tickets."""
    return _staffed_desk[1]


@pytest.fixture(scope="session")
def sanne(logins: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """User name and password of an employee who is called Sanne."""
    return logins["Sanne"]


@pytest.fixture
def chat(new_page: Callable[..., Page], desk: DeskServer, rasa: ShopAssistant) -> Chat:
    """A customer on the service page."""
    return Chat(new_page(), desk.url)


@pytest.fixture
def console(new_page: Callable[..., Page], desk: DeskServer) -> Console:
    """An employee on the log-in page."""
    return Console(new_page(), desk.url)


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """Keep a picture of what the page shows, for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return take
