"""`organisation.yml` keeps to its schema, and the assistant has no human name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema

from importers.organisation import breaches
from linter.findings import Finding, at
from linter.project import Project
from linter.values import Value
from linter.words import words


def check(project: Project) -> Iterator[Finding]:
    """What the schema refuses, and an assistant that is called like a person."""
    content = project.organisation
    if content is None:
        yield Finding("organisation.yml", 1, "organisation-missing")
        return
    for breach in breaches(_plain(content)):
        yield from _breach(content, breach)
    name = content.get("assistant_name")
    if name is not None and not words().assistant.search(name.text):
        yield at(name, "assistant-like-person", name=name.text)


def _breach(content: Value, breach: jsonschema.ValidationError) -> Iterator[Finding]:
    place = _place(content, list(breach.absolute_path))
    fact = ".".join(str(part) for part in breach.absolute_path) or "organisation.yml"
    if breach.validator == "additionalProperties":
        known = breach.schema["properties"]
        for key, _ in place.pairs():
            if key.text not in known:
                yield at(key, "organisation-unknown", fact=key.text, known=", ".join(known))
    elif breach.validator == "required":
        present = {key.text for key, _ in place.pairs()}
        missing = [name for name in breach.schema["required"] if name not in present]
        # jsonschema reports each missing fact by itself; the first report names them all.
        if breach.message.startswith(f"'{missing[0]}'"):
            yield at(place, "organisation-incomplete", facts=", ".join(missing))
    else:
        yield at(place, "organisation-wrong", fact=fact, value=place.text or "…")


def _place(content: Value, path: list[str | int]) -> Value:
    """The value at a path of keys and positions."""
    for part in path:
        inner = content.items()[part] if isinstance(part, int) else content.get(part)
        content = inner or content
    return content


def _plain(value: Value) -> Any:
    """Mappings, lists and texts, as `yaml.BaseLoader` would give them."""
    if value.pairs():
        return {key.text: _plain(inner) for key, inner in value.pairs()}
    if value.items():
        return [_plain(inner) for inner in value.items()]
    return value.node.value
