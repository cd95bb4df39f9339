"""Canned replies, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import check
from tests.support.pages import DESKTOP, PHONE, Chat, Console

pytestmark = pytest.mark.browser


def make(page: Page, desk_url: str, title: str, text: str) -> None:
    page.goto(f"{desk_url}/balie/beheer/snelteksten/nieuw/")
    page.get_by_label("Titel").fill(title)
    page.get_by_label("Tekst", exact=True).fill(text)
    page.get_by_role("button", name="Bewaren").click()


def options(page: Page) -> Locator:
    """The canned replies that are offered; the page has other lists with options."""
    return page.get_by_role("listbox", name="Snelteksten").get_by_role("option")


@pytest.fixture
def sanne_with_replies(waiting: Chat, employee: Callable[[str], Console]) -> Console:
    """Sanne in the conversation of the waiting customer, with two replies."""
    sanne = employee("Sanne")
    url = sanne.url.removesuffix("/balie/")
    make(sanne.page, url, "Groet", "Dag {klant}, ik ben {medewerker}.")
    make(sanne.page, url, "Retour", "U kunt {ticketnummer} gebruiken voor uw retour.")
    sanne.page.goto(sanne.url)
    sanne.take_over("T-100001")
    sanne.page.wait_for_load_state()
    return sanne


def test_a_reply_is_found_and_sent_without_a_mouse(waiting: Chat, sanne_with_replies: Console) -> None:
    page, box = sanne_with_replies.page, sanne_with_replies.box
    box.focus()
    page.keyboard.type("/")
    search = page.get_by_role("combobox", name="Zoek een sneltekst")
    expect(search).to_be_focused()
    expect(options(page)).to_have_count(2)
    check(page)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Retour")).to_have_attribute("aria-selected", "true")
    page.keyboard.type("retour")
    expect(options(page)).to_have_count(1)
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    expect(box).to_have_value("U kunt T-100001 gebruiken voor uw retour.")
    assert waiting.messages("employee").count() == 0
    page.keyboard.press("Enter")
    waiting.expect_message("employee", "U kunt T-100001 gebruiken")


def test_a_gap_is_selected_to_fill_in_and_refused_when_it_is_not(
    waiting: Chat, sanne_with_replies: Console, shoot: Callable[[Page, str], None]
) -> None:
    page, box = sanne_with_replies.page, sanne_with_replies.box
    box.focus()
    page.keyboard.type("/groet")
    expect(options(page)).to_have_count(1)
    expect(options(page)).to_contain_text("Nog in te vullen: klant")
    shoot(page, "console-canned-replies")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Dag {klant}, ik ben Sanne.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Vul eerst nog in: {klant}")
    expect(box).to_have_value("Dag {klant}, ik ben Sanne.")
    box.fill("")
    page.keyboard.type("/groet")
    expect(options(page)).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.type("mevrouw Bakker")
    expect(box).to_have_value("Dag mevrouw Bakker, ik ben Sanne.")


def test_escape_goes_back_and_a_slash_stays_a_slash(sanne_with_replies: Console) -> None:
    page, box = sanne_with_replies.page, sanne_with_replies.box
    box.focus()
    page.keyboard.type("en/of ")
    expect(box).to_have_value("en/of ")
    page.keyboard.type("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    expect(box).to_have_value("en/of ")
    page.keyboard.type("//")
    expect(box).to_have_value("en/of /")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_list_is_edited(sanne_with_replies: Console, viewport: dict[str, int]) -> None:
    page = sanne_with_replies.page
    page.set_viewport_size(viewport)  # type: ignore[arg-type]
    page.get_by_role("button", name="Sneltekst", exact=True).click()
    page.get_by_role("link", name="Snelteksten beheren").click()
    check(page)
    page.get_by_role("link", name="Wijzigen van Groet").click()
    page.get_by_label("Tekst", exact=True).fill("Dag {klnat}")
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_role("alert")).to_contain_text("Dit invulwoord bestaat niet: {klnat}")
    expect(page.get_by_label("Tekst", exact=True)).to_have_value("Dag {klnat}")
    check(page)
    page.get_by_label("Tekst", exact=True).fill("Dag!")
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_text("De sneltekst “Groet” is bewaard")).to_be_visible()
    page.get_by_role("button", name="Verwijderen van Retour").click()
    expect(page.get_by_text("De sneltekst “Retour” is verwijderd")).to_be_visible()
