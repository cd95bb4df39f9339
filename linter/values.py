"""YAML values that know on which line they stand.

The files are read with libyaml's parser, which is some twenty times faster than a parser in Python; `make validate` must
take seconds on a slow machine with thousands of examples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


@dataclass(frozen=True)
class Value:
    """One value of a YAML file. Asking for what is not there gives something empty, never an error.

    Attributes:
        file: path from the project's root, with slashes.
        node: the parser's node.
    """

    file: str
    node: yaml.Node

    @property
    def line(self) -> int:
        """Line number, counted from 1."""
        return int(self.node.start_mark.line) + 1

    @property
    def text(self) -> str:
        """The text of a scalar; empty for a list, a mapping or nothing."""
        return self.node.value if isinstance(self.node, yaml.ScalarNode) and not self.is_null else ""

    @property
    def is_null(self) -> bool:
        """Whether the value is empty or `null`."""
        return bool(self.node.tag == _NULL)

    @property
    def is_date(self) -> bool:
        """Whether YAML makes a date of it because it is not between quotes."""
        return bool(self.node.tag == _TIMESTAMP)

    @property
    def is_inline(self) -> bool:
        """Whether a list or mapping is written on one line, between brackets."""
        return isinstance(self.node, yaml.CollectionNode) and bool(self.node.flow_style)

    @property
    def boolean(self) -> bool | None:
        """True or false as Rasa reads it; None for anything else."""
        return {"true": True, "false": False}.get(self.text.lower())

    def pairs(self) -> list[tuple[Value, Value]]:
        """Keys and values of a mapping, in the file's order."""
        if not isinstance(self.node, yaml.MappingNode):
            return []
        return [(Value(self.file, key), Value(self.file, value)) for key, value in self.node.value]

    def items(self) -> list[Value]:
        """The elements of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            return []
        return [Value(self.file, node) for node in self.node.value]

    def get(self, *path: str) -> Value | None:
        """The value under a key, or under keys inside one another; None when it is missing."""
        found: Value | None = self
        for name in path:
            found = next((value for key, value in found.pairs() if key.text == name), None) if found else None
        return found

    def names(self) -> list[str]:
        """The texts of a list, or the one text of a scalar: Rasa accepts both in many places."""
        return [item.text for item in self.items()] or ([self.text] if self.text else [])

    def text_lines(self) -> list[tuple[int, str]]:
        """The text line by line, with line numbers. Exact for a block that begins with `|`."""
        block = isinstance(self.node, yaml.ScalarNode) and self.node.style == "|"
        first, step = (self.line + 1, 1) if block else (self.line, 0)
        return [(first + step * number, line) for number, line in enumerate(self.text.splitlines())]

    def walk(self) -> Iterator[Value]:
        """This value and everything in it."""
        yield self
        for key, value in self.pairs():
            yield key
            yield from value.walk()
        for item in self.items():
            yield from item.walk()


def parse(file: str, text: str) -> Value | None:
    """Read one YAML document.

    Args:
        file: path for the findings.
        text: the document.

    Returns:
        Its value, or None when there is nothing in it.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    node = yaml.compose(text, Loader=_LOADER)
    return Value(file, node) if node is not None else None
