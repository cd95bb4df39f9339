"""The list that the organisation edits: tags."""

from lists.registry import EditableList, register
from tags.forms import TagForm
from tags.models import Tag

register(EditableList("labels", Tag, TagForm, active_field="is_offered"))
