"""Topics of tickets, kept in step with the assistant's training data."""

import pytest
import yaml

from config.environment import ROOT
from console.catalogue import name_of
from tickets.topics import topic_names, topic_of, topics

# What is said in any conversation is no topic of a ticket.
OF_THE_CONVERSATION = {"general", "human", "out_of_scope"}


def test_every_intent_of_the_training_data_has_the_topic_of_its_file() -> None:
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        if path.stem == "near_misses":
            continue
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in block:
                wanted = "" if path.stem in OF_THE_CONVERSATION else path.stem
                assert topic_of(block["intent"]) == wanted, block["intent"]


def test_every_topic_has_a_dutch_name() -> None:
    assert all(topic_names()[topic] for topic in topics())
    assert name_of("topic", "orders") == "Bestelling en bezorging"


@pytest.mark.parametrize("intent", ["", "greet", "something_new"])
def test_what_is_not_about_anything_has_no_topic(intent: str) -> None:
    assert topic_of(intent) == ""
