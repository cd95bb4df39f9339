"""The console's pages that have a place in its navigation; everybody sees those that he may open."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from employees.models import Employee
from employees.roles import HANDLE_TICKETS


@dataclass(frozen=True)
class Page:
    """A link in the navigation.

    Attributes:
        name: the URL's name without `console:`; its Dutch title stands in `catalogue.yml` under `page`.
        permission: of `employees.roles`; the view asks for the same one.
    """

    name: str
    permission: str

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(f"console:{self.name}")


# In this order. What somebody may open first is where his log-in leads.
PAGES = (Page("tickets", HANDLE_TICKETS),)


def pages_for(employee: Employee) -> list[Page]:
    """The pages that this employee may open."""
    return [page for page in PAGES if employee.has_perm(page.permission)]


def first_page(employee: Employee) -> str:
    """The address where this employee's work begins: his own account when no other page is his."""
    pages = pages_for(employee)
    return pages[0].url if pages else reverse("console:account")
