import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.classifier.characters import LONGEST, SHORTEST, CharacterNgrams

TRAINING = [
    "Waar blijft mijn pakje?",
    "waar is mijn pakket",
    "ik wil iets retourneren",
    "ja",
    "a",
    "é ß pakje pakje",
]


def test_the_figures_are_those_of_scikit_learn():
    reference = TfidfVectorizer(analyzer="char_wb", ngram_range=(SHORTEST, LONGEST), sublinear_tf=True)
    reference.fit(TRAINING)
    ours = CharacterNgrams.fit(TRAINING)
    asked = [*TRAINING, "waar blijft het retour pakje pakje", "xyz", ""]

    theirs = reference.transform(asked).toarray()
    order = [reference.vocabulary_[ngram] for ngram in ours.state()["ngrams"]]

    np.testing.assert_allclose(ours.transform(asked).toarray(), theirs[:, order], atol=1e-6)


def test_one_number_is_as_good_as_another():
    ours = CharacterNgrams.fit([*TRAINING, "bestelling 412345678"])
    one, other = ours.transform(["bestelling 400999111", "bestelling 433 1"]).toarray()

    assert one @ ours.transform(["bestelling 412345678"]).toarray()[0] > 0.999
    assert one @ other < 0.999


def test_the_state_survives_json():
    ours = CharacterNgrams.fit([*TRAINING, "nul\x00 teken"])
    again = CharacterNgrams.restore(json.loads(json.dumps(ours.state())))

    np.testing.assert_array_equal(
        again.transform(["mijn pakje nul\x00"]).toarray(), ours.transform(["mijn pakje nul\x00"]).toarray()
    )


@given(st.lists(st.text(max_size=60), max_size=4))
def test_rows_have_unit_length_or_are_zero(texts):
    lengths = np.linalg.norm(CharacterNgrams.fit(TRAINING).transform(texts).toarray(), axis=1)

    assert all(length == 0 or abs(length - 1) < 1e-5 for length in lengths)
