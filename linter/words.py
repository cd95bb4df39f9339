"""The word lists of `words.yml` as regular expressions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_NAME = r"(?-i:[A-Z][a-zà-ÿ]+)"


@dataclass(frozen=True)
class WordList:
    """Words with something to say about each.

    Attributes:
        pattern: finds any of them.
        alternatives: per word in small letters, without `*`, what to write instead.
    """

    pattern: re.Pattern[str]
    alternatives: dict[str, str]

    def found_in(self, text: str) -> list[tuple[str, str]]:
        """Each word of the list in a text as it is written there, with its alternative."""
        found = []
        for match in self.pattern.finditer(text):
            key = next(name for name, value in match.groupdict().items() if value is not None)
            found.append((match[0], list(self.alternatives.values())[int(key[1:])]))
        return found


@dataclass(frozen=True)
class Words:
    """One attribute per list of `words.yml`, which explains them."""

    hard: WordList
    abbreviations: WordList
    informal: re.Pattern[str]
    person: re.Pattern[str]
    assistant: re.Pattern[str]
    promise: re.Pattern[str]
    numbers: re.Pattern[str]


@cache
def words() -> Words:
    """Read the lists once."""
    lists = yaml.safe_load(Path(__file__).with_name("words.yml").read_text(encoding="utf-8"))
    return Words(
        hard=_word_list(lists["hard_words"]),
        abbreviations=_word_list(lists["abbreviations"]),
        informal=_any_word(lists["informal"]),
        person=_any_of([pattern.replace("{name}", _NAME) for pattern in lists["person"]]),
        # Also as the end of a compound: "chatbot", "webassistent".
        assistant=re.compile(rf"(?:{'|'.join(lists['assistant_words'])})\b", re.IGNORECASE),
        promise=_any_of(lists["promises"]),
        numbers=re.compile(rf"\d|{_any_word(lists['numbers']).pattern}", re.IGNORECASE),
    )


def _word_list(entries: dict[str, str]) -> WordList:
    written = [
        f"(?P<w{number}>{re.escape(word.removesuffix('*'))}{r'[a-zà-ÿ]*' if word.endswith('*') else ''})"
        for number, word in enumerate(entries)
    ]
    return WordList(
        re.compile(rf"(?<![\w.])(?:{'|'.join(written)})(?!\w)", re.IGNORECASE),
        {word.removesuffix("*"): alternative for word, alternative in entries.items()},
    )


def _any_word(entries: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(entries)})\b", re.IGNORECASE)


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{pattern})" for pattern in patterns), re.IGNORECASE)
