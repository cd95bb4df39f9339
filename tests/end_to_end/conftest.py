"""The whole product, started once for all end-to-end tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.browser import browser, chromium, new_page, shoot
from tests.support.product import Customer, Product

__all__ = ["browser", "chromium", "new_page", "shoot"]


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("product"))
    product.start()
    try:
        yield product
    finally:
        product.stop()


@pytest.fixture
def customer(product: Product) -> Callable[[], Customer]:
    product.wait_for_assistant()
    return lambda: Customer(product.desk)
