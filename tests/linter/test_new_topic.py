"""`make new-topic`: files in each tree, ready to fill, in a project that still trains."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import yaml

from linter.__main__ import check
from scripts.new_topic import main
from tests.linter.conftest import ROOT, TODAY

FILES = (
    "data/nlu/gift_card.yml",
    "data/rules/gift_card.yml",
    "tests/conversations/happy_path/test_customer_asks_about_gift_card.yml",
)


def _make(project, *arguments):
    return main([*arguments, "--root", str(project), "--today", str(TODAY)])


def _contents(project):
    return {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}


def test_a_new_topic_asks_only_for_examples(clean, capsys):
    assert _make(clean, "gift_card", "--title", "Een cadeaukaart") == 0
    said = capsys.readouterr().out
    assert all(file in said and (clean / file).exists() for file in FILES)
    assert [(finding.file, finding.code) for finding in check(clean, TODAY)] == [
        (FILES[0], "too-few-examples")
    ]


def test_the_domain_keeps_every_line_that_it_had(clean):
    before = (clean / "domain.yml").read_text(encoding="utf-8").splitlines()
    _make(clean, "gift_card", "--title", "Een cadeaukaart", "--owner", "verkoop")
    after = (clean / "domain.yml").read_text(encoding="utf-8").splitlines()
    rest = iter(after)
    assert all(line in rest for line in before), "the old lines, in the old order"
    domain = yaml.safe_load("\n".join(after))
    assert domain["intents"][-1] == {
        "gift_card": {
            "title": "Een cadeaukaart",
            "purpose": "leverage",
            "about": "De klant vraagt iets over een cadeaukaart.",
        }
    }
    (response,) = domain["responses"]["utter_gift_card"]
    assert response["metadata"] == {"owner": "verkoop", "review_by": "2027-05-24"}


def test_a_ticket_about_it_has_a_topic_with_a_name(clean):
    _make(clean, "gift_card", "--title", "Een cadeaukaart")
    topics = yaml.safe_load((clean / "desk" / "tickets" / "topics.yml").read_text(encoding="utf-8"))
    assert list(topics) == ["information", "repairs", "gift_card"]
    assert topics["gift_card"] == {"name": "Een cadeaukaart", "intents": ["gift_card"]}


def test_a_topic_of_tickets_without_files_is_not_taken_again(clean, capsys):
    with (clean / "desk" / "tickets" / "topics.yml").open("a", encoding="utf-8") as file:
        file.write("gift_card:\n  name: Cadeaukaart\n  intents: [request_repair]\n")
    before = _contents(clean)
    assert _make(clean, "gift_card") == 1
    assert "bestaat al (desk/tickets/topics.yml:7)" in capsys.readouterr().err
    assert _contents(clean) == before


def test_without_the_list_of_topics_nothing_is_written(clean, capsys):
    (clean / "desk" / "tickets" / "topics.yml").unlink()
    before = _contents(clean)
    assert _make(clean, "gift_card") == 1
    assert "desk/tickets/topics.yml ontbreekt" in capsys.readouterr().err
    assert _contents(clean) == before


def test_a_title_is_made_from_the_name(clean):
    _make(clean, "gift_card")
    assert 'title: "Gift card"' in (clean / "domain.yml").read_text(encoding="utf-8")


def test_a_domain_without_a_newline_at_the_end_or_with_comments_after_it(clean):
    domain = clean / "domain.yml"
    domain.write_text(domain.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    assert _make(clean, "gift_card") == 0
    domain.write_text(domain.read_text(encoding="utf-8") + "\n# einde\n", encoding="utf-8")
    assert _make(clean, "store_card") == 0
    assert list(yaml.safe_load(domain.read_text(encoding="utf-8"))["responses"])[-2:] == [
        "utter_gift_card",
        "utter_store_card",
    ]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["Cadeau"], "kan geen naam zijn"),
        (["gift-card"], "kan geen naam zijn"),
        (["../gift_card"], "kan geen naam zijn"),
        ([""], "kan geen naam zijn"),
        (["a" * 41], "kan geen naam zijn"),
        (["nlu_fallback"], "gebruikt Rasa zelf al"),
        (["greet"], "bestaat al (domain.yml:4)"),
        (["what_about"], "bestaat al (domain.yml:"),
        (["repairs"], "bestaat al (data/nlu/repairs.yml)"),
        (["gift_card", "--title", 'Een "kaart"'], "kan geen titel zijn"),
        (["gift_card", "--title", "openingstijden"], "kan geen titel zijn"),
        (["gift_card", "--title", "OpeningsTijden"], "is al van opening_hours"),
        (["gift_card", "--owner", "x: y"], "kan geen eigenaar zijn"),
    ],
)
def test_a_name_that_cannot_be_used_changes_nothing(clean, capsys, arguments, reason):
    before = _contents(clean)
    assert _make(clean, *arguments) == 1
    assert reason in capsys.readouterr().err
    assert _contents(clean) == before


def test_a_project_that_cannot_be_read_is_left_alone(clean, change, capsys):
    change(
        {"file": "data/rules/general.yml", "find": "      - intent: greet", "replace": "\t- intent: greet"}
    )
    before = _contents(clean)
    assert _make(clean, "gift_card") == 1
    assert "data/rules/general.yml:6 is niet te lezen" in capsys.readouterr().err
    assert _contents(clean) == before


@pytest.mark.parametrize(
    "content",
    ["# niets\n", "intents: []\nresponses: {}\n", "intents: [greet]\nresponses: {utter_greet: []}\n"],
)
def test_a_domain_without_a_list_of_intents_is_left_alone(clean, capsys, content):
    domain = clean / "domain.yml"
    domain.write_text(content, encoding="utf-8")
    assert _make(clean, "gift_card") == 1
    assert "staat geen lijst bij" in capsys.readouterr().err
    assert not (clean / FILES[0]).exists()


def test_the_project_still_trains_with_a_new_topic(clean, tmp_path):
    """Trained for real, with a pipeline of a few seconds; so the clean project is known to be one that Rasa accepts."""
    assert _make(clean, "gift_card", "--title", "Een cadeaukaart") == 0
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "ORGANISATION_FILE": str(clean / "organisation.yml"),
        "RASA_TELEMETRY_ENABLED": "false",
        "CUDA_VISIBLE_DEVICES": "",
    }
    result = subprocess.run(
        [sys.executable, "-m", "rasa", "train", "--out", str(tmp_path / "models")],
        cwd=clean,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
    assert list((tmp_path / "models").glob("*.tar.gz"))
