"""What an employee fills in after a call."""

from __future__ import annotations

from typing import Any

from django import forms

from callbacks.models import CallOutcome
from console.catalogue import choices_of
from conversations.store import LONGEST_CLIENT_ID
from organisation.texts import say
from tickets.callback import CallbackSlot


def _outcomes() -> list[tuple[str, str]]:
    return [("", "—"), *choices_of("call_outcome", CallOutcome.values)]


class CallForm(forms.Form):
    """How a call went, and when to call again."""

    # Nothing is chosen beforehand: a call that nobody answered must not count as "spoken" by mistake.
    outcome = forms.ChoiceField(choices=_outcomes)
    again = forms.ChoiceField(required=False)
    client_id = forms.CharField(max_length=LONGEST_CLIENT_ID, widget=forms.HiddenInput)

    def __init__(self, *args: Any, slots: list[CallbackSlot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._slots = {slot.id: slot for slot in slots}
        names = [(slot.id, slot.label) for slot in slots]
        self.fields["outcome"].error_messages["required"] = say("callbacks/no_outcome")
        self.fields["again"].choices = [("", "—"), *names]  # type: ignore[attr-defined]

    def slot(self) -> CallbackSlot | None:
        """The time that was chosen."""
        return self._slots.get(self.cleaned_data["again"])
