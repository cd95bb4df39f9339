"""Examples, rules and stories in the notations that Rasa accepts."""

from __future__ import annotations

import pytest

from linter.__main__ import check
from linter.examples import Example
from tests.linter.conftest import TODAY


def _codes(project):
    return [finding.code for finding in check(project, TODAY)]


def _add(project, file, text):
    with (project / file).open("a", encoding="utf-8") as opened:
        opened.write(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Waar is mijn PAKKET?!", "waar is mijn pakket"),
        ("één coördinator, svp", "een coordinator svp"),
        ("[400123456](order_number) graag", "000000000 graag"),
        ('naar [Gent]{"entity": "city"}', "naar gent"),
        ("👋", "👋"),
        ("????", "????"),
    ],
)
def test_examples_are_compared_by_their_words(text, key):
    assert Example("intent", text, "file", 1).key == key


def test_an_intent_may_stand_in_two_files(clean):
    information = clean / "data/nlu/information.yml"
    text = information.read_text(encoding="utf-8")
    half = text.index("      - zondag ook open?")
    information.write_text(text[:half], encoding="utf-8")
    header = 'version: "3.1"\n\nnlu:\n  - intent: opening_hours\n    examples: |\n'
    (clean / "data/nlu/more.yml").write_text(header + text[half:], encoding="utf-8")
    assert _codes(clean) == []


def test_examples_in_the_long_notation_count_too(clean):
    _add(
        clean,
        "data/nlu/information.yml",
        "  - intent: greet\n    examples:\n      - text: |\n          - de beste wensen\n      - metadata: zonder tekst\n",
    )
    assert _codes(clean) == []
    _add(clean, "data/nlu/information.yml", "      - text: |\n          - openingstijden\n")
    (finding,) = check(clean, TODAY)
    lines = (clean / finding.file).read_text(encoding="utf-8").splitlines()
    assert finding.code == "example-in-two-intents"
    assert lines[finding.line - 1].strip() == "- openingstijden"


def test_an_intent_without_any_line_has_no_examples(clean, change):
    change({"file": "data/nlu/information.yml", "delete": "yes"})
    _add(clean, "data/nlu/general.yml", "  - intent: opening_hours\n")
    assert _codes(clean) == ["intent-without-examples"]


def test_a_denial_may_look_like_what_it_denies(clean):
    _add(clean, "data/nlu/repairs.yml", "      - ik wil niemand spreken over mijn band\n")
    _add(clean, "data/nlu/human.yml", "      - ik wil iemand spreken over mijn band\n")
    assert _codes(clean) == []


def test_three_alike_are_no_template_yet(clean):
    for part in ("zadel", "stuur", "frame"):
        _add(clean, "data/nlu/repairs.yml", f"      - ik wil mijn {part} laten repareren\n")
    assert _codes(clean) == []


def test_entities_with_a_role_or_in_the_long_notation(clean, change):
    change(
        {
            "file": "data/nlu/general.yml",
            "find": "[FR118822](frame_number)",
            "replace": '[FR118822]{"entity": "frame_number", "role": "old"}',
        }
    )
    change(
        {
            "file": "data/nlu/general.yml",
            "find": "[FR556677](frame_number)",
            "replace": "[FR556677](frame_number:new)",
        }
    )
    assert _codes(clean) == []


def test_a_rule_that_does_not_wait_leaves_room_for_the_next(clean):
    _add(
        clean,
        "data/rules/general.yml",
        """
  - rule: customer who greets is asked more
    steps:
      - intent: greet
      - action: utter_greet
      - action: utter_what_about
""",
    )
    assert _codes(clean) == ["contradictory-rules"]
    general = clean / "data/rules/general.yml"
    text = general.read_text(encoding="utf-8")
    general.write_text(
        text.replace(
            "  - rule: customer greets\n", "  - rule: customer greets\n    wait_for_user_input: false\n"
        ),
        encoding="utf-8",
    )
    assert _codes(clean) == []


def test_two_intents_in_one_rule_miss_one_safety_net(clean):
    _add(
        clean,
        "data/rules/information.yml",
        """
  - rule: customer has one of two wishes
    steps:
      - or:
          - intent: restart
          - intent: back
      - action: action_book_repair
""",
    )
    assert _codes(clean) == ["action-without-safety-net"]


def test_a_story_may_use_everything_that_exists(clean):
    (clean / "data/stories").mkdir()
    _add(
        clean,
        "data/stories/repairs.yml",
        """version: "3.1"
stories:
  - story: customer greets, then wants a repair
    steps:
      - checkpoint: start
      - intent: 'inform{"frame_number": "FR123456"}'
        entities:
          - frame_number: FR123456
      - slot_was_set:
          - frame_number
          - problem: null
      - action: utter_greet
""",
    )
    assert _codes(clean) == []


def test_buttons_and_forms_may_name_what_rasa_brings_along(clean, change):
    change({"file": "domain.yml", "find": "payload: /request_repair", "replace": "payload: /restart"})
    assert _codes(clean) == []
