"""Examples that are the same, nearly the same, or filled in from a template."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from rapidfuzz import fuzz, process

from linter.examples import Example
from linter.findings import Finding
from linter.project import Project
from linter.settings import settings


def check(project: Project) -> Iterator[Finding]:
    """Duplicates within and across intents, near-duplicates across intents, and templates within one."""
    unique: dict[str, Example] = {}
    for example in project.training.examples:
        other = unique.setdefault(example.key, example)
        if other is example:
            continue
        code = "example-twice" if other.intent == example.intent else "example-in-two-intents"
        yield example.at(code, text=example.text, other=_place(other), intent=other.intent)
    yield from _near_duplicates(list(unique.values()))
    yield from _templates(list(unique.values()))


def _near_duplicates(examples: list[Example]) -> Iterator[Finding]:
    """Pairs of different intents that hardly differ.

    Sorted by length, so that each text is compared only with those that are long enough to be alike; the comparison itself
    runs in C. With s the wished similarity (of 100), lengths a < b can only reach it when 2a / (a + b) >= s / 100.
    """
    limit = settings().near_duplicate_similarity
    ordered = sorted(
        (example for example in examples if len(example.key) >= settings().near_duplicate_characters),
        key=lambda example: len(example.key),
    )
    keys = [example.key for example in ordered]
    lengths = [len(key) for key in keys]
    for position, example in enumerate(ordered):
        end = bisect_right(lengths, len(example.key) * (200 - limit) / limit)
        window = keys[position + 1 : end]
        for _, _, offset in process.extract(
            example.key, window, scorer=fuzz.ratio, score_cutoff=limit, limit=None
        ):
            other = ordered[position + 1 + offset]
            if other.intent != example.intent and _negated(other) == _negated(example):
                first, second = sorted((example, other), key=lambda one: (one.file, one.line))
                yield second.at(
                    "near-duplicate",
                    text=second.text,
                    other_text=first.text,
                    other=_place(first),
                    intent=first.intent,
                )


def _templates(examples: list[Example]) -> Iterator[Finding]:
    """Groups of one intent that differ in one word only."""
    groups: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in examples:
        words = example.key.split()
        if len(words) >= settings().template_words:
            for place in range(len(words)):
                frame = " ".join([*words[:place], "…", *words[place + 1 :]])
                groups[example.intent, frame].append(example)
    for (_, frame), group in groups.items():
        if len(group) >= settings().template_examples:
            yield group[0].at("templated-examples", frame=frame, count=len(group))


def _negated(example: Example) -> bool:
    return not settings().negations.isdisjoint(example.key.split())


def _place(example: Example) -> str:
    return f"{example.file}:{example.line}"
