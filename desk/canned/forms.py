"""What employees type when they make a canned reply."""

from __future__ import annotations

from typing import Any

from django import forms

from canned.models import CannedReply
from canned.placeholders import NAMES, unknown_in
from conversations.cleaning import clean
from employees.models import Employee
from employees.roles import SUPERVISE
from organisation.texts import say


def may_share(employee: Employee) -> bool:
    """May this employee make and change what everybody uses?"""
    return employee.has_perm(SUPERVISE)


class CannedReplyForm(forms.ModelForm):  # type: ignore[type-arg] # not generic when it runs
    """Title, text, and whether everybody may use it; that last only for who may share."""

    is_shared = forms.BooleanField(required=False)

    class Meta:
        model = CannedReply
        fields = ["title", "text"]

    def __init__(self, *args: Any, employee: Employee, **kwargs: Any) -> None:
        """Pass the employee who fills it in."""
        super().__init__(*args, **kwargs)
        self.employee = employee
        self.fields["title"].error_messages["required"] = say("canned/title_missing")
        self.fields["text"].error_messages["required"] = say("canned/text_missing")
        if not may_share(employee):
            del self.fields["is_shared"]

    def clean_title(self) -> str:
        """The title on one line."""
        return " ".join(clean(self.cleaned_data["title"]).split())

    def clean_text(self) -> str:
        """The text, without placeholders that do not exist."""
        text = clean(self.cleaned_data["text"])
        if unknown := unknown_in(text):
            words = say("canned/unknown", names=_in_braces(unknown), known=_in_braces(NAMES))
            raise forms.ValidationError(words)
        return text

    def clean(self) -> dict[str, Any]:
        """One title, one reply: of everybody's, and of one's own."""
        cleaned = super().clean() or self.cleaned_data
        owner = None if cleaned.get("is_shared") else self.employee
        same = CannedReply.objects.filter(owner=owner, title=cleaned.get("title", ""))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("title", say("canned/same_title"))
        self.instance.owner = owner
        return cleaned


def _in_braces(names: Any) -> list[str]:
    return [f"{{{name}}}" for name in names]
