"""The console's pages that have a place in its navigation; everybody sees those that he may open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from employees.models import Employee
from employees.roles import HANDLE_TICKETS, MANAGE, REVIEW, SUPERVISE


@dataclass(frozen=True)
class Page:
    """A link in the navigation.

    Attributes:
        name: the URL's name without `console:`; its Dutch title stands in `catalogue.yml` under `page`.
        permissions: of `employees.roles`; one of them is enough. The view asks for the same ones.
    """

    name: str
    permissions: tuple[str, ...]

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(f"console:{self.name}")


# In this order. What somebody may open first is where his log-in leads.
PAGES = (
    Page("tickets", (HANDLE_TICKETS,)),
    Page("calls", (HANDLE_TICKETS,)),
    Page("canned", (HANDLE_TICKETS,)),
    Page("figures", (SUPERVISE,)),
    Page("turns", (REVIEW, SUPERVISE)),
    Page("team", (SUPERVISE,)),
    Page("manage", (SUPERVISE, MANAGE)),
)
# Below `/balie/beheer/`, before the lists (`lists.registry`).
MANAGE_PAGES = (
    Page("accounts", (MANAGE,)),
    Page("audit", (MANAGE,)),
    Page("deliveries", (SUPERVISE,)),
    Page("undelivered", (SUPERVISE,)),
)


def pages_for(employee: Employee, pages: Sequence[Page] = PAGES) -> list[Page]:
    """Those of the pages that this employee may open."""
    return [page for page in pages if any(map(employee.has_perm, page.permissions))]


def first_page(employee: Employee) -> str:
    """The address where this employee's work begins: his own account when no other page is his."""
    pages = pages_for(employee)
    return pages[0].url if pages else reverse("console:account")
