"""Reading labelled sentences from a CSV file that may come from any spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_INTENT_TITLES = {"intent", "label", "intentie"}
_TEXT_TITLES = {"text", "tekst", "utterance", "sentence", "zin", "bericht"}
_SEPARATORS = (",", ";", "\t")


class EvaluationError(Exception):
    """What a user can put right; the message is one sentence that says how."""


@dataclass(frozen=True)
class Sentence:
    """A text and the intent that people gave it. Neither is blank."""

    intent: str
    text: str


def read_sentences(path: Path) -> list[Sentence]:
    """Read ``intent,text`` rows from a UTF-8 file.

    A header is recognised by its titles and may then name the columns in any order, with others beside them; without
    one the first column is the intent. A byte order mark, Windows line ends, quotes and blank lines are fine, and so
    is ``;`` or a tab for a separator when the first line has no comma.

    Raises:
        EvaluationError: the file is missing, is not UTF-8, holds no sentences, or has a row that cannot be read.
    """
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise EvaluationError(f"Cannot read {path}: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(
            f"{path} is not UTF-8 (byte {error.start}). Save it as 'CSV UTF-8' and try again."
        ) from error
    sentences = list(_rows(path, content))
    if not sentences:
        raise EvaluationError(f"{path} holds no sentences. Expected are lines like: greet,goedemorgen")
    return sentences


def _rows(path: Path, content: str) -> Iterator[Sentence]:
    first_line = next((line for line in content.splitlines() if line.strip()), "")
    separator = next((mark for mark in _SEPARATORS if mark in first_line), ",")
    reader = csv.reader(content.splitlines(keepends=True), delimiter=separator, strict=True)
    columns: tuple[int, int] | None = None
    width = 2
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if columns is None:
                columns = _header(row)
                if columns is not None:
                    width = len(row)
                    continue
                columns = (0, 1)
            if len(row) != width:
                raise EvaluationError(
                    f"{path}, line {reader.line_num}: {len(row)} columns instead of {width}. "
                    f"A text that contains '{separator}' must stand between double quotes."
                )
            intent, text = (row[column].strip() for column in columns)
            if not intent or not text:
                raise EvaluationError(f"{path}, line {reader.line_num}: the intent or the text is empty.")
            yield Sentence(intent, text)
    except csv.Error as error:
        raise EvaluationError(f"{path}, line {reader.line_num}: not valid CSV ({error}).") from error


def _header(row: list[str]) -> tuple[int, int] | None:
    """Return the columns of intent and text when ``row`` is a header, else ``None``."""
    titles = [cell.strip().casefold() for cell in row]
    intent = next((i for i, title in enumerate(titles) if title in _INTENT_TITLES), None)
    text = next((i for i, title in enumerate(titles) if title in _TEXT_TITLES), None)
    return None if intent is None or text is None else (intent, text)
