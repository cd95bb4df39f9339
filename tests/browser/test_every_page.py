"""Every page of the console on a busy day, on a desk and on a phone: accessible, not too wide, and a picture to look at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.support.desk_server import DeskServer
from tests.support.pages import DESKTOP, SIZES, Console
from tests.support.product import ROOT

pytestmark = pytest.mark.browser

PAGES = {
    "tickets": "",
    "ticket": "tickets/T-100012/",
    "closed": "tickets/T-100001/",
    "calls": "terugbellen/",
    "team": "team/",
    "figures": "cijfers/",
    "avoidable": "cijfers/te-voorkomen/",
    "manage": "beheer/",
    "accounts": "beheer/accounts/",
    "account-new": "beheer/accounts/nieuw/",
    "audit": "beheer/logboek/",
    "causes": "beheer/lijsten/oorzaken/",
    "skills": "beheer/lijsten/vaardigheden/",
    "tags": "beheer/lijsten/labels/",
    "canned": "beheer/snelteksten/",
    "canned-new": "beheer/snelteksten/nieuw/",
    "deliveries": "beheer/bezorging/",
    "account": "account/",
    "second-factor": "account/tweede-stap/",
}


@SIZES
def test_every_page(
    logged_in: Callable[..., Console],
    desk: DeskServer,
    sanne: tuple[str, str],
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    seed = (ROOT / "tests" / "support" / "busy_desk.py").read_text(encoding="utf-8")
    desk.manage("shell", "-v", "0", "--command", seed)
    console = logged_in(sanne, viewport)
    page, problems = console.page, {}
    for name, address in PAGES.items():
        response = page.goto(console.url + address)
        assert response is not None, name
        assert response.ok, name
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        shoot(page, f"page-{name}-{viewport['width']}")
        if name == "ticket" and viewport == DESKTOP:
            # The employee's work is to read the last message and to answer: without scrolling.
            expect(console.log.get_by_text("Sinds vanochtend, er ligt een plas.")).to_be_in_viewport(ratio=1)
            expect(page.get_by_role("button", name="Verstuur")).to_be_in_viewport(ratio=1)
        try:
            check(page)
        except AssertionError as problem:
            problems[name] = str(problem)
    assert not problems, "\n\n".join(f"{name}: {problem}" for name, problem in problems.items())
