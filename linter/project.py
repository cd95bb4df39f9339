"""Reads a project's files and takes them apart, each part when a check first asks for it."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from pathlib import Path

import yaml

from linter import dialogue, domain, examples, python_code
from linter.findings import Finding, at
from linter.values import Value, parse

TOPICS = "desk/tickets/topics.yml"
_SINGLE_FILES = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "organisation.yml", TOPICS)
_TREES = ("data", "tests/conversations")


class Project:
    """A project on disk.

    Attributes:
        root: its folder.
        today: the day to compare review dates with.
        files: per path from the root the value of a YAML file; a file without content is left out.
        code: what the custom actions are called and say.
        unreadable: findings about files that could not be read. With one of these the rest makes no sense.
    """

    def __init__(self, root: Path, today: dt.date) -> None:
        self.root, self.today = root, today
        self.files: dict[str, Value] = {}
        self.unreadable: list[Finding] = []
        for path in self._paths():
            self._read(path)
        self.code = self._read_code()

    def _paths(self) -> list[Path]:
        single = [self.root / name for name in _SINGLE_FILES if (self.root / name).exists()]
        trees = [
            path
            for tree in _TREES
            for path in (self.root / tree).rglob("*")
            if path.suffix in {".yml", ".yaml"}
        ]
        return [*single, *sorted(trees)]

    def _read(self, path: Path) -> None:
        file = path.relative_to(self.root).as_posix()
        raw = path.read_bytes()
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            self.unreadable.append(Finding(file, raw.count(b"\n", 0, error.start) + 1, "not-utf8"))
            return
        try:
            value = parse(file, text)
        except yaml.YAMLError as error:
            self.unreadable.append(_not_yaml(file, text, error))
            return
        if value is not None:
            self.files[file] = value
            self.unreadable += _duplicate_keys(value)

    def _read_code(self) -> python_code.Code:
        try:
            return python_code.read(self.root)
        except SyntaxError as error:
            self.unreadable.append(Finding(error.filename or "actions", error.lineno or 1, "python-invalid"))
            return python_code.Code()

    @cached_property
    def domain(self) -> domain.Domain:
        """What `domain.yml` defines."""
        return domain.read(self.files.get("domain.yml"))

    @cached_property
    def training(self) -> examples.Training:
        """The examples under `data/`."""
        return examples.read(self._tree("data"))

    @cached_property
    def rules(self) -> list[dialogue.Story]:
        """The rules under `data/`."""
        return dialogue.read(self._tree("data"), "rules")

    @cached_property
    def stories(self) -> list[dialogue.Story]:
        """The stories under `data/`."""
        return dialogue.read(self._tree("data"), "stories")

    @cached_property
    def test_stories(self) -> list[dialogue.Story]:
        """The test conversations."""
        return dialogue.read(self._tree("tests"), "stories")

    @property
    def organisation(self) -> Value | None:
        """The organisation's facts."""
        return self.files.get("organisation.yml")

    @property
    def topics(self) -> Value | None:
        """What tickets can be about, with the intents of each topic."""
        return self.files.get(TOPICS)

    def _tree(self, folder: str) -> list[Value]:
        return [value for file, value in self.files.items() if file.startswith(f"{folder}/")]


def _not_yaml(file: str, text: str, error: yaml.YAMLError) -> Finding:
    """The likeliest mistake behind a parser's error, at the line where the parser stopped."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    lines = text.splitlines()
    if line <= len(lines) and "\t" in lines[line - 1]:
        return Finding(file, line, "yaml-tab")
    if "mapping values are not allowed" in (getattr(error, "problem", None) or ""):
        return Finding(file, line, "yaml-colon")
    return Finding(file, line, "yaml-invalid")


def _duplicate_keys(value: Value) -> list[Finding]:
    """Keys that stand twice in one mapping: the parser silently keeps one of them, Rasa refuses the file."""
    found = []
    for part in value.walk():
        first: dict[str, int] = {}
        for key, _ in part.pairs():
            if key.text in first:
                found.append(at(key, "duplicate-key", key=key.text, other=first[key.text]))
            first.setdefault(key.text, key.line)
    return found
