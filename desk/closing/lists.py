"""The list that the organisation edits: causes."""

from closing.forms import CauseForm
from closing.models import Cause
from lists.registry import EditableList, register

register(EditableList("oorzaken", Cause, CauseForm))
