"""Plain Dutch in what the assistant says (R35), and no imitation of a person (R16)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linter.findings import Finding
from linter.project import Project
from linter.settings import settings
from linter.values import Value
from linter.words import words

_END_OF_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")
_TYPOGRAPHY = re.compile(
    r"(?P<double_space>\S {2,}\S)"
    r"|(?P<space_before>\s[.,;:!?](?=\s|$))"
    r"|(?P<repeated>[!?]{2,}|,,|(?<!\.)\.\.(?!\.))"
    r"|(?P<invisible>[\u00a0\u00ad\u200b-\u200f\u2060\ufeff\t])"
    r"|(?P<edge>^\s|[ \t]$)"
)


def check(project: Project) -> Iterator[Finding]:
    """Remarks about the wording of responses, buttons and titles."""
    for response in project.domain.responses.values():
        for variation in response.variations:
            if variation.text is not None:
                yield from _text(variation.text)
            for button in variation.buttons:
                yield from _wording(button.get("title"))
    for intent in project.domain.intents.values():
        yield from _wording(intent.title)


def _text(text: Value) -> Iterator[Finding]:
    yield from _wording(text)
    for line, part in text.text_lines():
        for sentence in _END_OF_SENTENCE.split(part):
            count = len(sentence.split())
            if count > settings().sentence_words:
                details = {"count": count, "limit": settings().sentence_words, "start": _start(sentence)}
                yield Finding(text.file, line, "long-sentence", details)


def _wording(text: Value | None) -> Iterator[Finding]:
    for line, part in text.text_lines() if text else []:
        for code, details in _remarks(part):
            yield Finding(text.file if text else "", line, code, details)


def _remarks(text: str) -> Iterator[tuple[str, dict[str, object]]]:
    for word, alternative in words().hard.found_in(text):
        yield "hard-word", {"word": word, "alternative": alternative}
    for word, alternative in words().abbreviations.found_in(text):
        yield "abbreviation", {"word": word, "alternative": alternative}
    for word in words().informal.findall(text):
        yield "informal-address", {"word": word}
    if person := words().person.search(text):
        yield "imitates-person", {"text": person[0]}
    if slip := _TYPOGRAPHY.search(text):
        around = text[max(0, slip.start() - 10) : slip.end() + 10]
        yield f"typography-{(slip.lastgroup or '').replace('_', '-')}", {"text": around}


def _start(sentence: str) -> str:
    return " ".join(sentence.split()[:5])
