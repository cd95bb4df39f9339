"""Every intent has what it needs: a name for people, a purpose, examples and an answer."""

from __future__ import annotations

from collections.abc import Iterator

from linter.dialogue import INTENT
from linter.findings import Finding, at
from linter.project import Project
from linter.settings import settings


def check(project: Project) -> Iterator[Finding]:
    """Intents that miss something."""
    answered = {
        step.name
        for story in (*project.rules, *project.stories)
        for step in story.all_steps()
        if step.kind == INTENT
    }
    titles: dict[str, str] = {}
    for name, intent in project.domain.intents.items():
        if intent.title is None or not intent.title.text.strip():
            yield at(intent.place, "intent-without-title", intent=name)
        else:
            if intent.title.text in titles:
                other = titles[intent.title.text]
                yield at(intent.title, "same-title", title=intent.title.text, other=other)
            titles.setdefault(intent.title.text, name)
        if intent.about is None or not intent.about.text.strip():
            yield at(intent.place, "intent-without-about", intent=name)
        if intent.offer is not None and intent.offer.boolean is None:
            yield at(intent.offer, "offer-not-boolean", value=intent.offer.text)
        purposes = settings().purposes
        if intent.purpose is None:
            yield at(intent.place, "intent-without-purpose", intent=name, purposes=", ".join(purposes))
        elif intent.purpose.text not in purposes:
            yield at(
                intent.purpose, "unknown-purpose", purpose=intent.purpose.text, purposes=", ".join(purposes)
            )
        if name not in project.training.by_intent:
            yield at(intent.place, "intent-without-examples", intent=name)
        # The check of the human request says more about a missing rule for it.
        if name not in answered and name != settings().human_intent:
            yield at(intent.place, "intent-without-rule", intent=name)
