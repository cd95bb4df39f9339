"""The ticket list and the work on a ticket, with the keyboard, at both widths."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_accessibility import check
from tests.support.desk_server import DeskServer
from tests.support.pages import DESKTOP, PHONE, Chat, Console
from tests.support.shop_assistant import ShopAssistant

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
# Counts tones instead of playing them.
COUNT_TONES = """
  let tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    document.documentElement.dataset.tones = tones += 1;
    return start.apply(this, when);
  };
"""
Asks = Callable[[str], Chat]


@pytest.fixture
def customer(new_page: Callable[..., Page], desk: DeskServer, rasa: ShopAssistant) -> Asks:
    """A customer who says something and then asks for a person."""

    def ask(text: str) -> Chat:
        chat = Chat(new_page(), desk.url)
        chat.open()
        chat.says(text)
        expect(chat.messages("assistant")).to_have_count(2)
        chat.human.click()
        expect(chat.status).to_contain_text("T-1")
        return chat

    return ask


def log_in(page: Page, desk: DeskServer, login: tuple[str, str]) -> Console:
    console = Console(page, desk.url)
    console.log_in(*login)
    return console


@WIDTHS
def test_filters_stay_over_live_updates_and_in_the_address(
    new_page: Callable[..., Page],
    desk: DeskServer,
    sanne: tuple[str, str],
    customer: Asks,
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    customer("Mijn koffer is kapot")
    page = log_in(new_page(viewport), desk, sanne).page
    page.get_by_label("Nummer of woorden van de klant").fill("koffer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Gevonden tickets 1")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/balie/\?zoek=koffer$"))
    customer("Waar is mijn lamp?")
    customer("Ook mijn koffer is weg")
    expect(page.get_by_role("heading", name="Gevonden tickets 2")).to_be_visible()
    expect(page.get_by_text("Waar is mijn lamp?")).to_have_count(0)
    page.locator("summary", has_text="Filters").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Stand").select_option("closed")
    expect(page.get_by_text("Geen tickets gevonden.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"stand=closed"))
    check(page)
    shoot(page, f"console-filters-{viewport['width']}")
    page.reload()
    expect(page.get_by_label("Stand")).to_have_value("closed")
    expect(page.get_by_text("Geen tickets gevonden.")).to_be_visible()


def test_a_new_ticket_is_heard_until_that_is_switched_off(
    new_page: Callable[..., Page], desk: DeskServer, sanne: tuple[str, str], customer: Asks
) -> None:
    page = new_page()
    page.add_init_script(COUNT_TONES)
    log_in(page, desk, sanne)
    page.keyboard.press("Shift")
    customer("Waar is mijn lamp?")
    expect(page.locator("html")).to_have_attribute("data-tones", "2")
    expect(page).to_have_title(re.compile(r"^\(1\)"))
    switch = page.get_by_role("button", name="Seintje bij nieuw ticket")
    switch.press("Enter")
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(page).to_have_title(re.compile(r"^Tickets"))
    page.reload()
    expect(switch).to_have_attribute("aria-pressed", "false")
    customer("Waar is mijn stoel?")
    expect(page.locator("#counter [data-count='2']")).to_be_visible()
    expect(page.locator("html[data-tones]")).to_have_count(0)


@WIDTHS
def test_note_snooze_and_transfer_with_the_keyboard(
    new_page: Callable[..., Page],
    desk: DeskServer,
    sanne: tuple[str, str],
    customer: Asks,
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    chat = customer("Mijn koffer is kapot")
    console = log_in(new_page(viewport), desk, sanne)
    console.take_over("T-100001")
    page = console.page

    def open_form(title: str) -> None:
        page.locator("summary", has_text=title).focus()
        page.keyboard.press("Enter")

    open_form("Notitie schrijven")
    page.get_by_label("Notitie voor collega’s").fill("Nieuwe koffer besteld")
    page.get_by_role("button", name="Bewaar notitie").press("Enter")
    expect(page.locator(".notes")).to_contain_text("Nieuwe koffer besteld")
    assert "Nieuwe koffer besteld" not in chat.log.inner_text()

    open_form("Uitstellen")
    form = page.locator("#work-snooze")
    form.get_by_label("Tot wanneer").fill("2020-01-01T10:00")
    form.get_by_label("Reden").fill("Wacht op de leverancier")
    form.get_by_role("button", name="Stel uit").press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("Kies een moment in de toekomst")
    expect(form.get_by_label("Reden")).to_have_value("Wacht op de leverancier")
    check(page)
    shoot(page, f"console-work-{viewport['width']}")
    tomorrow = page.evaluate(
        "new Date(Date.now() + 864e5 - new Date().getTimezoneOffset() * 6e4).toISOString().slice(0, 16)"
    )
    form.get_by_label("Tot wanneer").fill(tomorrow)
    form.get_by_role("button", name="Stel uit").press("Enter")
    expect(page.get_by_role("heading", name="Door u uitgesteld 1")).to_be_visible()
    chat.expect_message("system", "verder met uw vraag")
    check(page)
    chat.says("Weet u al meer?")
    expect(page.get_by_role("heading", name="Door u uitgesteld 1")).to_have_count(0)
    page.get_by_role("link", name="Weet u al meer?").click()

    open_form("Overdragen")
    form = page.locator("#work-transfer")
    form.get_by_label("Aan wie").select_option("Tom")
    form.get_by_label("Reden").fill("Tom weet hier meer van")
    form.get_by_role("button", name="Draag over").press("Enter")
    expect(page.get_by_text("T-100001 is overgedragen aan Tom")).to_be_visible()
    chat.expect_message("system", "Sanne draagt uw vraag over aan Tom")


def refresh_meanwhile(page: Page, act: Callable[[], object]) -> None:
    """Do something while the list of calls is on its way for a refresh, and wait until the refresh is over."""
    page.wait_for_load_state()
    held: list[Route] = []
    page.route("**/balie/terugbellen/", lambda route: held.append(route))
    with page.expect_request("**/balie/terugbellen/"):
        page.evaluate("""() => {
          const { body } = document;
          window.refreshed = new Promise((over) => body.addEventListener("htmx:afterRequest", over, { once: true }));
          body.dispatchEvent(new CustomEvent("balie:calls"));
        }""")
    act()
    held[0].continue_()
    page.evaluate("() => window.refreshed.then(() => null)")
    page.unroute("**/balie/terugbellen/")


@WIDTHS
def test_a_call_is_taken_and_its_outcome_recorded(
    new_page: Callable[..., Page],
    desk: DeskServer,
    sanne: tuple[str, str],
    customer: Asks,
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    customer("Bel mij over mijn koffer")
    desk.manage("shell", "-v", "0", "-c", WANTS_A_CALL)
    console = log_in(new_page(viewport), desk, sanne)
    page = console.page
    console.open_menu()
    page.get_by_role("link", name="Terugbellen").press("Enter")
    expect(page.get_by_role("link", name="+31612345678")).to_have_attribute("href", "tel:+31612345678")
    page.get_by_role("button", name="Ik bel bij T-100001").press("Enter")
    console.open_menu()
    page.get_by_role("link", name="Terugbellen").press("Enter")
    expect(page.get_by_text("Sanne belt")).to_be_visible()
    refresh_meanwhile(page, lambda: page.get_by_label("Hoe ging het?").select_option("no_answer"))
    page.get_by_role("button", name="Bewaar bij T-100001").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Kies wanneer u de klant opnieuw belt")
    expect(page.get_by_label("Hoe ging het?")).to_have_value("no_answer")
    check(page)
    shoot(page, f"console-calls-{viewport['width']}")
    page.get_by_label("Opnieuw bellen op").select_option(index=1)
    page.get_by_role("button", name="Bewaar bij T-100001").press("Enter")
    expect(page.get_by_text("1 keer geprobeerd")).to_be_visible()
    page.get_by_label("Hoe ging het?").select_option("spoken")
    page.get_by_role("button", name="Bewaar bij T-100001").press("Enter")
    expect(page.get_by_text("Sluit het ticket als alles is opgelost")).to_be_visible()


WANTS_A_CALL = (
    "from tickets.details import Details, add_details; from tickets.models import Ticket; "
    "add_details(Ticket.objects.get().pk, Details(phone='+31612345678', wish='call_back'))"
)
