"""Whatever a stranger types: no crash, positions inside the text, no overlap, and time that grows with the length only."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.entities.extract import LONGEST_TEXT, extract

HOSTILE = [
    "",
    "\x00",
    "\ud800",
    "😀😀😀",
    "﷽" * 8,
    "١٢٣٤٥٦٧٨٩",
    "４００１２３４５６",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "\u202e400123456\u202c",
]
PIECES = st.sampled_from(
    [
        "400123456",
        "3511 AB",
        "3511ab",
        "NL91ABNA0417164300",
        "06-12345678",
        "a@b.nl",
        "€ 12,50",
        "vrijdag",
        "3 mei",
        "-",
        ".",
        " ",
        ",",
    ]
)


@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=12).map("".join)))
@settings(max_examples=400, deadline=None)
def test_any_text(text):
    found = extract(text)
    end = 0
    for entity in found:
        assert end <= entity.start < entity.end <= len(text)
        assert entity.value
        end = entity.end


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts(text):
    assert isinstance(extract(text), list)


@pytest.mark.parametrize(
    "piece",
    [
        "4",
        "4 ",
        "1234 ",
        "NL91 ",
        "NL91ABNA",
        "a.",
        "a@",
        "1.",
        "€1.000",
        "12-",
        "over 3 ",
        "ma ",
        "0",
        "+31 6 ",
        "€ ",
    ],
)
def test_a_long_text_is_cut_before_it_costs_time(piece):
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    extract(text)
    spent = time.process_time() - started
    extract(text[:LONGEST_TEXT])
    # Generous, for a slow machine: what is guarded against is time that explodes, which would be minutes.
    assert spent < 5
