"""Waiting for an employee: the place, the wait, and another way when nobody picks up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.support.desk_server import DeskServer
from tests.support.pages import DESKTOP, PHONE, Chat, Console
from tests.support.shop_assistant import ShopAssistant

pytestmark = pytest.mark.browser

# What the worker does when the time has come; the tests' desk is open day and night.
_NOBODY_PICKS_UP = """
from datetime import timedelta
from django.utils import timezone
from tickets.models import Ticket
from waiting.service import apologise_to_who_waits_long
Ticket.objects.update(queued_at=timezone.now() - timedelta(minutes=10))
apologise_to_who_waits_long()
"""
# The same for who was taken over long ago.
_NOBODY_ANSWERS = """
from datetime import timedelta
from django.utils import timezone
from deadlines.models import Deadline
from tickets.models import Ticket
from waiting.unanswered import help_who_gets_no_answer
long_ago = timezone.now() - timedelta(hours=2)
Ticket.objects.update(taken_at=long_ago)
Deadline.objects.update(started_at=long_ago, due_at=long_ago + timedelta(hours=1))
help_who_gets_no_answer()
"""


@pytest.fixture
def long_waiting(waiting: Chat, desk: DeskServer) -> Chat:
    """A customer whom nobody helped in time."""
    desk.manage("shell", "-c", _NOBODY_PICKS_UP)
    waiting.expect_message("system", "Het spijt ons")
    return waiting


def test_the_place_in_the_queue_follows_what_happens(
    new_page: Callable[..., Page], waiting: Chat, desk: DeskServer, employee: Callable[[str], Console]
) -> None:
    expect(waiting.status).to_contain_text("U bent als eerste aan de beurt. De wachttijd is onbekend.")
    second = Chat(new_page(), desk.url)
    second.human.click()
    expect(second.status).to_contain_text("U bent nummer 2 in de rij")
    second.box.focus()
    employee("Sanne").take_over("T-100001")
    expect(second.status).to_contain_text("U bent als eerste aan de beurt", timeout=20_000)
    expect(second.box).to_be_focused()
    check(second.page)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_another_way_is_chosen_with_the_keyboard(
    long_waiting: Chat,
    employee: Callable[[str], Console],
    viewport: dict[str, int],
    shoot: Callable[[Page, str], None],
) -> None:
    page = long_waiting.page
    page.set_viewport_size(viewport)  # type: ignore[arg-type]
    long_waiting.box.focus()
    call = long_waiting.region.get_by_role("radio", name="Bel mij")
    expect(call).to_be_visible()
    expect(long_waiting.box).to_be_focused()
    call.focus()
    page.keyboard.press("Space")
    phone = long_waiting.region.get_by_label("Uw telefoonnummer")
    expect(long_waiting.region.get_by_label("Wanneer?")).to_be_visible()
    check(page)
    shoot(page, "chat-nobody-picks-up")
    phone.fill("12")
    page.keyboard.press("Enter")
    expect(long_waiting.region.get_by_role("alert")).to_contain_text("geen geldig telefoonnummer")
    expect(phone).to_have_value("12")
    expect(phone).to_be_focused()
    phone.fill("06 12345678")
    page.keyboard.press("Enter")
    long_waiting.expect_message("system", "We bellen u op +31612345678")
    expect(call).to_have_count(0)
    expect(long_waiting.status).to_contain_text("T-100001")
    expect(long_waiting.box).to_be_focused()
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    facts = sanne.page.get_by_role("complementary", name="Wat we weten")
    expect(facts).to_contain_text("Teruggebeld worden")
    expect(facts).to_contain_text("+31612345678")


def test_a_deaf_customer_is_offered_mail_only(
    new_page: Callable[..., Page], desk: DeskServer, rasa: ShopAssistant
) -> None:
    chat = Chat(new_page(), desk.url)
    chat.open()
    chat.says("Ik ben doof")
    chat.expect_message("assistant", "U schreef")
    chat.human.click()
    expect(chat.status).to_contain_text("T-100001")
    desk.manage("shell", "-c", _NOBODY_PICKS_UP)
    chat.expect_message("system", "Het spijt ons")
    expect(chat.region.get_by_role("radio", name="Mail mij")).to_be_visible()
    expect(chat.region.get_by_role("radio", name="Bel mij")).to_have_count(0)
    expect(chat.messages("system").last).not_to_contain_text("bel")


def test_who_gets_no_answer_from_an_employee_can_choose_another_way_too(
    waiting: Chat, desk: DeskServer, employee: Callable[[str], Console]
) -> None:
    employee("Sanne").take_over("T-100001")
    waiting.expect_message("system", "Sanne")
    desk.manage("shell", "-c", _NOBODY_ANSWERS)
    waiting.expect_message("system", "u wacht al even op antwoord van Sanne")
    waiting.region.get_by_role("radio", name="Mail mij").check()
    check(waiting.page)
    waiting.region.get_by_label("Uw e-mailadres").fill("klant@voorbeeld.nl")
    waiting.page.keyboard.press("Enter")
    waiting.expect_message("system", "U krijgt antwoord op klant@voorbeeld.nl")
    expect(waiting.region.get_by_role("radio", name="Mail mij")).to_have_count(0)


def test_a_choice_that_cannot_be_passed_on_stays(long_waiting: Chat, desk: DeskServer) -> None:
    long_waiting.region.get_by_role("radio", name="Mail mij").check()
    address = long_waiting.region.get_by_label("Uw e-mailadres")
    address.fill("klant@voorbeeld.nl")
    desk.stop()
    long_waiting.region.get_by_role("button", name="Doorgeven").click()
    expect(long_waiting.region.get_by_text("Doorgeven is niet gelukt")).to_be_visible()
    expect(address).to_have_value("klant@voorbeeld.nl")
    desk.start()
    long_waiting.region.get_by_role("button", name="Doorgeven").click()
    long_waiting.expect_message("system", "U krijgt antwoord op klant@voorbeeld.nl", seconds=30)


def test_suggestions_are_put_in_the_answer_and_not_sent(
    waiting: Chat, employee: Callable[[str], Console], rasa: ShopAssistant, shoot: Callable[[Page, str], None]
) -> None:
    rasa.intents["Betalen lukt niet"] = "payment_failed"
    waiting.says("Betalen lukt niet")
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    summary = sanne.page.get_by_role("region", name="Samenvatting")
    expect(summary).to_contain_text("Betalen lukt niet")
    offer = sanne.page.get_by_role("region", name="Voorstellen")
    expect(offer.get_by_role("button", name="het antwoord van de assistent")).to_be_visible()
    shoot(sanne.page, "console-suggestions")
    check(sanne.page)
    offer.get_by_role("button", name="het antwoord van de assistent").press("Enter")
    expect(sanne.box).to_be_focused()
    expect(sanne.box).not_to_have_value("")
    assert waiting.messages("employee").count() == 0
    sanne.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    check(sanne.page)
    rasa.is_broken = True
    waiting.says("En hoe zit het nu?")
    expect(offer).to_contain_text("De assistent is nu niet bereikbaar")


def test_the_link_in_a_mail_opens_the_conversation_on_another_device(
    waiting: Chat, new_page: Callable[..., Page], desk: DeskServer, employee: Callable[[str], Console]
) -> None:
    link = desk.manage(
        "shell",
        "-c",
        "from away.link import link_to; from tickets.models import Ticket\n"
        "print(link_to(Ticket.objects.get().conversation))",
    ).split()[-1]
    employee("Sanne").take_over("T-100001")
    elsewhere = Chat(new_page(PHONE), link)
    elsewhere.expect_message("customer", "Waar is mijn bestelling?")
    expect(elsewhere.region.get_by_role("heading", name="Sanne, medewerker")).to_be_visible()
    assert "verder" not in elsewhere.page.url
    elsewhere.says("Ik ben er weer.")
    waiting.expect_message("customer", "Ik ben er weer.")


def test_a_link_that_has_expired_is_told(
    new_page: Callable[..., Page], desk: DeskServer, rasa: ShopAssistant
) -> None:
    chat = Chat(new_page(), f"{desk.url}/#verder=kapot")
    chat.expect_message("system", "Deze link is verlopen of klopt niet")
    chat.says("hallo")
    chat.expect_message("assistant", "U schreef: hallo")


def test_who_says_that_calling_is_impossible_sees_no_telephone_in_what_is_said_already(chat: Chat) -> None:
    chat.open()
    chat.page.route("**/api/webchat/human", lambda route: route.abort())
    chat.human.click()
    expect(chat.status.locator('a[href^="tel:"]')).to_be_visible()
    chat.says("Ik ben doof")
    expect(chat.status.locator('a[href^="tel:"]')).to_have_count(0)
    expect(chat.status.locator('a[href^="mailto:"]')).to_be_visible()
