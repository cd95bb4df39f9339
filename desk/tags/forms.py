"""The form of a tag. Its template gives the field its label."""

from lists.forms import EntryForm
from tags.models import Tag


class TagForm(EntryForm):
    """A tag's name."""

    class Meta:
        model = Tag
        fields = ["name"]
