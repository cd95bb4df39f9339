"""What the Rasa featurizer adds to the encoder: standardising, aligning with Rasa's tokens, wrapping in features."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.e5_featurizer import E5Featurizer
from nlu.spacy_tokenizer import DutchSpacyTokenizer


def featurizer_milliseconds(texts: list[str]) -> float:
    """Return the median of milliseconds per message for texts that the encoder remembers, so without encoding."""
    tokenizer = DutchSpacyTokenizer(DutchSpacyTokenizer.get_default_config())
    context = ExecutionContext(GraphSchema({}), node_name="e5")
    with TemporaryDirectory() as directory:
        storage = LocalModelStorage(Path(directory))
        featurizer = E5Featurizer.create(E5Featurizer.get_default_config(), storage, Resource("e5"), context)
        featurizer.train(TrainingData([Message({TEXT: text}) for text in texts]))
    durations = []
    for _ in range(3):
        for message in tokenizer.process([Message({TEXT: text}) for text in texts]):
            before = time.perf_counter()
            featurizer.process([message])
            durations.append(time.perf_counter() - before)
    return round(1000 * median(durations[len(texts) :]), 3)
