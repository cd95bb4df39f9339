#!/usr/bin/env python3
"""Lays down a new topic, ready to fill: examples, a rule, a test conversation, its entries in `domain.yml`, and its place
among the topics of tickets.

Nothing is written unless everything can be. `domain.yml` gets lines added and is otherwise left as the designer wrote it,
comments included.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import string
import sys
import textwrap
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that the linter's reader of the project is found from anywhere

from linter.project import TOPICS, Project  # noqa: E402
from linter.rasa_names import RASA_INTENTS  # noqa: E402
from linter.settings import settings  # noqa: E402
from linter.values import Value  # noqa: E402

_NAME = re.compile(r"(?=.{1,40}$)[a-z][a-z0-9]*(_[a-z0-9]+)*")
_TITLE = re.compile(r"(?=.{1,40}$)[A-ZÀ-Þ0-9][\w '’,?-]*")
_OWNER = re.compile(r"(?=.{1,40}$)\w[\w '&.-]*")
# Half a year: long enough not to nag, short enough to notice that a fact has changed.
_REVIEW_AFTER = dt.timedelta(days=182)


class TopicError(Exception):
    """The topic cannot be made; the message is for the designer."""

    def __init__(self, key: str, **details: object) -> None:
        super().__init__(_fill(_texts()["messages"][key], details))


def main(arguments: list[str] | None = None) -> int:
    """Make the topic; 0 with what to do next, 1 with one sentence when it cannot be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="name of the topic and its intent, such as gift_wrapping")
    parser.add_argument("--title", default="", help="name for people; by default made from the name")
    parser.add_argument("--owner", default="klantenservice", help="who keeps the answer correct")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder")
    parser.add_argument("--today", type=dt.date.fromisoformat, default=dt.date.today())
    options = parser.parse_args(arguments)
    try:
        print(make(options.root, options.name, options.title, options.owner, options.today))
    except TopicError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def make(root: Path, name: str, title: str, owner: str, today: dt.date) -> str:
    """Write a topic's files and its entries in `domain.yml`.

    Args:
        root: the project's folder.
        name: name of the topic and its intent.
        title: name for people; empty to make it from `name`.
        owner: who keeps the answer correct.
        today: the day from which the review date is counted.

    Returns:
        What to tell the designer.

    Raises:
        TopicError: the name or title cannot be used, or the project cannot be read; nothing was written.
    """
    title = title or name.replace("_", " ").capitalize()
    project = Project(root, today)
    _refuse(project, name, title, owner)
    details = {
        "name": name,
        "title": title,
        "words": re.sub(r"[^\w ]", "", title[:1].lower() + title[1:]),
        "owner": owner,
        "review_by": (today + _REVIEW_AFTER).isoformat(),
        "minimum": settings().minimum_examples,
    }
    files = {root / _fill(path, details): _fill(text, details) for path, text in _texts()["files"].items()}
    for path in files:
        if path.exists():
            raise TopicError("exists", name=name, where=path.relative_to(root))
    for topic, _ in project.topics.pairs() if project.topics else []:
        if topic.text == name:
            raise TopicError("exists", name=name, where=f"{TOPICS}:{topic.line}")
    domain = root / "domain.yml"
    files[domain] = _extended(project, domain.read_text(encoding="utf-8"), details)
    topics = root / TOPICS
    files[topics] = (
        f"{topics.read_text(encoding='utf-8').rstrip()}\n{_fill(_texts()['topics'], details).rstrip()}\n"
    )
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    new = "\n".join(f"  {path.relative_to(root)}" for path in files if path not in (domain, topics))
    return _fill(_texts()["messages"]["done"], {**details, "files": new})


def _refuse(project: Project, name: str, title: str, owner: str) -> None:
    if not _NAME.fullmatch(name):
        raise TopicError("bad-name", name=name)
    if not _TITLE.fullmatch(title):
        raise TopicError("bad-title", title=title)
    if not _OWNER.fullmatch(owner):
        raise TopicError("bad-owner", owner=owner)
    if project.unreadable:
        first = project.unreadable[0]
        raise TopicError("unreadable", where=f"{first.file}:{first.line}")
    if name in RASA_INTENTS:
        raise TopicError("reserved", name=name)
    if project.topics is None:
        raise TopicError("no-topics", file=TOPICS)
    domain = project.domain
    entry = domain.intents.get(name) or domain.responses.get(f"utter_{name}")
    if entry is not None:
        raise TopicError("exists", name=name, where=f"{entry.place.file}:{entry.place.line}")
    for intent in domain.intents.values():
        if intent.title is not None and intent.title.text.casefold() == title.casefold():
            raise TopicError("title-exists", title=title, where=intent.name)


def _extended(project: Project, text: str, details: dict[str, object]) -> str:
    """`domain.yml` with the topic's entries at the end of their sections."""
    lines = text.splitlines()
    entries = []
    for section, template in _texts()["domain"].items():
        listed = _section(project, section)
        indent = " " * listed.node.start_mark.column
        entries.append((_end(listed, lines), textwrap.indent(_fill(template, details).rstrip(), indent)))
    # From the bottom up, so that the line numbers of the other section stay right.
    for end, entry in sorted(entries, reverse=True):
        lines.insert(end, entry)
    return "\n".join(lines) + "\n"


def _section(project: Project, name: str) -> Value:
    """A section of `domain.yml` that has entries, one below the other."""
    listed = project.domain.content.get(name) if project.domain.content else None
    if listed is None or not (listed.items() or listed.pairs()) or listed.is_inline:
        raise TopicError("no-place", section=name)
    return listed


def _end(listed: Value, lines: list[str]) -> int:
    """The number of lines up to and including the last entry."""
    end = int(listed.node.end_mark.line)
    # The parser counts comments and empty lines before the next section as this one's.
    while not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#"):
        end -= 1
    return end


def _fill(template: str, details: dict[str, object]) -> str:
    return string.Template(template).substitute(details)


@cache
def _texts() -> dict[str, Any]:
    texts: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return texts


if __name__ == "__main__":
    sys.exit(main())
