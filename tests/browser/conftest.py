"""A real Chromium, a real desk, and a small server in Rasa's place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.support.browser import browser, chromium, new_page, shoot
from tests.support.desk_server import DeskServer
from tests.support.pages import DESKTOP, Chat, Console
from tests.support.product import ROOT
from tests.support.shop import Shop
from tests.support.shop_assistant import ShopAssistant

__all__ = ["browser", "chromium", "new_page", "shoot"]


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


def _always_open(folder: Path) -> Path:
    """The organisation, open day and night: what a test sees must not depend on when it runs."""
    facts = yaml.safe_load((ROOT / "organisation.yml").read_text(encoding="utf-8"))
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    facts |= {"opening_hours": {day: ["00:00-24:00"] for day in days}, "exceptions": []}
    path = folder / "organisation.yml"
    path.write_text(yaml.safe_dump(facts | {"closed_on_public_holidays": False}), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def _staffed_desk(
    tmp_path_factory: pytest.TempPathFactory, rasa_server: ShopAssistant, shop: Shop
) -> Iterator[tuple[DeskServer, dict[str, tuple[str, str]]]]:
    folder = tmp_path_factory.mktemp("desk")
    server = DeskServer(
        folder,
        os.environ.get("RASA_URL", rasa_server.url),
        DESK_EMBED_ORIGINS=shop.url,
        DESK_SITE_SECRETS=f"{shop.url}={shop.secret}",
        ORGANISATION_FILE=str(_always_open(folder)),
        # Answers by mail are offered; none is sent, as no employee answers who chose that.
        DESK_SMTP_HOST="127.0.0.1",
        DESK_SMTP_SECURITY="none",
    )
    shop.desk = server.url
    logins = {name: server.add_employee(name.lower(), name) for name in ("Sanne", "Tom")}
    logins["Stagiair"] = server.add_employee("stagiair", "Stagiair", "designer")
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
def waiting(new_page: Callable[..., Page], desk: DeskServer, rasa: ShopAssistant) -> Chat:
    """A customer who waits for an employee, with ticket T-100001."""
    chat = Chat(new_page(), desk.url)
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    chat.human.click()
    expect(chat.status).to_contain_text("T-100001")
    return chat


@pytest.fixture
def logged_in(new_page: Callable[..., Page], desk: DeskServer) -> Callable[..., Console]:
    """Log somebody in with user name and password, on a screen of any size and with any of Playwright's options."""

    def log_in(login: tuple[str, str], viewport: dict[str, int] = DESKTOP, **options: Any) -> Console:
        console = Console(new_page(viewport, **options), desk.url)
        console.log_in(*login)
        return console

    return log_in


@pytest.fixture
def employee(
    logged_in: Callable[..., Console], logins: dict[str, tuple[str, str]]
) -> Callable[[str], Console]:
    """Log an employee in: Sanne or Tom."""
    return lambda name: logged_in(logins[name])
