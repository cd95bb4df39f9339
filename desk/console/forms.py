"""What employees type."""

from __future__ import annotations

import uuid

from django import forms

from canned.placeholders import left_in
from conversations.store import LONGEST_CLIENT_ID, LONGEST_TEXT
from organisation.texts import say


def new_client_id() -> str:
    """A name for one message, so that sending it twice (a double click, a broken line) stores it once."""
    return uuid.uuid4().hex


class ReplyForm(forms.Form):
    """A message to the customer. The template shows the errors and keeps the text."""

    # A code, for which the template has the sentence: what is left after cleaning may be empty too.
    EMPTY = forms.ValidationError("", code="required")

    text = forms.CharField(max_length=LONGEST_TEXT)
    client_id = forms.CharField(max_length=LONGEST_CLIENT_ID)

    def clean_text(self) -> str:
        """A text in which nothing is left to fill in: a placeholder is never sent as it is."""
        text: str = self.cleaned_data["text"]
        if left := left_in(text):
            raise forms.ValidationError(say("canned/fill_in", names=[f"{{{name}}}" for name in left]))
        return text
