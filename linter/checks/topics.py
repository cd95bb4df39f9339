"""Every intent has the topic of its file, so that a ticket about it goes to who knows about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from linter.checks.names import known_intents
from linter.findings import Finding, at
from linter.project import TOPICS, Project
from linter.settings import settings
from linter.values import Value


def check(project: Project) -> Iterator[Finding]:
    """Intents that the list of topics does not have where they belong, and names in it that are no intent."""
    if project.topics is None:
        return
    listed = {
        intent.text: topic.text for topic, entry in project.topics.pairs() for intent in _intents(entry)
    }
    for _, entry in project.topics.pairs():
        for intent in _intents(entry):
            if intent.text not in known_intents(project):
                yield at(intent, "unknown-intent", intent=intent.text)
    blocks: dict[str, dict[str, Value]] = defaultdict(dict)
    for block in project.training.blocks:
        topic = PurePosixPath(block.file).stem
        if topic not in settings().files_of_every_topic and block.text in project.domain.intents:
            blocks[block.text].setdefault(topic, block)
    for intent_name, by_topic in blocks.items():
        is_of_a_topic = settings().files_without_topic.isdisjoint(by_topic)
        if is_of_a_topic and listed.get(intent_name) not in by_topic:
            topic, block = next(iter(by_topic.items()))
            yield at(block, "intent-without-topic", intent=intent_name, topic=topic, file=TOPICS)


def _intents(entry: Value) -> list[Value]:
    intents = entry.get("intents")
    return intents.items() if intents else []
