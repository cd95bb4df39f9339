"""The form of a tag. Its template gives the field its label."""

from django import forms

from tags.models import Tag


class TagForm(forms.ModelForm):  # type: ignore[type-arg]
    """A tag's name."""

    class Meta:
        model = Tag
        fields = ["name"]
