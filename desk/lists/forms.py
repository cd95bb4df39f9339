"""What the forms of all lists have in common."""

from __future__ import annotations

from django import forms

from organisation.texts import say


class EntryForm(forms.ModelForm):  # type: ignore[type-arg]
    """The form of an entry with a name. Its template gives the fields their labels."""

    def clean_name(self) -> str:
        """A name that no other entry has, also in other capitals: figures would be spread over both."""
        name: str = self.cleaned_data["name"]
        others = self._meta.model._default_manager.exclude(pk=self.instance.pk).values_list("name", flat=True)
        # Not by the database: SQLite knows the capitals of a to z only.
        if name.casefold() in {other.casefold() for other in others}:
            raise forms.ValidationError(say("lists/name_taken", name=name))
        return name
