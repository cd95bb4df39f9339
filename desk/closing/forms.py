"""What a supervisor fills in about a cause."""

from __future__ import annotations

from closing.models import Cause
from lists.forms import EntryForm


class CauseForm(EntryForm):
    """The name alone."""

    class Meta:
        model = Cause
        fields = ("name",)
