"""The employees' console."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.desk_server import DeskServer
from tests.support.pages import Chat, Console
from tests.support.shop_assistant import ShopAssistant

pytestmark = pytest.mark.browser


def test_nobody_sees_the_console_without_logging_in(new_page: Callable[..., Page], desk: DeskServer) -> None:
    page = new_page()
    page.goto(f"{desk.url}/balie/tickets/T-100001/")
    expect(page.get_by_role("heading", name="Inloggen bij de balie")).to_be_visible()
    assert page.request.get(f"{desk.url}/balie/nieuws/").status == 401


def test_wrong_password_is_told_in_dutch_and_keeps_the_name(console: Console) -> None:
    console.page.get_by_label("Gebruikersnaam").fill("sanne")
    console.page.get_by_label("Wachtwoord").fill("verkeerd")
    console.page.get_by_role("button", name="Inloggen").click()
    expect(console.page.get_by_role("alert")).to_contain_text("horen niet bij elkaar")
    expect(console.page.get_by_label("Gebruikersnaam")).to_have_value("sanne")


def test_too_many_wrong_passwords_lock_the_account_for_a_while(
    new_page: Callable[..., Page], desk: DeskServer, sanne: tuple[str, str]
) -> None:
    name, _ = sanne
    console = Console(new_page(), desk.url)
    for _ in range(5):
        console.page.get_by_label("Gebruikersnaam").fill(name)
        console.page.get_by_label("Wachtwoord").fill("verkeerd")
        console.page.get_by_role("button", name="Inloggen").click()
    expect(console.page.get_by_role("heading", name="Te vaak een verkeerd wachtwoord")).to_be_visible()


def test_account_without_permission_is_told_who_can_help(
    new_page: Callable[..., Page],
    desk: DeskServer,
    logins: dict[str, tuple[str, str]],
    shoot: Callable[[Page, str], None],
) -> None:
    name, password = logins["Stagiair"]
    console = Console(new_page(), desk.url)
    console.page.get_by_label("Gebruikersnaam").fill(name)
    console.page.get_by_label("Wachtwoord").fill(password)
    console.page.get_by_role("button", name="Inloggen").click()
    expect(console.page.get_by_text("Vraag uw beheerder")).to_be_visible()
    shoot(console.page, "console-no-permission")
    console.page.get_by_role("button", name="Uitloggen").click()
    expect(console.page.get_by_role("heading", name="Inloggen bij de balie")).to_be_visible()


def test_unknown_ticket_is_told_in_dutch(employee: Callable[[str], Console], desk: DeskServer) -> None:
    page = employee("Sanne").page
    for number in ("T-999999", "T-1", "kapot"):
        page.goto(f"{desk.url}/balie/tickets/{number}/")
        expect(page.get_by_role("heading", name="Deze pagina bestaat niet")).to_be_visible()


def test_new_ticket_appears_and_counts_in_the_title(
    employee: Callable[[str], Console], new_page: Callable[..., Page], desk: DeskServer, rasa: ShopAssistant
) -> None:
    page = employee("Sanne").page
    expect(page.get_by_text("Er wacht niemand")).to_be_visible()
    expect(page.get_by_text("U hebt geen gesprekken")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^Tickets"))
    chat = Chat(new_page(), desk.url)
    chat.human.click()
    expect(page.get_by_role("button", name="Overnemen van T-100001")).to_be_visible()
    expect(page.get_by_text("De klant heeft nog niets geschreven")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\(1\) Tickets"))
    expect(page.locator("#counter")).to_have_text("1 wacht")


def test_focus_stays_where_it_was_when_the_list_is_renewed(
    waiting: Chat, employee: Callable[[str], Console], new_page: Callable[..., Page], desk: DeskServer
) -> None:
    page = employee("Sanne").page
    button = page.get_by_role("button", name="Overnemen van T-100001")
    button.focus()
    Chat(new_page(), desk.url).human.click()
    expect(page.get_by_role("button", name="Overnemen van T-100002")).to_be_visible()
    expect(button).to_be_focused()


def test_ticket_shows_what_the_customer_need_not_repeat(
    waiting: Chat, employee: Callable[[str], Console]
) -> None:
    console = employee("Sanne")
    console.page.get_by_role("link", name="Waar is mijn bestelling?").click()
    expect(console.page.get_by_role("heading", name="T-100001")).to_be_visible()
    facts = console.page.get_by_role("complementary", name="Wat we weten")
    expect(facts).to_contain_text("Klant vroeg om een medewerker")
    expect(facts).to_contain_text("Chat op de site")
    expect(facts).to_contain_text("Niet gecontroleerd")
    console.expect_message("customer", "Waar is mijn bestelling?")
    expect(console.log.locator("li.message.assistant").last).to_contain_text("Keuzes: Ik weet het niet")
    expect(console.page.get_by_text("Neem het gesprek over om te antwoorden")).to_be_visible()


def test_second_of_two_who_take_the_same_ticket_is_told_who_was_first(
    waiting: Chat, employee: Callable[[str], Console]
) -> None:
    sanne, tom = employee("Sanne"), employee("Tom")
    # Tom's page does not hear that Sanne was faster: the very moment in which both press.
    tom.page.route(
        "**/balie/**",
        lambda route: route.abort() if route.request.resource_type != "document" else route.continue_(),
    )
    sanne.take_over("T-100001")
    tom.page.get_by_role("button", name="Overnemen van T-100001").click()
    expect(tom.page.get_by_text("Sanne heeft T-100001 net overgenomen")).to_be_visible()
    expect(tom.page.get_by_text("Sanne heeft dit gesprek. U kunt meelezen.")).to_be_visible()
    expect(tom.box).to_have_count(0)


def test_open_page_shows_that_a_colleague_took_the_ticket(
    waiting: Chat, employee: Callable[[str], Console]
) -> None:
    sanne, tom = employee("Sanne"), employee("Tom")
    tom.page.get_by_role("link", name="Waar is mijn bestelling?").click()
    expect(tom.page.get_by_role("button", name="Gesprek overnemen")).to_be_visible()
    sanne.take_over("T-100001")
    expect(tom.page.get_by_text("Sanne heeft dit gesprek. U kunt meelezen.")).to_be_visible()
    expect(tom.page.get_by_role("button", name="Gesprek overnemen")).to_have_count(0)


def test_handing_back_lets_the_assistant_answer_again(
    waiting: Chat, employee: Callable[[str], Console]
) -> None:
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    expect(waiting.region.get_by_role("heading", name="Sanne, medewerker")).to_be_visible()
    sanne.hand_back()
    expect(sanne.page.get_by_text("De digitale assistent heeft het gesprek weer")).to_be_visible()
    expect(waiting.messages("system").last).to_contain_text("U praat weer met de digitale assistent")
    waiting.says("400123456")
    waiting.expect_message("assistant", "onderweg")


def test_what_was_typed_survives_a_desk_that_is_down(
    waiting: Chat, employee: Callable[[str], Console], desk: DeskServer
) -> None:
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    desk.stop()
    sanne.says("Ik zoek het voor u uit.")
    expect(sanne.page.get_by_text("Versturen is niet gelukt")).to_be_visible()
    expect(sanne.box).to_have_value("Ik zoek het voor u uit.")
    desk.start()
    sanne.page.reload()
    expect(sanne.box).to_have_value("Ik zoek het voor u uit.")
    sanne.box.press("Enter")
    waiting.expect_message("employee", "Ik zoek het voor u uit.", seconds=30)
    sanne.page.reload()
    expect(sanne.box).to_have_value("")


def test_what_was_sent_does_not_come_back_as_a_draft(
    waiting: Chat, employee: Callable[[str], Console]
) -> None:
    console = employee("Sanne")
    console.take_over("T-100001")
    console.box.fill("Ik kijk het na")
    # The form's own submit, as it is when a page's scripts are not there yet.
    with console.page.expect_navigation():
        console.page.evaluate("document.getElementById('composer').submit()")
    console.expect_message("employee", "Ik kijk het na")
    expect(console.box).to_have_value("")
    console.box.fill("Nog niet verstuurd")
    console.page.reload()
    expect(console.box).to_have_value("Nog niet verstuurd")


def test_answer_in_a_ticket_that_was_closed_elsewhere_is_not_lost(
    waiting: Chat, employee: Callable[[str], Console]
) -> None:
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    same = Console(sanne.page.context.new_page(), sanne.url.removesuffix("/balie/"))
    same.page.get_by_role("link", name="Waar is mijn bestelling?").click()
    sanne.box.fill("Nog één ding:")
    same.close_ticket()
    expect(sanne.page.get_by_text("Gesloten op")).to_be_visible()
    sanne.box.press("Enter")
    expect(sanne.page.get_by_role("alert")).to_contain_text("niet meer van u")
    expect(sanne.box).to_have_value("Nog één ding:")


def test_empty_and_over_long_answers_are_refused_and_kept(
    waiting: Chat, employee: Callable[[str], Console]
) -> None:
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    sanne.says("   ")
    expect(sanne.page.get_by_role("alert")).to_contain_text("Uw tekst is niet verstuurd")
    sanne.says("a" * 2001)
    expect(sanne.page.get_by_role("alert")).to_contain_text("2000")
    expect(sanne.box).to_have_value("a" * 2001)
    assert waiting.messages("employee").count() == 0


def test_works_without_scripts(
    waiting: Chat, logged_in: Callable[..., Console], sanne: tuple[str, str]
) -> None:
    console = logged_in(sanne, java_script_enabled=False)
    console.take_over("T-100001")
    console.box.fill("Goedemorgen")
    console.page.get_by_role("button", name="Verstuur").click()
    console.expect_message("employee", "Goedemorgen")
    waiting.expect_message("employee", "Goedemorgen")
    console.close_ticket()


def test_customers_text_cannot_become_code(waiting: Chat, employee: Callable[[str], Console]) -> None:
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    waiting.says('<script>document.title="kapot"</script><b hx-get="/balie/">vet</b>')
    sanne.expect_message("customer", '<b hx-get="/balie/">vet</b>')
    assert sanne.log.locator("li b, li script").count() == 0
    expect(sanne.page).not_to_have_title("kapot")
