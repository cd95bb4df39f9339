"""The main story with two browsers, whatever answers for the assistant."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.pages import Chat, Console

_NUMBER = re.compile(r"T-\d{6,}")


def play(
    customer: Chat, employee: Console, login: tuple[str, str], name: str, shoot: Callable[[Page, str], None]
) -> None:
    """A customer asks, wants a human, chats with an employee, and is with the assistant again afterwards.

    Args:
        customer: on the page, the chat still shut.
        employee: on the log-in page.
        login: the employee's user name and password.
        name: the name that customers see.
        shoot: keeps a picture of a page under a name.
    """
    shoot(customer.page, "story-1-page")
    customer.open()
    customer.says("Waar is mijn bestelling?")
    expect(customer.messages("assistant")).to_have_count(2, timeout=20_000)
    shoot(customer.page, "story-2-customer-asks")

    customer.human.click()
    expect(customer.status).to_contain_text(_NUMBER)
    number = _NUMBER.search(customer.status.inner_text())
    assert number
    shoot(customer.page, "story-3-customer-waits")

    employee.log_in(*login)
    expect(employee.page.get_by_text(number[0]).first).to_be_visible()
    shoot(employee.page, "story-4-employee-queue")
    employee.take_over(number[0])
    employee.expect_message("customer", "Waar is mijn bestelling?")
    expect(customer.region.get_by_role("heading", name=f"{name}, medewerker")).to_be_visible()

    employee.says("Goedemorgen, ik kijk even voor u mee.")
    customer.expect_message("employee", "ik kijk even voor u mee", seconds=2)
    expect(customer.messages("employee").last).to_contain_text(f"{name} · medewerker")
    before = customer.messages("assistant").count()
    customer.says("Fijn, dank u wel.")
    employee.expect_message("customer", "Fijn, dank u wel.", seconds=2)
    shoot(customer.page, "story-5-customer-with-employee")
    shoot(employee.page, "story-6-employee-ticket")
    assert customer.messages("assistant").count() == before, (
        "the assistant spoke while an employee had the conversation"
    )

    employee.close_ticket()
    shoot(employee.page, "story-7-employee-closed")
    expect(customer.messages("system").last).to_contain_text("gesloten")
    customer.says("Wat zijn de openingstijden?")
    expect(customer.messages("assistant")).to_have_count(before + 1, timeout=20_000)
    expect(customer.region.get_by_role("heading", name="Digitale assistent")).to_be_visible()
    shoot(customer.page, "story-8-assistant-again")
