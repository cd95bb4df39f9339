"""What administrators and supervisors do: accounts, the lists that the organisation edits, the audit log. By keyboard."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.support.desk_server import DeskServer
from tests.support.pages import SIZES, Console, give_name_and_password

pytestmark = pytest.mark.browser
OWN_PASSWORD = "een-eigen-lang-wachtwoord-7"


@pytest.fixture
def chief(desk: DeskServer) -> tuple[str, str]:
    """User name and password of who is employee, supervisor and administrator."""
    return desk.add_employee("chef", "Chef", "employee", "supervisor", "administrator")


@SIZES
def test_an_account_is_made_used_given_another_role_and_switched_off(
    new_page: Callable[..., Page],
    logged_in: Callable[..., Console],
    desk: DeskServer,
    chief: tuple[str, str],
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    console = logged_in(chief, viewport)
    page = console.page
    page.goto(console.url + "beheer/accounts/")
    page.get_by_role("link", name="Account maken").press("Enter")
    page.get_by_label("Gebruikersnaam").fill("chef")
    page.get_by_label("Naam", exact=True).fill("Noor")
    page.keyboard.press("Enter")
    expect(page.locator(".errorlist").first).to_be_visible()
    expect(page.get_by_label("Naam", exact=True)).to_have_value("Noor")
    check(page)
    page.get_by_label("Gebruikersnaam").fill("noor")
    page.get_by_role("button", name="Account maken").press("Enter")
    password = page.locator(".secret").inner_text()
    check(page)

    colleague = Console(new_page(viewport), desk.url)
    first_log_in(colleague.page, "noor", password)
    expect(colleague.page.get_by_role("heading", level=1)).to_be_visible()

    page.get_by_role("link", name="Ik heb het doorgegeven").press("Enter")
    page.get_by_role("link", name="Noor").press("Enter")
    page.get_by_role("checkbox", name="Teamleider").press("Space")
    page.get_by_role("button", name="Opslaan").press("Enter")
    expect(page.locator(".row", has_text="Noor")).to_contain_text("Teamleider")
    colleague.page.goto(console.url + "cijfers/")
    expect(colleague.page.get_by_role("heading", name="Cijfers")).to_be_visible()

    page.get_by_role("link", name="Noor").press("Enter")
    check(page)
    shoot(page, f"account-{viewport['width']}")
    page.get_by_role("button", name="Account uitzetten").press("Enter")
    expect(page.get_by_text("Dit account is uitgezet.")).to_be_visible()
    colleague.page.goto(console.url)
    expect(colleague.page.get_by_label("Wachtwoord")).to_be_visible()


def first_log_in(page: Page, name: str, password: str) -> None:
    """With a password that somebody else has seen: another one must be chosen first."""
    give_name_and_password(page, name, password)
    expect(page.locator('input[type="password"]')).to_have_count(3)
    old, new, again = page.locator('input[type="password"]').all()
    old.fill(password)
    new.fill(OWN_PASSWORD)
    again.fill(OWN_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator('input[type="password"]')).to_have_count(0)


@SIZES
def test_a_list_is_edited_and_an_entry_that_is_switched_off_is_offered_no_more(
    logged_in: Callable[..., Console],
    chief: tuple[str, str],
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    console = logged_in(chief, viewport)
    page = console.page
    page.goto(console.url + "beheer/lijsten/oorzaken/")
    page.get_by_label("Naam", exact=True).fill("Brief niet duidelijk")
    page.keyboard.press("Enter")
    entry = page.locator(".row", has_text="Brief niet duidelijk")
    expect(entry).to_be_visible()
    page.get_by_label("Naam", exact=True).fill("brief niet duidelijk")
    page.keyboard.press("Enter")
    expect(page.locator(".errorlist")).to_be_visible()
    expect(page.get_by_label("Naam", exact=True)).to_have_value("brief niet duidelijk")
    check(page)
    page.get_by_role("link", name="Brief niet duidelijk").press("Enter")
    page.get_by_label("Naam", exact=True).fill("Brief onduidelijk")
    page.keyboard.press("Enter")
    entry = page.locator(".row", has_text="Brief onduidelijk")
    entry.get_by_role("button", name="Uitzetten").press("Enter")
    expect(entry).to_contain_text("Uitgezet")
    check(page)
    shoot(page, f"list-{viewport['width']}")
    entry.get_by_role("button", name="Aanzetten").press("Enter")
    expect(entry).not_to_contain_text("Uitgezet")


@SIZES
def test_the_audit_log_is_searched_and_taken_along(
    logged_in: Callable[..., Console],
    chief: tuple[str, str],
    sanne: tuple[str, str],
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    logged_in(sanne)
    console = logged_in(chief, viewport)
    page = console.page
    page.goto(console.url + "beheer/logboek/")
    page.locator("select[name=wat]").select_option(label="Inloggen en uitloggen")
    page.get_by_label("Waarop").fill("sanne")
    page.keyboard.press("Enter")
    rows = page.locator(".rows .row")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Ingelogd")
    check(page)
    shoot(page, f"audit-{viewport['width']}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download (CSV)").press("Enter")
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file, delimiter=";"))
    assert len(lines) == 2
    page.get_by_label("Vanaf").fill("gisteren")
    page.keyboard.press("Enter")
    expect(page.locator(".errorlist")).to_be_visible()
    expect(page.get_by_label("Vanaf")).to_have_value("gisteren")
