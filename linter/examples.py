"""The examples of what customers say."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from linter.findings import Finding
from linter.values import Value

ANNOTATION = re.compile(r"\[(?P<text>[^\[\]]*)\](?:\((?P<entity>[^()]*)\)|(?P<json>\{[^{}]*\}))")
_NO_WORD = re.compile(r"[^\w\s]+")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Example:
    """One sentence of one intent."""

    intent: str
    text: str
    file: str
    line: int

    @cached_property
    def key(self) -> str:
        """The words as they are compared: without case, accents, punctuation and entity marks, each digit a zero."""
        spoken = ANNOTATION.sub(lambda found: found["text"], self.text)
        plain = unicodedata.normalize("NFKD", spoken.casefold())
        plain = "".join(character for character in plain if not unicodedata.combining(character))
        words = _NO_WORD.sub(" ", _DIGIT.sub("0", plain)).split()
        # An emoji or "???" has no words; then the characters themselves are compared.
        return " ".join(words) or self.text.strip()

    def at(self, code: str, **details: object) -> Finding:
        """A finding at this example."""
        return Finding(self.file, self.line, code, details)


@dataclass(frozen=True)
class Training:
    """All examples, and where each intent's are written.

    Attributes:
        examples: in order of file and line.
        blocks: the values of `intent:`.
        odd: findings about lines that are no example.
    """

    examples: list[Example] = field(default_factory=list)
    blocks: list[Value] = field(default_factory=list)
    odd: list[Finding] = field(default_factory=list)

    @cached_property
    def by_intent(self) -> dict[str, list[Example]]:
        """The examples per intent."""
        grouped: dict[str, list[Example]] = {}
        for example in self.examples:
            grouped.setdefault(example.intent, []).append(example)
        return grouped


def read(files: list[Value]) -> Training:
    """Take the `nlu` parts of training files apart."""
    training = Training()
    for file in files:
        nlu = file.get("nlu")
        for block in nlu.items() if nlu else []:
            intent = block.get("intent")
            if intent is not None:
                training.blocks.append(intent)
                _read_block(training, intent.text, block.get("examples"))
    return training


def _read_block(training: Training, intent: str, listed: Value | None) -> None:
    if listed is None:
        return
    # Rasa knows two notations: one block of lines, and a list of `text:` with something extra per example.
    for part in [item.get("text") for item in listed.items()] or [listed]:
        for line, written in part.text_lines() if part else []:
            text = written.strip().removeprefix("-").strip()
            if not written.strip().startswith("-"):
                if text:
                    training.odd.append(Finding(listed.file, line, "example-without-dash", {"text": text}))
            elif text:
                training.examples.append(Example(intent, text, listed.file, line))
            else:
                training.odd.append(Finding(listed.file, line, "empty-example", {}))
