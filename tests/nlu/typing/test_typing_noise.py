import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.typing_noise import perturb

SENTENCE = "Waar blijft mijn bestelling? Ik wil graag weten wanneer het pakket geleverd wordt."


def test_the_same_seed_gives_the_same_errors():
    assert perturb(SENTENCE, random.Random(3)) == perturb(SENTENCE, random.Random(3))


def test_other_seeds_give_other_errors():
    assert len({perturb(SENTENCE, random.Random(seed)) for seed in range(20)}) >= 18


def test_more_errors_are_made_when_asked_for():
    def changed_words(rate: float) -> int:
        typed = [perturb(SENTENCE, random.Random(seed), rate).lower().split() for seed in range(50)]
        return sum(word not in words for words in typed for word in SENTENCE.lower().split())

    assert changed_words(0.1) < changed_words(0.3) < changed_words(0.9)


def test_no_errors_leaves_every_word_in_place():
    typed = perturb(SENTENCE, random.Random(1), 0.0)

    assert typed.lower().split()[:8] == SENTENCE.lower().split()[:8]


@given(st.text(max_size=200), st.integers(0, 1000), st.sampled_from([0.0, 0.3, 1.0]))
def test_any_text_can_be_mistyped(text, seed, rate):
    typed = perturb(text, random.Random(seed), rate)

    assert bool(typed.strip()) == bool(text.strip()) or typed == text


@pytest.mark.parametrize(("seed", "expected"), [(1, True), (2, True)])
def test_letters_are_only_exchanged_for_plausible_ones(seed, expected):
    typed = perturb("verzendkosten", random.Random(seed), 1.0)

    assert (abs(len(typed) - len("verzendkosten")) <= 2) is expected
