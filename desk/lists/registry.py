"""The lists that the organisation edits at `/balie/beheer/`. An app's module `lists.py` registers its own."""

from __future__ import annotations

from dataclasses import dataclass

from auditlog.registry import auditlog
from django import forms
from django.db.models import Model

from employees.roles import SUPERVISE


@dataclass(frozen=True)
class EditableList:
    """One list. Its entries are never deleted, because tickets and figures name them: they are switched off.

    Attributes:
        slug: its part of the address, Dutch; `catalogue.yml` has its name under `list`.
        model: of the entries. `str(entry)` is what the page shows; `Meta.ordering` is the order.
        form: asks for an entry's fields. Its template gives each field a label: `lists/fields/<slug>.html`.
        active_field: the boolean field that says whether an entry can still be chosen.
        permission: who may edit it.
    """

    slug: str
    model: type[Model]
    form: type[forms.ModelForm[Model]]
    active_field: str = "is_active"
    permission: str = SUPERVISE


_lists: dict[str, EditableList] = {}


def register(editable: EditableList) -> None:
    """Give a list its pages. What is changed in it is written in the audit log.

    Raises:
        ValueError: there is a list with this slug.
    """
    if editable.slug in _lists:
        raise ValueError(f"there are two lists called {editable.slug}")
    _lists[editable.slug] = editable
    relations = {field.name for field in editable.model._meta.local_many_to_many}
    auditlog.register(editable.model, m2m_fields=relations)


def lists() -> dict[str, EditableList]:
    """All registered lists by slug."""
    return dict(_lists)
