"""What a supervisor fills in about a cause."""

from __future__ import annotations

from django import forms

from closing.models import Cause


class CauseForm(forms.ModelForm):  # type: ignore[type-arg]
    """The name alone."""

    class Meta:
        model = Cause
        fields = ("name",)
