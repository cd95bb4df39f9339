"""What a supervisor fills in to see figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from console.catalogue import name_of
from figures.period import Period, is_possible, latest
from understanding.domain import titles

STANDARD_DAYS = 30
# Stands for "all topics"; the empty topic is the one that was not recognised.
ALL = "alle"
NOT_RECOGNISED = "onbekend"


class FiguresForm(forms.Form):
    """The days, both included, and one topic or all. Without anything filled in: the last thirty days of all."""

    van = forms.DateField()
    tot = forms.DateField()
    onderwerp = forms.ChoiceField(choices=lambda: topic_choices(), required=False)

    def __init__(self, data: Any, today: date) -> None:
        standard = latest(STANDARD_DAYS, today)
        values = {"van": standard.first.isoformat(), "tot": standard.last.isoformat(), "onderwerp": ALL}
        super().__init__({name: data.get(name) or value for name, value in values.items()})

    def clean(self) -> dict[str, Any]:
        """Refuses days in the wrong order and more than two years; the template has the sentence for all mistakes."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("van"), cleaned.get("tot")
        if first and last and not is_possible(first, last):
            self.add_error("tot", forms.ValidationError("", code="invalid"))
        return cleaned

    @property
    def period(self) -> Period:
        """The days; the form is valid."""
        return Period(self.cleaned_data["van"], self.cleaned_data["tot"])

    @property
    def topic(self) -> str | None:
        """The topic as `Report` takes it; the form is valid."""
        chosen = self.cleaned_data["onderwerp"]
        return {ALL: None, "": None, NOT_RECOGNISED: ""}.get(chosen, chosen)


def topic_choices() -> list[tuple[str, str]]:
    """The words of the address and what the page shows for them: all topics, those of the assistant, and the unknown."""
    known = sorted(titles().items(), key=lambda choice: choice[1].casefold())
    return [(ALL, name_of("figure", "all_topics")), *known, (NOT_RECOGNISED, topic_name(""))]


def topic_name(topic: str) -> str:
    """The Dutch name of a topic, also of the one that was not recognised."""
    return name_of("intent", topic) if topic else name_of("figure", "no_topic")
