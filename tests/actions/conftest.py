"""The systems that actions talk to, as a local HTTP server and the demonstration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer

from actions.clients.back_office import back_office


@pytest.fixture
def open_desk(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    """A desk that opens ticket T-100042 and lets proofs be tried, and a back office without what an earlier test changed."""
    back_office.cache_clear()
    monkeypatch.delenv("BACK_OFFICE_URL", raising=False)
    monkeypatch.setenv("DESK_URL", httpserver.url_for("/").rstrip("/"))
    monkeypatch.setenv("DESK_SERVICE_TOKEN", "geheim-van-deze-test")
    ticket = {"number": "T-100042", "state": "open", "conversation": "c1", "employee": None}
    httpserver.expect_request("/api/tickets", method="POST").respond_with_json(
        {**ticket, "next_step": "Een medewerker komt eraan."}, status=201
    )
    httpserver.expect_request("/api/proofs", method="POST").respond_with_json({"is_open": True})
    yield httpserver
    back_office.cache_clear()
