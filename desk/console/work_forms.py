"""What employees fill in to work on a ticket besides chatting. The templates have the labels and the errors' sentences."""

from __future__ import annotations

from datetime import timedelta
from functools import cache, partial
from typing import Any

from django import forms
from django.utils import timezone

from assignment.models import Skill
from console.catalogue import choices_of, name_of
from console.filters import handlers
from console.forms import new_client_id
from conversations.store import LONGEST_CLIENT_ID
from employees.models import Employee
from employees.roles import ticket_handlers
from notes.services import LONGEST_NOTE
from tags.models import Tag
from tickets.models import Priority, Ticket

# The queue instead of a colleague, and before a skill's number; no user name has this character.
QUEUE = "#"


class PriorityForm(forms.Form):
    """How soon the ticket must be helped."""

    prefix = "priority"
    priority = forms.ChoiceField(choices=lambda: choices_of("priority", [each.word for each in Priority]))


class TagForm(forms.Form):
    """A tag to put on the ticket."""

    prefix = "tag"
    tag = forms.ModelChoiceField(Tag.objects.filter(is_offered=True), to_field_name="name", empty_label=None)


class NoteForm(forms.Form):
    """A note for colleagues."""

    prefix = "note"
    text = forms.CharField(max_length=LONGEST_NOTE, widget=forms.Textarea({"rows": 3}))
    client_id = forms.CharField(max_length=LONGEST_CLIENT_ID, widget=forms.HiddenInput, initial=new_client_id)


class TransferForm(forms.Form):
    """Who goes on with the ticket, and why."""

    prefix = "transfer"
    to = forms.ChoiceField()
    reason = forms.CharField(max_length=LONGEST_NOTE, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Asked for when the form is shown or checked: most who read a ticket cannot give it away.
        self.fields["to"].choices = cache(partial(_receivers, ticket.employee_id))  # type: ignore[attr-defined]

    def receiver(self) -> Employee | Skill | None:
        """Who was chosen: a colleague, who has a skill, or (None) anybody in the queue."""
        to = self.cleaned_data["to"]
        if to.startswith(QUEUE):
            return Skill.objects.get(pk=to.removeprefix(QUEUE)) if to != QUEUE else None
        return Employee.objects.get(username=to)


def _receivers(but: int | None) -> list[tuple[str, Any]]:
    """Whom a ticket can be given to, in groups, without the employee `but` who has it."""
    names = [(employee.username, employee.shown_name) for employee in handlers() if employee.pk != but]
    skills = Skill.objects.filter(is_active=True, employees__in=ticket_handlers()).distinct()
    with_skill = [(f"{QUEUE}{skill.pk}", skill.name) for skill in skills]
    groups = [(name_of("transfer", "skill"), with_skill), (name_of("transfer", "colleague"), names)]
    return [
        (QUEUE, name_of("transfer", "queue")),
        *[(name, choices) for name, choices in groups if choices],
    ]


class SnoozeForm(forms.Form):
    """Until when the ticket is put aside, and why."""

    prefix = "snooze"
    until = forms.DateTimeField(
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%d-%m-%Y %H:%M"],
    )
    reason = forms.CharField(max_length=LONGEST_NOTE, widget=forms.Textarea({"rows": 2}))

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Tomorrow at this time, in whole quarters."""
        if field_name != "until":
            return super().get_initial_for_field(field, field_name)
        tomorrow = timezone.localtime() + timedelta(days=1)
        return tomorrow.replace(minute=tomorrow.minute // 15 * 15, second=0, microsecond=0)


class MergeForm(forms.Form):
    """The ticket that is added to this one."""

    prefix = "merge"
    number = forms.CharField(max_length=20)
    is_same_customer = forms.BooleanField(required=False)


def forms_for(ticket: Ticket, filled: dict[str, forms.Form]) -> dict[str, forms.Form]:
    """All forms of a ticket's page by name: those that were filled in, the others empty."""
    empty: dict[str, forms.Form] = {
        "priority": PriorityForm(initial={"priority": ticket.priority_word}),
        "tag": TagForm(),
        "note": NoteForm(),
        "transfer": TransferForm(ticket=ticket),
        "snooze": SnoozeForm(),
        "merge": MergeForm(),
    }
    return empty | filled
