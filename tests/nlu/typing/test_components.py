from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import spacy_tokenizer
from nlu.intent_names import FROM_NAME, IntentNames
from nlu.reading import reading_of
from nlu.spacy_tokenizer import DutchSpacyTokenizer
from nlu.typing_repair_component import DutchTypingRepair
from nlu.unicode import without_surrogates

CONTEXT = ExecutionContext(GraphSchema({}), node_name="tested")
RESOURCE = Resource("tested")


@pytest.fixture(scope="module")
def tokenizer() -> DutchSpacyTokenizer:
    return DutchSpacyTokenizer(DutchSpacyTokenizer.get_default_config())


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path)


def _training_data() -> TrainingData:
    texts = {
        "waar blijft mijn bestelling": "track_order",
        "hallo": "greet",
        "is mijn pakket onderweg": "track_order",
    }
    return TrainingData([Message.build(text, intent=intent) for text, intent in texts.items()])


def _tokens(tokenizer: DutchSpacyTokenizer, text: str) -> list[str]:
    (message,) = tokenizer.process([Message.build(text)])
    return [token.text for token in message.get(TOKENS_NAMES[TEXT])]


def test_words_and_signs_are_tokens(tokenizer):
    assert _tokens(tokenizer, "Waar is m'n pakje (400123456)?") == [
        "Waar", "is", "m'n", "pakje", "(", "400123456", ")", "?",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "   ", "\n", "\ud800", "😀"])
def test_a_text_without_words_is_one_token(tokenizer, text):
    assert _tokens(tokenizer, text) == [text]


@given(text=st.text(alphabet=st.characters(exclude_categories=()), max_size=120))
def test_offsets_point_at_the_text(tokenizer, text):
    (message,) = tokenizer.process([Message.build(text)])
    for token in message.get(TOKENS_NAMES[TEXT]):
        assert text[token.start : token.start + len(token.text)] == token.text


def test_of_a_very_long_text_only_the_beginning_is_tokenized(tokenizer):
    assert len(_tokens(tokenizer, "woord " * 20_000)) < 2_000


def test_the_strings_that_spacy_remembers_are_forgotten_in_time(monkeypatch):
    monkeypatch.setattr(spacy_tokenizer, "MAX_REMEMBERED_STRINGS", 10)
    tokenizer = DutchSpacyTokenizer(DutchSpacyTokenizer.get_default_config())
    before = tokenizer._language
    _tokens(tokenizer, " ".join(f"woord{number}x" for number in range(30)))

    assert _tokens(tokenizer, "hallo daar") == ["hallo", "daar"]
    assert tokenizer._language is not before


def test_it_says_what_it_is_for():
    assert DutchSpacyTokenizer.supported_languages() == ["nl"]
    assert DutchSpacyTokenizer.required_packages() == ["spacy"]


def test_surrogates_are_replaced_one_for_one():
    assert without_surrogates("a\ud800b\udfff😀") == "a\ufffdb\ufffd😀"


def test_repair_notes_the_reading_and_leaves_the_text(storage):
    component = DutchTypingRepair.create({}, storage, RESOURCE, CONTEXT)
    component.train(_training_data())
    loaded = DutchTypingRepair.load({}, storage, RESOURCE, CONTEXT)

    for repair in (component, loaded):
        (message,) = repair.process([Message.build("waar blijft mn bestteling")])
        assert message.get(TEXT) == "waar blijft mn bestteling"
        assert reading_of(message).text == "waar blijft mijn bestelling"


def test_training_examples_are_read_too(storage):
    component = DutchTypingRepair.create({}, storage, RESOURCE, CONTEXT)
    data = component.process_training_data(TrainingData([Message.build("even GEDULD AUB", intent="x")]))

    assert reading_of(data.training_examples[0]).text == "even geduld alstublieft"


def test_without_a_note_a_message_is_read_as_typed():
    message = Message.build("mn pakje")

    assert reading_of(message).text == "mn pakje"
    assert reading_of(message).as_typed(3, 8) == (3, 8)
    assert reading_of(Message({}), "response").text == ""


def test_repair_needs_what_the_lock_file_has():
    assert DutchTypingRepair.required_packages() == ["rapidfuzz", "spacy_lookups_data"]


def test_each_intent_gets_its_name_as_an_example(storage):
    component = IntentNames.create({}, storage, RESOURCE, CONTEXT)
    data = component.process_training_data(_training_data())
    added = [example for example in data.training_examples if example.get(FROM_NAME)]

    assert [(example.get(TEXT), example.get(INTENT)) for example in added] == [
        ("greet", "greet"),
        ("track order", "track_order"),
    ]
    assert len(data.training_examples) == 5
    message = Message.build("hallo")
    assert component.process([message]) == [message]
