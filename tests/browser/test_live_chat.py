"""Two people in one conversation: marks, typing, and who sees what first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.support.pages import PHONE, Chat, Console

pytestmark = pytest.mark.browser

# Counts what a screen reader would be told: everything that is added to a live region of the widget.
_COUNT_SPOKEN = """() => {
  const root = document.querySelector("aanspreekpunt-chat").shadowRoot;
  window.spoken = [];
  const note = (mutations) => mutations.forEach((m) => m.addedNodes.forEach((n) => window.spoken.push(n.textContent)));
  root.querySelectorAll("[role=log], [role=status], [aria-live]").forEach((region) =>
    new MutationObserver(note).observe(region, { childList: true, subtree: true, characterData: true }));
}"""


def test_both_see_what_became_of_their_last_message(
    waiting: Chat, employee: Callable[[str], Console]
) -> None:
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    waiting.says("Bent u daar?")
    expect(waiting.messages("customer").last).to_contain_text("Gelezen")
    waiting.region.get_by_role("button", name="Chat sluiten").click()
    sanne.says("Jazeker.")
    expect(sanne.page.get_by_text("afgeleverd, nog niet gelezen")).to_be_visible()
    waiting.opener.click()
    expect(sanne.page.get_by_text("Uw laatste bericht is gelezen")).to_be_visible()
    check(sanne.page)


def test_a_colleague_who_looks_on_has_not_read_it_for_the_customer(
    waiting: Chat, employee: Callable[[str], Console]
) -> None:
    tom = employee("Tom")
    tom.page.get_by_role("link", name="Waar is mijn bestelling?").click()
    tom.expect_message("system", "T-100001")
    waiting.says("Leest er iemand mee?")
    tom.expect_message("customer", "Leest er iemand mee?")
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    sanne.page.goto("about:blank")
    waiting.says("En nu?")
    tom.expect_message("customer", "En nu?")
    expect(waiting.messages("customer").last).to_contain_text("Afgeleverd")
    expect(waiting.messages("customer").last).not_to_contain_text("Gelezen")


def test_the_employees_typing_is_shown_and_goes_by_itself(
    waiting: Chat, employee: Callable[[str], Console], shoot: Callable[[Page, str], None]
) -> None:
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    expect(waiting.region.get_by_role("heading", name="Sanne, medewerker")).to_be_visible()
    waiting.box.focus()
    waiting.page.evaluate(_COUNT_SPOKEN)
    typing = waiting.region.locator(".typing")
    sanne.box.press_sequentially("Ik kijk")
    expect(typing).to_have_text("Sanne typt…")
    shoot(waiting.page, "chat-employee-types")
    expect(typing).to_be_hidden()
    assert waiting.page.evaluate("window.spoken") == [], "typing is read out"
    expect(waiting.box).to_be_focused()


def test_a_sent_message_ends_the_typing_at_once(waiting: Chat, employee: Callable[[str], Console]) -> None:
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    expect(waiting.region.get_by_role("heading", name="Sanne, medewerker")).to_be_visible()
    sanne.box.press_sequentially("Ik kijk")
    expect(waiting.region.locator(".typing")).to_be_visible()
    # The order of what happens on the customer's page: the message is there when the typing goes.
    waiting.page.evaluate("""() => {
      const root = document.querySelector("aanspreekpunt-chat").shadowRoot;
      window.order = [];
      // One observer: its records come in the order of the changes.
      const observer = new MutationObserver((changes) =>
        window.order.push(...changes.map(({ type }) => (type === "childList" ? "message" : "typing ended"))));
      observer.observe(root.querySelector(".typing"), { attributeFilter: ["hidden"] });
      observer.observe(root.querySelector(".log ol"), { childList: true });
    }""")
    sanne.box.press("Enter")
    waiting.expect_message("employee", "Ik kijk")
    expect(waiting.region.locator(".typing")).to_be_hidden()
    assert waiting.page.evaluate("window.order")[:2] == ["message", "typing ended"]


def test_the_customers_typing_is_shown_without_a_word_of_it(
    waiting: Chat, employee: Callable[[str], Console]
) -> None:
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    expect(waiting.region.get_by_role("heading", name="Sanne, medewerker")).to_be_visible()
    bodies: list[str | None] = []
    waiting.page.on("request", lambda r: bodies.append(r.post_data) if r.url.endswith("/typing") else None)
    waiting.box.press_sequentially("geheim")
    expect(sanne.page.get_by_text("De klant typt…")).to_be_visible()
    expect(sanne.page.get_by_text("De klant typt…")).to_have_count(0)
    assert bodies == ["{}"]


def test_the_assistant_is_not_told_of_typing_and_never_types(
    chat: Chat,
) -> None:
    sent: list[str] = []
    chat.page.on("request", lambda request: sent.append(request.url))
    chat.open()
    chat.box.press_sequentially("Waar is mijn bestelling?")
    chat.box.press("Enter")
    chat.expect_message("assistant", "bestelnummer")
    assert not [url for url in sent if url.endswith("/typing")]
    expect(chat.region.locator(".typing")).to_be_hidden()


def test_marks_and_typing_on_a_phone(
    new_page: Callable[..., Page],
    waiting: Chat,
    employee: Callable[[str], Console],
) -> None:
    sanne = employee("Sanne")
    sanne.take_over("T-100001")
    sanne.page.set_viewport_size(PHONE)
    waiting.page.set_viewport_size(PHONE)
    expect(waiting.region.get_by_role("heading", name="Sanne, medewerker")).to_be_visible()
    sanne.box.press_sequentially("Hallo")
    expect(waiting.region.locator(".typing")).to_be_visible()
    check(waiting.page)
    sanne.box.press("Enter")
    expect(sanne.page.get_by_text("Uw laatste bericht is gelezen")).to_be_visible()
    check(sanne.page)
