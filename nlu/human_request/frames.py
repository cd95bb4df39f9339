"""Reads ``words.yml`` and ``frames.yml``; patterns become regular expressions over word symbols (``lexicon.py``).

The pattern language is explained at the top of ``frames.yml``, where the people who write the patterns need it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlu.human_request.dutch_words import dutch_words
from nlu.human_request.lexicon import BREAK, GARBLED, Lexicon
from nlu.human_request.spelling import plain_form

WORDS_FILE = Path(__file__).with_name("words.yml")
FRAMES_FILE = Path(__file__).with_name("frames.yml")

_FILLER_GROUP = "VUL"
# Bounds on what may lie between two parts of a frame; they also bound the work of the regular expression.
_MAX_FILLERS = 7
_MAX_GAP = 6


@dataclass(frozen=True)
class Frame:
    """One sentence form in which customers ask for a human."""

    name: str
    patterns: tuple[re.Pattern[str], ...]
    examples: tuple[str, ...]
    # The negation is part of the form ("geen chatbot aub").
    holds_negation: bool
    # False for a form that is often a request, but not always.
    certain: bool
    # Matches a word that switches the frame off when it stands in the same sentence part.
    not_with: re.Pattern[str] | None


@dataclass(frozen=True)
class FrameTable:
    """Everything in ``words.yml`` and ``frames.yml``, compiled; their comments explain it field for field."""

    lexicon: Lexicon
    frames: tuple[Frame, ...]
    part_starts: tuple[re.Pattern[str], ...]
    not_part_starts: tuple[re.Pattern[str], ...]
    masked: tuple[re.Pattern[str], ...]
    negation: re.Pattern[str]
    question_word: re.Pattern[str]
    report_verb: re.Pattern[str]
    harmless_negation: tuple[re.Pattern[str], ...]
    negated_question: tuple[re.Pattern[str], ...]
    real_negation: tuple[re.Pattern[str], ...]
    negation_after: tuple[re.Pattern[str], ...]
    negation_as_ending: tuple[re.Pattern[str], ...]


def load(words: Path = WORDS_FILE, frames: Path = FRAMES_FILE) -> FrameTable:
    """Return the compiled table.

    Raises:
        OSError: a file cannot be read.
        ValueError: a file is not valid; the message names the pattern, the group or the key.
    """
    content = {**_read(words), **_read(frames)}
    try:
        return _compile_table(content, dutch_words())
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{words.name} or {frames.name} lacks or misspells {error}") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(f"{path.name} is not valid: {error}") from error


def _compile_table(content: Mapping[str, Any], dutch: frozenset[str]) -> FrameTable:
    groups = dict(_expanded_groups(content["woorden"]))
    sections = (
        "zinsdelen",
        "geen_zinsdeel",
        "maskeren",
        "ontkenning_telt_niet",
        "vraag_met_ontkenning",
        "echte_ontkenning",
        "ontkenning_erna",
        "ontkenning_als_slot",
    )
    texts = [pattern for section in sections for pattern in content[section]]
    texts += content["achtervoegsels"]
    texts += [pattern for frame in content["kaders"] for pattern in frame["patroon"]]
    # Words that patterns name directly are words of the lexicon too.
    groups["_"] = {word for pattern in texts for word in _words_named(pattern)}
    lexicon = Lexicon(groups, content["sleutelwoorden"], content["achtervoegsels"], dutch)

    def compiled(section: str) -> tuple[re.Pattern[str], ...]:
        return tuple(_compile(pattern, lexicon) for pattern in content[section])

    frames = [_frame(entry, lexicon) for entry in content["kaders"]]
    return FrameTable(
        lexicon=lexicon,
        # The certain ones first: a message may fit both kinds.
        frames=tuple(sorted(frames, key=lambda frame: not frame.certain)),
        part_starts=compiled("zinsdelen"),
        not_part_starts=compiled("geen_zinsdeel"),
        masked=compiled("maskeren"),
        negation=_compile("NIET", lexicon),
        question_word=_compile("VRAAGWOORD", lexicon),
        report_verb=_compile("ZEGGEN", lexicon),
        harmless_negation=compiled("ontkenning_telt_niet"),
        negated_question=compiled("vraag_met_ontkenning"),
        real_negation=compiled("echte_ontkenning"),
        negation_after=compiled("ontkenning_erna"),
        negation_as_ending=compiled("ontkenning_als_slot"),
    )


def _expanded_groups(entries: Mapping[str, str | list[str]]) -> Iterator[tuple[str, set[str]]]:
    def forms(name: str) -> set[str]:
        entry = entries[name]
        if isinstance(entry, list):
            return {form for part in entry for form in forms(part)}
        return {_spaced(form) for form in entry.split(",") if form.strip()}

    for name in entries:
        yield name, forms(name)


def _spaced(form: str) -> str:
    return " ".join(plain_form(part) for part in form.split())


def _frame(entry: Mapping[str, Any], lexicon: Lexicon) -> Frame:
    not_with = entry.get("niet_bij", [])
    groups = [not_with] if isinstance(not_with, str) else not_with
    return Frame(
        name=entry["naam"],
        patterns=tuple(_compile(pattern, lexicon) for pattern in entry["patroon"]),
        examples=tuple(entry["voorbeelden"]),
        holds_negation=entry.get("ontkenning") == "hoort_erbij",
        certain=entry.get("zekerheid") != "laag",
        not_with=_compile("|".join(groups), lexicon) if groups else None,
    )


def _alternatives(element: str) -> list[str]:
    return element.removesuffix("?").split("|")


def _words_named(pattern: str) -> Iterable[str]:
    for element in pattern.split():
        for name in _alternatives(element):
            if name.islower():
                yield name


def _compile(pattern: str, lexicon: Lexicon) -> re.Pattern[str]:
    try:
        return re.compile("".join(_element(element, lexicon) for element in pattern.split()))
    except KeyError as error:
        raise ValueError(f'the pattern "{pattern}" names {error}, which is not a group') from error


def _element(element: str, lexicon: Lexicon) -> str:
    if element == "~":
        return f"[{GARBLED}{lexicon.symbols(_FILLER_GROUP)}]{{0,{_MAX_FILLERS}}}"
    if element.startswith(">"):
        return f"{re.escape(BREAK)}{'*' if element.endswith('?') else '+'}"
    if element == "...":
        return f"[^{re.escape(BREAK)}]{{0,{_MAX_GAP}}}"
    names = _alternatives(element)
    edges = {"^": f"(?<![^{re.escape(BREAK)}])", "$": f"(?![^{re.escape(BREAK)}])"}
    choices = [edges[name] for name in names if name in edges]
    words = "".join(lexicon.symbols(name) for name in names if name not in edges)
    if words:
        choices.append(f"[{words}]")
    optional = "?" if element.endswith("?") else ""
    return f"(?:{'|'.join(choices)}){optional}"
