"""Cross-validation on the training data in ``data/``.

The folds go through the same encoder, standardisation and classifier code as the Rasa components do, without starting
Rasa for each: a fold takes seconds. Fallback and the human-request detector are left out, so the figures are those of
the classifier; ``benchmark`` measures the whole pipeline.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from nlu.classifier.model import IntentModel, Prediction
from nlu.classifier.names import in_words
from nlu.classifier.scope import OUT_OF_SCOPE
from nlu.e5.encoder import default_encoder
from nlu.e5.standardise import Standardiser
from nlu.evaluation import metrics
from nlu.evaluation.pipeline import PROJECT, progress
from nlu.evaluation.sentences import EvaluationError, Sentence
from nlu.typing_repair import TypingRepair

DATA = PROJECT / "data"
Vector = NDArray[np.float32]


def crossval(data: str | Path = DATA, folds: int = 5, seed: int = 1) -> dict[str, Any]:
    """Return the figures of ``folds``-fold stratified cross-validation on Rasa training data.

    ``accuracy``, ``macro_f1``, ``calibration_error``; ``intents``: precision, recall, F1 and number of examples of
    each; ``confusions``: pairs that were mixed up, most frequent first; ``out_of_scope``, when there is such an intent:
    share of it refused, and share of the others answered. The same ``seed`` gives the same result.

    Raises:
        EvaluationError: there is no training data, or an intent has fewer examples than there are folds.
    """
    sentences = read_training_data(Path(data))
    texts = [sentence.text for sentence in sentences]
    wanted = np.array([sentence.intent for sentence in sentences])
    names, counts = np.unique(wanted, return_counts=True)
    if len(names) < 2 or counts.min() < folds:
        scarce = names[counts.argmin()]
        raise EvaluationError(
            f"{folds} folds need two intents with {folds} examples each; '{scarce}' has {counts.min()}."
        )
    predicted = np.empty(len(texts), object)
    confidences = np.zeros(len(texts))
    encoded: dict[str, Vector] = {}
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for number, (learnt, held_out) in enumerate(splitter.split(texts, wanted), start=1):
        progress(f"Fold {number} of {folds} ...")
        results = predict_after_training(
            [sentences[i] for i in learnt], [texts[i] for i in held_out], encoded
        )
        for i, result in zip(held_out, results, strict=True):
            predicted[i], confidences[i] = result.ranking[0]
    chosen = predicted.tolist()
    figures: dict[str, Any] = {
        "folds": folds,
        "seed": seed,
        "examples": len(texts),
        **metrics.summary(wanted.tolist(), chosen, confidences.tolist()),
        "intents": metrics.per_intent(wanted.tolist(), chosen),
        "confusions": metrics.confusions(texts, wanted.tolist(), chosen),
    }
    if OUT_OF_SCOPE in names:
        outside = wanted == OUT_OF_SCOPE
        figures["out_of_scope"] = {
            "refused": metrics.rounded(float((predicted[outside] == OUT_OF_SCOPE).mean())),
            "answered_of_the_others": metrics.rounded(float((predicted[~outside] != OUT_OF_SCOPE).mean())),
        }
    return figures


def predict_after_training(
    learnt: Sequence[Sentence], held_out: Sequence[str], encoded: dict[str, Vector] | None = None
) -> list[Prediction]:
    """Do what the components of ``config.yml`` do up to the classifier, in the same order.

    ``encoded`` keeps the encoder's vectors by text; folds that share it encode a sentence once.
    """
    encoded = {} if encoded is None else encoded
    repair = TypingRepair.fit(sentence.text for sentence in learnt)
    names = {sentence.intent: in_words(sentence.intent) for sentence in learnt}
    examples = [*learnt, *(Sentence(intent, words) for intent, words in sorted(names.items()) if words)]
    texts = [repair.read(example.text).text for example in examples]
    asked = [repair.read(text).text for text in held_out]
    fresh = [text for text in dict.fromkeys([*texts, *asked]) if text not in encoded]
    encoded.update(
        (text, made.sentence) for text, made in zip(fresh, default_encoder().encode(fresh), strict=True)
    )
    vectors = np.stack([encoded[text] for text in texts])
    standardiser = Standardiser.fit(vectors)
    model = IntentModel.fit(
        texts,
        standardiser.transform(vectors),
        [example.intent for example in examples],
        [number < len(learnt) for number in range(len(examples))],
    )
    return model.predict(asked, standardiser.transform(np.stack([encoded[text] for text in asked])))


def read_training_data(path: Path) -> list[Sentence]:
    """Return the labelled sentences of a Rasa training data file or directory, in a fixed order.

    Raises:
        EvaluationError: there is no such path, or it holds no examples of intents.
    """
    if not path.exists():
        raise EvaluationError(f"There is no {path}.")
    with contextlib.redirect_stdout(sys.stderr):
        from rasa.shared.data import get_data_files, is_nlu_file
        from rasa.shared.nlu.training_data.loading import load_data

        # rules and stories live in the same directory
        files = sorted(get_data_files([str(path)], is_nlu_file))
        examples = [example for file in files for example in load_data(file).intent_examples]
    sentences = {
        Sentence(example.get("intent"), example.get("text")) for example in examples if example.get("text")
    }
    if not sentences:
        raise EvaluationError(f"{path} holds no examples of intents.")
    return sorted(sentences, key=lambda sentence: (sentence.intent, sentence.text))
