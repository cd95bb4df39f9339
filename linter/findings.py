"""What the linter found, and its Dutch explanation from `messages.yml`."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from linter.values import Value

_MESSAGES = Path(__file__).with_name("messages.yml")
ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Finding:
    """One remark at one place.

    Attributes:
        file: path from the project's root.
        line: counted from 1.
        code: key in `messages.yml`.
        details: what the explanation names.
    """

    file: str
    line: int
    code: str
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def level(self) -> str:
        """`error` or `warning`."""
        return ERROR if self.code in catalogue()["errors"] else WARNING

    @property
    def message(self) -> str:
        """The explanation in Dutch."""
        texts = catalogue()
        template = texts["errors"].get(self.code) or texts["warnings"][self.code]
        return string.Template(template).substitute(self.details)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: [{self.code}] {self.message}"


def at(place: Value, code: str, **details: object) -> Finding:
    """A finding at a value."""
    return Finding(place.file, place.line, code, details)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """The texts of `messages.yml`: `errors` and `warnings` by code, `output` for the program's own lines."""
    texts: dict[str, dict[str, str]] = yaml.safe_load(_MESSAGES.read_text(encoding="utf-8"))
    return texts
