"""Forms can ask what they need."""

from __future__ import annotations

from collections.abc import Iterator

from linter.findings import Finding, at
from linter.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Slots of a form without a question."""
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
