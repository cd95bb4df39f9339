"""The chat on somebody else's site: one script tag, a strict policy, another origin."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.desk_server import DeskServer
from tests.support.pages import Chat
from tests.support.shop_assistant import ShopAssistant

pytestmark = pytest.mark.browser


class Shop:
    """A small site of its own, at another origin than the desk, with a policy that allows nothing inline."""

    def __init__(self) -> None:
        """Listen on a free port."""
        self.body, self.desk = "", ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                script = f'<script type="module" src="{shop.desk}/widget.js"></script>'
                head = f'<!doctype html><html lang="nl"><title>Winkel</title>{script}'
                page = f"{head}<body><main>{shop.body}</main></body></html>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                policy = f"default-src 'none'; script-src {shop.desk}; connect-src {shop.desk}"
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, format: str, *args: Any) -> None:
                """Keep the test's output to the tests."""

        return Handler


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.stop()


@pytest.fixture
def embedding_desk(tmp_path: Path, rasa: ShopAssistant, shop: Shop) -> Iterator[DeskServer]:
    server = DeskServer(tmp_path, rasa.url, DESK_EMBED_ORIGINS=shop.url)
    server.start()
    shop.desk = server.url
    yield server
    server.stop()


def test_one_script_tag_is_enough(
    new_page: Callable[..., Page], shop: Shop, embedding_desk: DeskServer, shoot: Callable[[Page, str], None]
) -> None:
    page = new_page()
    refused: list[str] = []
    page.on(
        "console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None
    )
    chat = Chat(page, shop.url)
    chat.open()
    chat.says("Waar is mijn bestelling?")
    chat.expect_message("assistant", "bestelnummer")
    chat.human.click()
    expect(chat.status).to_contain_text("T-100001")
    assert refused == []
    shoot(page, "embedded")


def test_chat_can_be_a_part_of_the_page(
    new_page: Callable[..., Page], shop: Shop, embedding_desk: DeskServer, shoot: Callable[[Page, str], None]
) -> None:
    shop.body = '<aanspreekpunt-chat position="inline" theme="auto">Bel ons</aanspreekpunt-chat>'
    chat = Chat(new_page(), shop.url)
    expect(chat.box).to_be_visible()
    chat.expect_message("assistant", "Goedendag")
    expect(chat.human).to_be_visible()
    expect(chat.page.locator("aanspreekpunt-chat")).to_have_count(1)
    shoot(chat.page, "embedded-inline")


def test_site_that_is_not_on_the_list_still_shows_how_to_reach_a_person(
    new_page: Callable[..., Page], shop: Shop, desk: DeskServer
) -> None:
    shop.desk = desk.url
    chat = Chat(new_page(), shop.url)
    chat.human.click()
    expect(chat.status.get_by_role("link", name="Bel 085 000 12 34")).to_be_visible()
