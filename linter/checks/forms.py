"""Forms can ask what they need, and end when the customer cannot answer."""

from __future__ import annotations

from collections.abc import Iterator

from linter.domain import Form
from linter.findings import Finding, at
from linter.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Slots of a form without a question, and forms that would ask the same for ever."""
    known = {*project.domain.responses, *project.domain.actions}
    for form in project.domain.forms.values():
        for slot in form.slots:
            questions = {
                f"{kind}_ask_{name}"
                for kind in ("utter", "action")
                for name in (slot.text, f"{form.name}_{slot.text}")
            }
            if slot.text in project.domain.slots and known.isdisjoint(questions):
                yield at(slot, "slot-without-question", slot=slot.text)
        yield from _failed_tries(project, form)


def _failed_tries(project: Project, form: Form) -> Iterator[Finding]:
    """What `CarefulForm` needs to count answers that do not help (R5): the form's validation, and words for each slot."""
    validation = f"validate_{form.name}"
    if validation not in project.domain.actions:
        yield at(form.place, "form-without-validation", form=form.name, action=validation)
    if validation in project.code.own_forms:
        return
    for slot in form.slots:
        response = f"utter_{slot.text}_not_recognised"
        if slot.text in project.domain.slots and response not in project.domain.responses:
            yield at(slot, "slot-without-second-try", slot=slot.text, response=response)
