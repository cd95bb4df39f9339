"""Makes the typing errors that people make, reproducibly: to train against them and to measure with them.

The kinds of error and the keyboard are general knowledge about typing; no list of errors comes from a test set.
``perturb`` draws from one seeded generator, so the same seed gives the same errors on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

_KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Spellings that Dutch writers mix up because they sound alike.
_SOUND_ALIKES = (
    ("ei", "ij"),
    ("ij", "ei"),
    ("ou", "au"),
    ("au", "ou"),
    ("dt", "d"),
    ("dt", "t"),
    ("cht", "gt"),
    ("ch", "g"),
    ("sch", "sg"),
    ("c", "k"),
    ("ie", "i"),
    ("x", "ks"),
    ("z", "s"),
    ("v", "f"),
    ("isch", "ies"),
    ("ë", "e"),
    ("é", "e"),
    ("ï", "i"),
    ("th", "t"),
    ("lijk", "luk"),
    ("nn", "n"),
    ("tt", "t"),
    ("ll", "l"),
    ("aa", "a"),
    ("ee", "e"),
    ("oo", "o"),
)
_SHORTHAND = {
    "even": "ff",
    "alstublieft": "aub",
    "mijn": "mn",
    "zijn": "zn",
    "inderdaad": "idd",
    "gewoon": "gwn",
    "waarom": "wrm",
    "misschien": "mss",
    "bedankt": "thx",
    "nummer": "nr",
    "het": "t",
    "een": "n",
    "niet": "nie",
    "ik": "k",
    "dat": "da",
    "wat": "wa",
    "wanneer": "wnr",
    "hoeveel": "hvl",
    "vandaag": "vndg",
    "je": "u",
    "er": "dr",
}


def _neighbours() -> dict[str, str]:
    """Return for each letter the keys that touch it on a QWERTY keyboard (the usual one in the Netherlands)."""
    touching: dict[str, str] = {}
    for r, row in enumerate(_KEYBOARD_ROWS):
        for c, key in enumerate(row):
            near = [row[i] for i in (c - 1, c + 1) if 0 <= i < len(row)]
            if r > 0:
                near += [_KEYBOARD_ROWS[r - 1][i] for i in (c, c + 1) if i < len(_KEYBOARD_ROWS[r - 1])]
            if r + 1 < len(_KEYBOARD_ROWS):
                near += [_KEYBOARD_ROWS[r + 1][i] for i in (c - 1, c) if 0 <= i < len(_KEYBOARD_ROWS[r + 1])]
            touching[key] = "".join(near)
    return touching


_NEIGHBOURS = _neighbours()


def _swap(word: str, draw: random.Random) -> str:
    i = draw.randrange(len(word) - 1)
    return word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def _drop(word: str, draw: random.Random) -> str:
    i = draw.randrange(len(word))
    return word[:i] + word[i + 1 :]


def _double(word: str, draw: random.Random) -> str:
    i = draw.randrange(len(word))
    return word[: i + 1] + word[i:]


def _wrong_key(word: str, draw: random.Random) -> str:
    i = draw.randrange(len(word))
    near = _NEIGHBOURS.get(word[i].lower())
    return word if near is None else word[:i] + draw.choice(near) + word[i + 1 :]


def _extra_key(word: str, draw: random.Random) -> str:
    i = draw.randrange(len(word))
    near = _NEIGHBOURS.get(word[i].lower())
    return word if near is None else word[: i + 1] + draw.choice(near) + word[i + 1 :]


def _sound_alike(word: str, draw: random.Random) -> str:
    possible = [(right, wrong) for right, wrong in _SOUND_ALIKES if right in word]
    if not possible:
        return _drop(word, draw)
    right, wrong = draw.choice(possible)
    return word.replace(right, wrong, 1)


def _split(word: str, draw: random.Random) -> str:
    if len(word) < 7:
        return _swap(word, draw)
    i = draw.randrange(3, len(word) - 2)
    return word[:i] + " " + word[i:]


_WORD_ERRORS: Sequence[tuple[Callable[[str, random.Random], str], int]] = (
    (_swap, 4),
    (_drop, 5),
    (_double, 2),
    (_wrong_key, 4),
    (_extra_key, 2),
    (_sound_alike, 3),
    (_split, 1),
)


def perturb(text: str, draw: random.Random, errors_per_word: float = 0.25) -> str:
    """Return ``text`` as a hasty typist would send it.

    Args:
        text: Any text; one without words of two letters comes back with only its capitals and signs changed.
        draw: Source of all chance. The same state gives the same result.
        errors_per_word: Chance, 0 to 1, that a word of at least three letters is damaged. Shorthand ("ff"),
            missing spaces, lost capitals and punctuation come on top, with fixed chances.

    Returns:
        A text of about the same length, never empty when ``text`` has a character other than white space.
    """
    makers, weights = zip(*_WORD_ERRORS, strict=True)
    words = []
    for word in text.split():
        if word.lower() in _SHORTHAND and draw.random() < errors_per_word:
            word = _SHORTHAND[word.lower()]
        elif len(word) >= 3 and word.isalpha() and draw.random() < errors_per_word:
            word = draw.choices(makers, weights)[0](word, draw)
        words.append(word)
    typed = ""
    for word in words:
        glued = typed and draw.random() < errors_per_word / 8
        typed += word if glued or not typed else " " + word
    return _careless_style(typed, draw) or text


def _careless_style(text: str, draw: random.Random) -> str:
    """Return ``text`` without capitals or punctuation, or in capitals, as chance has it."""
    if draw.random() < 0.5:
        text = text.lower()
    elif draw.random() < 0.06:
        text = text.upper()
    if draw.random() < 0.5:
        text = text.rstrip(".?! ")
    return text
