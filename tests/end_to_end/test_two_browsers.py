"""The promise, played with two browsers against the whole product: real Rasa, real action server, real desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support import story
from tests.support.pages import Chat, Console
from tests.support.product import Product


@pytest.mark.browser
def test_customer_gets_an_employee_and_then_the_assistant_again(
    product: Product, new_page: Callable[..., Page], shoot: Callable[[Page, str], None]
) -> None:
    product.wait_for_assistant()
    login = product.login()
    customer, employee = Chat(new_page(), product.desk), Console(new_page(), product.desk)
    story.play(customer, employee, login, login[0], lambda page, name: shoot(page, f"whole-{name}"))
