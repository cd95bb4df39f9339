"""Who is there: the team, being away by itself, a ticket that is given to somebody, and a session that nobody uses."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.support.desk_server import DeskServer
from tests.support.pages import SIZES, Chat, Console, give_name_and_password

pytestmark = pytest.mark.browser

# Time passes: Sanne touched nothing for eleven minutes, while her page stayed open.
_SANNE_IS_QUIET = """
from datetime import timedelta
from django.utils import timezone
from presence.models import Presence
Presence.objects.filter(employee__username="sanne").update(active_at=timezone.now() - timedelta(minutes=11))
"""
# And for more than an hour.
_SESSIONS_ARE_OLD = """
from django.contrib.sessions.models import Session
from django.contrib.sessions.backends.db import SessionStore
for session in Session.objects.all():
    store = SessionStore(session.session_key)
    store["active_at"] = store.get("active_at", 0) - 3601
    store.save()
"""
_GIVE = """
from assignment.giving import give
from employees.models import Employee
from tickets.models import Ticket
assert give(Ticket.objects.get().pk, Employee.objects.get(username="sanne"))
"""


@SIZES
def test_the_team_is_seen_and_who_does_nothing_counts_as_away(
    logged_in: Callable[..., Console],
    desk: DeskServer,
    sanne: tuple[str, str],
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    own = logged_in(sanne, viewport)
    chief = logged_in(desk.add_employee("chef", "Chef", "employee", "supervisor"), viewport)
    page = chief.page
    page.goto(chief.url + "team/")
    row = page.locator(".row", has_text="Sanne")
    expect(row).to_contain_text("Beschikbaar")
    own.open_menu()
    own.page.get_by_role("button", name="Bezet").press("Enter")
    page.reload()
    expect(row).to_contain_text("Bezet")
    desk.manage("shell", "-v", "0", "-c", _SANNE_IS_QUIET)
    page.reload()
    expect(row).to_contain_text("Afwezig")
    check(page)
    shoot(page, f"team-{viewport['width']}")
    # Opening a page is doing something, and the choice was kept.
    own.page.reload()
    page.reload()
    expect(row).to_contain_text("Bezet")


@SIZES
def test_a_ticket_that_is_given_is_announced_and_opened_with_one_key(
    logged_in: Callable[..., Console],
    desk: DeskServer,
    sanne: tuple[str, str],
    waiting: Chat,
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    console = logged_in(sanne, viewport)
    page = console.page
    page.goto(console.url + "beheer/snelteksten/")
    desk.manage("shell", "-v", "0", "-c", _GIVE)
    expect(page.get_by_text("T-100001 is voor u.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="T-100001 is voor u.")).to_be_visible()
    check(page)
    shoot(page, f"given-{viewport['width']}")
    page.get_by_role("button", name=re.compile("^Openen")).press("Enter")
    expect(page.get_by_text("U hebt dit gesprek")).to_be_visible()
    expect(page.get_by_text("T-100001 is voor u.")).to_have_count(0)
    waiting.expect_message("system", "Sanne")


@SIZES
def test_a_session_that_nobody_uses_ends_and_that_is_said(
    logged_in: Callable[..., Console],
    desk: DeskServer,
    sanne: tuple[str, str],
    waiting: Chat,
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    console = logged_in(sanne, viewport)
    page = console.page
    console.take_over("T-100001")
    console.box.fill("Ik zoek het even voor u op.")
    desk.manage("shell", "-v", "0", "-c", _SESSIONS_ARE_OLD)
    console.box.press("Enter")
    expect(page.get_by_text("U bent uitgelogd. Uw tekst is bewaard.")).to_be_visible()
    expect(console.box).to_have_value("Ik zoek het even voor u op.")
    check(page)
    shoot(page, f"session-over-{viewport['width']}")
    page.reload()
    give_name_and_password(page, *sanne)
    expect(console.box).to_have_value("Ik zoek het even voor u op.")
    page.wait_for_load_state()
    console.box.press("Enter")
    console.expect_message("employee", "Ik zoek het even voor u op.")
