"""What an employee has typed is not lost when the session ends, the page is reloaded or the line breaks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.support.desk_server import DeskServer
from tests.support.pages import SIZES, Chat, Console, give_name_and_password

pytestmark = pytest.mark.browser

NOT_STORED = "Dit had u getypt en nog niet bewaard."


def log_in_again(page: Page, login: tuple[str, str]) -> None:
    """The session has ended: what is sent leads to the log-in page, and that back to where it was typed."""
    expect(page).to_have_url(re.compile("/inloggen/"))
    give_name_and_password(page, *login)
    expect(page).not_to_have_url(re.compile("/inloggen/"))
    page.wait_for_load_state()


@SIZES
def test_text_of_every_form_of_a_ticket_survives_the_end_of_the_session(
    logged_in: Callable[..., Console],
    sanne: tuple[str, str],
    waiting: Chat,
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    console = logged_in(sanne, viewport)
    page = console.page
    console.take_over("T-100001")
    page.locator("#work-note summary").press("Enter")
    page.locator("#work-note textarea").fill("De klant belt morgen terug.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Bewaar notitie").press("Enter")
    log_in_again(page, sanne)
    expect(page.locator("#work-note textarea")).to_have_value("De klant belt morgen terug.")
    expect(page.get_by_text(NOT_STORED)).to_be_visible()
    check(page)
    shoot(page, f"draft-{viewport['width']}")
    page.get_by_role("button", name="Bewaar notitie").press("Enter")
    expect(page.locator(".notes")).to_contain_text("De klant belt morgen terug.")
    expect(page.get_by_text(NOT_STORED)).to_have_count(0)
    page.reload()
    expect(page.locator("#work-note textarea")).to_have_value("")

    page.locator("#work-transfer summary").press("Enter")
    reason = page.locator("#work-transfer textarea")
    reason.fill("Kent deze klant.")
    page.reload()
    expect(reason).to_have_value("Kent deze klant.")
    page.get_by_role("button", name="Begin opnieuw").press("Enter")
    expect(reason).to_have_value("")
    page.reload()
    expect(reason).to_have_value("")

    page.get_by_role("link", name="Ticket sluiten").press("Enter")
    page.get_by_role("radio", name="Opgelost").first.check()
    page.get_by_label("Opmerking voor collega").fill("Pakket lag bij de buren.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Ticket sluiten").press("Enter")
    log_in_again(page, sanne)
    expect(page.get_by_label("Opmerking voor collega")).to_have_value("Pakket lag bij de buren.")
    expect(page.get_by_role("radio", name="Opgelost").first).to_be_checked()
    page.get_by_role("button", name="Ticket sluiten").press("Enter")
    expect(page.get_by_role("heading", name="Tickets")).to_be_visible()
    assert drafts(page) == []


def test_text_of_forms_for_managing_survives_too_and_what_was_wrong_is_kept_until_it_is_stored(
    logged_in: Callable[..., Console], desk: DeskServer
) -> None:
    chief = desk.add_employee("chef", "Chef", "employee", "supervisor", "administrator")
    console = logged_in(chief)
    page = console.page
    for address, label, text, button in (
        ("beheer/snelteksten/nieuw/", "Tekst", "Dank voor uw bericht.", "Bewaren"),
        ("beheer/accounts/nieuw/", "Gebruikersnaam", "nieuweling", "Account maken"),
        ("beheer/lijsten/labels/", "Naam", "spoed", "Toevoegen"),
    ):
        page.goto(console.url + address)
        page.get_by_label(label, exact=True).fill(text)
        page.context.clear_cookies(name="sessionid")
        page.get_by_role("button", name=button).press("Enter")
        log_in_again(page, chief)
        expect(page.get_by_label(label, exact=True)).to_have_value(text)
    page.get_by_role("button", name="Toevoegen").press("Enter")
    expect(page.get_by_role("link", name="spoed")).to_be_visible()
    expect(page.get_by_label("Naam", exact=True)).to_have_value("")

    page.goto(console.url + "beheer/snelteksten/nieuw/")
    page.get_by_role("button", name="Bewaren").press("Enter")
    expect(page.get_by_role("alert").first).to_be_visible()
    page.goto(console.url + "beheer/snelteksten/nieuw/")
    expect(page.get_by_label("Tekst", exact=True)).to_have_value("Dank voor uw bericht.")


def test_passwords_are_never_kept_and_logging_out_forgets_all(
    logged_in: Callable[..., Console], sanne: tuple[str, str]
) -> None:
    console = logged_in(sanne)
    page = console.page
    page.goto(console.url + "account/wachtwoord/")
    for box in page.locator('input[type="password"]').all():
        box.fill("geheim-en-lang-genoeg")
    assert drafts(page) == []
    page.goto(console.url + "beheer/snelteksten/nieuw/")
    page.get_by_label("Titel").fill("Groet")
    assert len(drafts(page)) == 1
    page.get_by_role("button", name="Uitloggen").press("Enter")
    expect(page.get_by_label("Gebruikersnaam")).to_be_visible()
    assert drafts(page) == []


def drafts(page: Page) -> list[str]:
    """The names of what the tab keeps."""
    kept: list[str] = page.evaluate("Object.keys(sessionStorage).filter((key) => key.includes('draft'))")
    return kept
