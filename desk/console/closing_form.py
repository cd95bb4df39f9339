"""How a ticket ended, as an employee fills it in."""

from __future__ import annotations

from django import forms

from closing.ending import Ending
from closing.models import LONGEST_REMARK, Cause, Outcome
from console.catalogue import name_of
from conversations.cleaning import clean


class HandBackForm(forms.Form):
    """The outcome alone. Nothing is chosen beforehand: a wrong outcome is worse than one key more."""

    outcome = forms.ChoiceField(choices=lambda: [(word, name_of("outcome", word)) for word in Outcome.values])

    def ending(self) -> Ending:
        """What was filled in; the form is valid."""
        return Ending(Outcome(self.cleaned_data["outcome"]))


class CloseForm(HandBackForm):
    """The outcome, and for who knows it the cause and a remark."""

    cause = forms.ModelChoiceField(Cause.objects.offered(), required=False)
    remark = forms.CharField(max_length=LONGEST_REMARK, required=False)

    def ending(self) -> Ending:
        """What was filled in; the form is valid."""
        said = self.cleaned_data
        return Ending(Outcome(said["outcome"]), said["cause"], clean(said["remark"]))
