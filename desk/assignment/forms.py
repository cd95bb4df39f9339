"""The form of a skill. Its template gives the fields their labels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from assignment.models import Skill
from console.catalogue import name_of
from employees.models import Employee
from employees.roles import Role
from lists.forms import EntryForm
from tickets.topics import topics


class NamesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Employees, by the name that colleagues know."""

    def label_from_instance(self, obj: Any) -> str:
        """The name beside the box."""
        return str(obj.shown_name)


class SkillForm(EntryForm):
    """A skill: its name, its topics and who has it."""

    topics = forms.MultipleChoiceField(
        choices=lambda: [(topic, name_of("topic", topic)) for topic in topics()],
        widget=forms.CheckboxSelectMultiple,
    )
    employees = NamesField(Employee.objects.none(), widget=forms.CheckboxSelectMultiple, required=False)

    class Meta:
        model = Skill
        fields = ["name", "topics", "employees"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who has the skill stays on the list, also when he left: saving must not take it away unseen.
        can_have = Q(is_active=True, groups__name__in=[Role.EMPLOYEE, Role.SUPERVISOR])
        if self.instance.pk:
            can_have |= Q(skills=self.instance)
        found = Employee.objects.filter(can_have).distinct().order_by("display_name", "username")
        self.fields["employees"].queryset = found  # type: ignore[attr-defined]
