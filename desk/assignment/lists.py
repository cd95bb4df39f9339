"""The list that the organisation edits: skills."""

from assignment.forms import SkillForm
from assignment.models import Skill
from lists.registry import EditableList, register

register(EditableList("vaardigheden", Skill, SkillForm))
