"""Compare ways to classify intents and to decide on scope; prints the Markdown tables of docs/nlu.md.

    .venv/assistant/bin/python -m benchmarks.nlu_variants classifiers
    .venv/assistant/bin/python -m benchmarks.nlu_variants scope
    .venv/assistant/bin/python -m benchmarks.nlu_variants diet
    .venv/assistant/bin/python -m benchmarks.nlu_variants final

Data: the two benchmarks in ``benchmarks/nlu``, and ``data/`` with the development sentences in ``tests/nlu/held_out``.
The sentences in ``test.csv`` there are for ``final`` only.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from nlu.classifier import ridge
from nlu.classifier.calibration import fit_sharpness
from nlu.classifier.characters import CharacterNgrams
from nlu.classifier.names import in_words
from nlu.classifier.scope import OUT_OF_SCOPE, familiarity
from nlu.classifier.similarity import Represented, similarity, unit_rows
from nlu.e5.standardise import Standardiser, sentence_vectors
from nlu.evaluation import benchmark
from nlu.evaluation.crossval import read_training_data
from nlu.evaluation.pipeline import CONFIG, PROJECT, scratch
from nlu.typing_noise import perturb
from nlu.typing_repair import TypingRepair

BENCHMARKS = PROJECT / "benchmarks" / "nlu"
ERRORS_PER_WORD = 0.3
SEED = 7
Texts = list[str]


@dataclass(frozen=True)
class DataSet:
    """Sentences to learn from and to be asked about, with their intents."""

    name: str
    learnt: Texts
    labels: Texts
    asked: Texts
    wanted: NDArray[np.str_]


def data_sets() -> Iterator[DataSet]:
    """Yield the data sets with few examples, where methods differ most."""
    for name in ("travel", "assistant"):
        learnt, labels = _read(BENCHMARKS / f"{name}_train.csv")
        asked, wanted = _read(BENCHMARKS / f"{name}_test.csv")
        yield DataSet(name, learnt, labels, asked, np.array(wanted))


def customer_service() -> DataSet:
    """Return our own training data with the development sentences."""
    sentences = read_training_data(PROJECT / "data")
    asked, wanted = _read(PROJECT / "tests" / "nlu" / "held_out" / "development.csv")
    return DataSet(
        "customer service",
        [s.text for s in sentences],
        [s.intent for s in sentences],
        asked,
        np.array(wanted),
    )


def _read(path: Path) -> tuple[Texts, Texts]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["intent"] for row in rows]


@dataclass(frozen=True)
class Features:
    """Both parts of a data set as features, and the labels of the first."""

    learnt: Represented
    asked: Represented
    labels: NDArray[np.str_]


def features(data: DataSet, asked: Texts, repair: bool = False, names: bool = False) -> Features:
    """Return the features of ``data`` with other ``asked``, with or without two of the steps before them."""
    learnt, labels = list(data.learnt), list(data.labels)
    if names:
        intents = sorted(set(labels))
        learnt, labels = learnt + [in_words(intent) for intent in intents], labels + intents
    if repair:
        repairer = TypingRepair.fit(learnt)
        learnt = [repairer.read(text).text for text in learnt]
        asked = [repairer.read(text).text for text in asked]
    standardiser = Standardiser.fit_texts(learnt)
    ngrams = CharacterNgrams.fit(learnt)
    one, other = (
        Represented(unit_rows(sentence_vectors(texts, standardiser)), ngrams.transform(texts))
        for texts in (learnt, asked)
    )
    return Features(one, other, np.array(labels))


def _logistic(
    learnt: object, labels: NDArray[np.str_], asked: object, inverse_penalty: float
) -> NDArray[np.float64]:
    model = LogisticRegression(C=inverse_penalty, max_iter=300).fit(learnt, labels)
    return np.log(model.predict_proba(asked) + 1e-9)


def by_meaning(f: Features) -> NDArray[np.float64]:
    """Logistic regression on standardised E5 vectors."""
    return _logistic(f.learnt.meaning, f.labels, f.asked.meaning, 10)


def by_spelling(f: Features) -> NDArray[np.float64]:
    """Logistic regression on character n-grams."""
    return _logistic(f.learnt.spelling, f.labels, f.asked.spelling, 30)


def by_both(f: Features) -> NDArray[np.float64]:
    """The two regressions above, their logarithms averaged."""
    return 0.7 * by_meaning(f) + 0.3 * by_spelling(f)


def by_neighbours(f: Features) -> NDArray[np.float64]:
    """Cosine of E5 vectors, mean of the five nearest of each class."""
    alike = f.asked.meaning @ f.learnt.meaning.T
    per_class = [
        np.sort(alike[:, f.labels == intent], axis=1)[:, -5:].mean(axis=1) for intent in np.unique(f.labels)
    ]
    return np.stack(per_class, axis=1).astype(np.float64)


def by_kernel(f: Features) -> NDArray[np.float64]:
    """Kernel ridge regression on both, as in nlu.classifier."""
    _, targets = np.unique(f.labels, return_inverse=True)
    alike = similarity(f.learnt, f.learnt)
    fitted = ridge.fit(alike, targets, int(targets.max()) + 1, np.arange(len(targets)))
    return similarity(f.asked, f.learnt) @ fitted.coefficients


VARIANTS: list[tuple[str, Callable[[Features], NDArray[np.float64]], dict[str, bool]]] = [
    ("E5, logistic regression", by_meaning, {}),
    ("E5, five nearest neighbours per class", by_neighbours, {}),
    ("character n-grams, logistic regression", by_spelling, {}),
    ("E5 + n-grams, two logistic regressions", by_both, {}),
    ("E5 + n-grams, kernel ridge", by_kernel, {}),
    ("the same, typing repaired", by_kernel, {"repair": True}),
    ("the same, names as examples", by_kernel, {"names": True}),
    ("the same, both (in config.yml)", by_kernel, {"repair": True, "names": True}),
    ("two logistic regressions, both", by_both, {"repair": True, "names": True}),
]


def compare_classifiers() -> None:
    """Print accuracy per variant and data set, as written and mistyped."""
    sets = list(data_sets())
    titles = [title for data in sets for title in (data.name, "mistyped")]
    print("| variant |", " | ".join(titles), "|")
    print("|---|" + "---|" * len(titles))
    for name, method, steps in VARIANTS:
        cells = []
        for data in sets:
            draw = random.Random(SEED)
            mistyped = [perturb(text, draw, ERRORS_PER_WORD) for text in data.asked]
            made = features(data, [*data.asked, *mistyped], **steps)
            chosen = np.unique(made.labels)[method(made).argmax(axis=1)]
            right = (chosen == np.tile(data.wanted, 2)).reshape(2, -1).mean(axis=1)
            cells.extend(f"{share:.3f}" for share in right)
        print(f"| {name} |", " | ".join(cells), "|", flush=True)


def compare_scope() -> None:
    """Print how well each score tells the development sentences that are out of scope from the others."""
    data = customer_service()
    print("| score | training data | AUROC | refused when 0.95 is answered | refused when 0.93 is answered |")
    print("|---|---|---|---|---|")
    outside = np.array(data.labels) == OUT_OF_SCOPE
    inside = DataSet(
        data.name,
        [text for text, out in zip(data.learnt, outside, strict=True) if not out],
        [label for label in data.labels if label != OUT_OF_SCOPE],
        data.asked,
        data.wanted,
    )
    wanted = data.wanted != OUT_OF_SCOPE
    for title, used in (("with out_of_scope", data), ("without", inside)):
        for name, score in _scores(used).items():
            refused = [(score[~wanted] < np.quantile(score[wanted], share)).mean() for share in (0.05, 0.07)]
            print(
                f"| {name} | {title} | {roc_auc_score(wanted, score):.3f} | {refused[0]:.3f} | {refused[1]:.3f} |"
            )


def _scores(data: DataSet) -> dict[str, NDArray[np.float64]]:
    made = features(data, data.asked, repair=True)
    intents, targets = np.unique(made.labels, return_inverse=True)
    alike = similarity(made.learnt, made.learnt)
    fitted = ridge.fit(alike, targets, len(intents), np.arange(len(targets)))
    near = similarity(made.asked, made.learnt)
    scores = near @ fitted.coefficients
    sharpness = fit_sharpness(fitted.unseen, targets)
    chances = softmax(sharpness * scores, axis=1)
    inside = intents != OUT_OF_SCOPE
    ranked = np.sort(chances[:, inside], axis=1)
    known = near[:, np.isin(targets, np.flatnonzero(inside))]
    centred = np.linalg.solve(alike + ridge.PENALTY * np.eye(len(alike)), near.T)
    means = np.stack([made.learnt.meaning[targets == i].mean(axis=0) for i in np.flatnonzero(inside)])
    spread = made.learnt.meaning - np.stack([made.learnt.meaning[targets == i].mean(axis=0) for i in targets])
    covariance = np.cov(spread.T) + 0.1 * np.trace(np.cov(spread.T)) / spread.shape[1] * np.eye(
        spread.shape[1]
    )
    away = made.asked.meaning[:, None, :] - means[None]
    mahalanobis = np.einsum("nkd,de,nke->nk", away, np.linalg.inv(covariance), away)
    found = {
        "maximum probability": ranked[:, -1],
        "margin between the first two": ranked[:, -1] - ranked[:, -2],
        "energy": np.log(np.exp(sharpness * scores[:, inside] / 3).sum(axis=1)),
        "distance to the nearest class centre": -np.linalg.norm(away, axis=2).min(axis=1),
        "Mahalanobis distance": -mahalanobis.min(axis=1),
        "nearest neighbour": known.max(axis=1),
        "five nearest neighbours of the best class": familiarity(
            known, targets[inside[targets]], len(intents)
        ),
        "variance of the kernel machine": np.einsum("nm,mn->n", near, centred),
    }
    if OUT_OF_SCOPE in intents:
        found["probability of out_of_scope"] = 1 - chances[:, ~inside][:, 0]
    return found


DIET_PIPELINE = [
    {"name": "WhitespaceTokenizer"},
    {"name": "nlu.e5_featurizer.E5Featurizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 3, "max_ngram": 5},
    {"name": "DIETClassifier", "epochs": 100, "entity_recognition": False, "random_seed": SEED},
]


def compare_diet() -> None:
    """Print what Rasa's own DIET makes of the same features, beside config.yml, time included."""
    print("| pipeline | data | accuracy | seconds to train |")
    print("|---|---|---|---|")
    with scratch() as directory:
        diet = directory / "diet.yml"
        settings = yaml.safe_load(CONFIG.read_text("utf-8"))
        diet.write_text(yaml.safe_dump({**settings, "pipeline": DIET_PIPELINE}), encoding="utf-8")
        for name in ("travel", "assistant"):
            for title, config in (("config.yml", CONFIG), ("E5 + n-grams, DIET", diet)):
                files = (BENCHMARKS / f"{name}_train.csv", BENCHMARKS / f"{name}_test.csv")
                figures = benchmark.benchmark(*files, config)
                print(
                    f"| {title} | {name} | {figures['accuracy']:.3f} | {figures['train']['seconds']} |",
                    flush=True,
                )


def report_final() -> None:
    """Print the figures of the whole pipeline, trained on ``data/``, on the sentences that nothing was chosen with."""
    with scratch() as directory:
        learnt = directory / "data.csv"
        with learnt.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["intent", "text"])
            rows.writerows([s.intent, s.text] for s in read_training_data(PROJECT / "data"))
        figures = benchmark.benchmark(learnt, PROJECT / "tests" / "nlu" / "held_out" / "test.csv")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    commands = {
        "classifiers": compare_classifiers,
        "scope": compare_scope,
        "diet": compare_diet,
        "final": report_final,
    }
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", choices=commands)
    commands[parser.parse_args().table]()
