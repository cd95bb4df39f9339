"""The three commands on the real pipeline, with little data: training takes seconds, importing Rasa takes longer."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nlu
from nlu.evaluation import benchmark as benchmark_module
from nlu.evaluation import pipeline
from nlu.evaluation.__main__ import main
from nlu.evaluation.crossval import read_training_data
from nlu.evaluation.pipeline import PROJECT, EvaluationError, newest_model, train
from nlu.evaluation.sentences import Sentence

TRAINING = {
    "track_order": [
        "waar is mijn pakket",
        "wanneer komt mijn bestelling",
        "is mijn pakje al onderweg",
        "pakket volgen",
    ],
    "opening_hours": [
        "hoe laat gaat u open",
        "zijn jullie zondag open",
        "openingstijden",
        "tot hoe laat open",
    ],
    "out_of_scope": ["wat eten we vandaag", "vertel een mop", "wie wordt kampioen", "schrijf een gedicht"],
}


def _csv(path: Path, sentences: dict[str, list[str]]) -> Path:
    rows = [f'{intent},"{text}"' for intent, texts in sentences.items() for text in texts]
    path.write_text("intent,text\n" + "\n".join(rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("model")
    sentences = [Sentence(intent, text) for intent, texts in TRAINING.items() for text in texts]
    return train(sentences, directory)


def test_benchmark_trains_and_measures(tmp_path, capsys):
    train_file = _csv(tmp_path / "train.csv", TRAINING)
    asked = {
        "track_order": ["waar blijft mn pakket"],
        "out_of_scope": ["vertel een verhaal"],
        "weather": ["regent het"],
    }
    test_file = _csv(tmp_path / "test.csv", asked)

    code = main(["benchmark", "--train", str(train_file), "--test", str(test_file)])
    printed = capsys.readouterr()
    figures = json.loads(printed.out)

    assert code == 0
    assert "Training on 12 sentences of 3 intents" in printed.err
    assert figures["train"]["examples"] == 12
    assert figures["train"]["seconds"] > 0
    assert figures["test"] == {"examples": 3}
    assert figures["unknown_intents"] == ["weather"]
    # the intent that was never learnt counts as wrong
    assert figures["accuracy"] <= 0.6667
    assert 0 <= figures["calibration_error"] <= 1
    assert figures["out_of_scope"]["examples"] == 1
    assert figures["milliseconds_per_message"]["p50"] <= figures["milliseconds_per_message"]["p95"]


def test_parse_prints_a_line_of_json_per_message(model, tmp_path, capsys):
    lines = tmp_path / "lines.txt"
    lines.write_text(
        "\ufeffwaar is mijn pakket 400123456\r\n\n   \nik wil een medewerker spreken\nwie wordt er kampioen\n",
        "utf-8",
    )

    assert main(["parse", "--file", str(lines), "--model", str(model)]) == 0
    order, human, outside = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert order["text"] == "waar is mijn pakket 400123456"
    assert order["intent"] == "track_order"
    assert not order["fallback"]
    assert order["ranking"][0]["name"] == "track_order"
    assert len(order["ranking"]) <= 3
    assert {"entity": "order_number", "value": "400123456"}.items() <= order["entities"][0].items()
    assert order["nearest_examples"][0]["text"] == "waar is mijn pakket"
    assert not order["human_request"]
    assert human["human_request"]
    assert human["intent"] == "talk_to_human"
    assert outside["fallback"]


def test_text_that_is_no_valid_unicode_is_printed_as_escapes(model, capsys):
    (described,) = nlu.parse(["hallo \ud800"], model)
    from nlu.evaluation.__main__ import _print

    _print(described)

    assert json.loads(capsys.readouterr().out)["text"] == "hallo \ud800"


def test_standard_output_holds_json_alone(model, tmp_path):
    lines = tmp_path / "lines.txt"
    lines.write_text("hallo\n", "utf-8")
    command = [sys.executable, "-m", "nlu.evaluation", "parse", "--file", str(lines), "--model", str(model)]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300)

    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["text"] == "hallo"


def test_importing_the_package_is_light():
    code = "import sys, nlu; print(sorted({'tensorflow', 'rasa', 'numpy', 'spacy'} & set(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60
    )

    assert ran.stdout.strip() == "[]"


def _yaml(path: Path, sentences: dict[str, list[str]]) -> Path:
    intents = [
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts)
        for intent, texts in sentences.items()
    ]
    path.write_text('version: "3.1"\nnlu:\n' + "".join(intents), encoding="utf-8")
    return path


def test_crossval_reports_each_intent_and_is_repeatable(tmp_path, capsys):
    data = _yaml(tmp_path / "nlu.yml", TRAINING)
    arguments = ["crossval", "--data", str(data), "--folds", "2", "--seed", "4"]

    assert main(arguments) == 0
    first = capsys.readouterr().out
    assert main(arguments) == 0
    figures = json.loads(first)

    assert capsys.readouterr().out == first
    assert set(figures["intents"]) == set(TRAINING)
    assert figures["examples"] == 12
    assert set(figures["out_of_scope"]) == {"refused", "answered_of_the_others"}
    wrong = sum(pair["times"] for pair in figures["confusions"])
    assert figures["accuracy"] == pytest.approx(1 - wrong / 12, abs=1e-4)


def test_crossval_without_out_of_scope_says_nothing_about_it(tmp_path):
    data = _yaml(tmp_path / "nlu.yml", {name: TRAINING[name] for name in ("track_order", "opening_hours")})

    assert "out_of_scope" not in nlu.crossval(data, folds=2)


def test_an_annotation_is_not_part_of_the_sentence(tmp_path):
    data = _yaml(tmp_path / "nlu.yml", {"track_order": ["waar is [400123456](order_number)"]})

    assert read_training_data(data) == [Sentence("track_order", "waar is 400123456")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["benchmark", "--train", "weg.csv", "--test", "weg.csv"], "Cannot read weg.csv"),
        (["crossval", "--data", "weg"], "There is no weg"),
        (["parse", "--file", "weg.txt"], "Cannot read weg.txt"),
    ],
)
def test_what_the_user_can_put_right_is_one_sentence(arguments, message, capsys):
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err


def test_one_intent_is_nothing_to_tell_apart(tmp_path):
    path = _csv(tmp_path / "one.csv", {"greet": ["hallo", "hoi"]})
    with pytest.raises(EvaluationError, match="only one intent"):
        nlu.benchmark(path, path)


def test_too_few_examples_for_the_folds_are_named(tmp_path):
    data = _yaml(tmp_path / "nlu.yml", {"greet": ["hallo", "hoi"], "bye": ["doei", "dag", "tot ziens"]})
    with pytest.raises(EvaluationError, match="'greet' has 2"):
        nlu.crossval(data, folds=3)


def test_data_without_examples_is_refused(tmp_path):
    (tmp_path / "nlu.yml").write_text('version: "3.1"\n', "utf-8")
    with pytest.raises(EvaluationError, match="no examples"):
        read_training_data(tmp_path / "nlu.yml")


def test_the_newest_model_is_taken_and_a_missing_one_is_named(tmp_path):
    with pytest.raises(EvaluationError, match="make train"):
        newest_model(tmp_path)
    for age, name in ((200, "old"), (100, "new")):
        path = tmp_path / f"{name}.tar.gz"
        path.touch()
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - age))
    assert newest_model(tmp_path).name == "new.tar.gz"


def test_a_line_file_that_is_not_utf8_is_refused(tmp_path, capsys):
    (tmp_path / "lines.txt").write_bytes("één".encode("latin-1"))

    assert main(["parse", "--file", str(tmp_path / "lines.txt")]) == 2
    assert "not UTF-8" in capsys.readouterr().err


def test_a_configuration_that_cannot_be_read_is_named(tmp_path):
    path = _csv(tmp_path / "train.csv", TRAINING)
    with pytest.raises(EvaluationError, match="Cannot read the pipeline"):
        nlu.benchmark(path, path, tmp_path / "weg.yml")


def test_a_broken_model_is_refused(model, tmp_path):
    broken = tmp_path / "broken.tar.gz"
    shutil.copy(model, broken)
    with broken.open("r+b") as file:
        file.truncate(100)
    with pytest.raises(EvaluationError, match="cannot be loaded"):
        pipeline.Pipeline(broken)


def test_variables_of_the_environment_are_put_back(monkeypatch):
    monkeypatch.setenv("KEPT", "before")
    monkeypatch.delenv("ABSENT", raising=False)

    with pipeline._environment(KEPT="during", ABSENT="during"):
        assert (os.environ["KEPT"], os.environ["ABSENT"]) == ("during", "during")
    assert os.environ["KEPT"] == "before"
    assert "ABSENT" not in os.environ


def test_without_out_of_scope_in_training_those_sentences_are_judged_apart():
    def result(name: str) -> dict:
        one = {"name": name, "confidence": 0.9}
        return {"intent": one, "classified_intent": one}

    asked = [Sentence("greet", "hoi"), Sentence("out_of_scope", "een mop"), Sentence("out_of_scope", "weer")]
    figures = benchmark_module._figures(
        asked, [result("greet"), result("nlu_fallback"), result("greet")], {"greet"}
    )

    assert figures["accuracy"] == 1.0
    assert figures["out_of_scope"] == {"examples": 2, "refused": 0.5, "answered_of_the_others": 1.0}
