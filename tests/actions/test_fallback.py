"""Which topics the clarifying question offers."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.fallback import ActionAskClarification, intent_titles

DOMAIN = yaml.safe_load((Path(__file__).resolve().parents[2] / "domain.yml").read_text(encoding="utf-8"))


def test_a_customer_is_offered_topics_and_never_small_talk():
    domain = {
        "intents": [
            {"greet": {"title": "Begroeten", "offer": False}},
            {"return_item": {"title": "Iets terugsturen"}},
            {"track_order": {"title": "Waar is mijn bestelling?", "offer": True}},
            {"inform": {"use_entities": True}},
            "deny",
        ]
    }
    assert intent_titles(domain) == {
        "return_item": "Iets terugsturen",
        "track_order": "Waar is mijn bestelling?",
    }


def test_a_person_is_always_among_the_topics_of_this_project():
    titles = intent_titles(DOMAIN)
    assert titles["talk_to_human"] == "Medewerker"
    assert titles.keys().isdisjoint({"greet", "affirm", "inform", "out_of_scope"})


@pytest.mark.parametrize(
    ("ranking", "offered"),
    [
        (
            [
                ("nlu_fallback", 0.3),
                ("track_order", 0.19),
                ("greet", 0.15),
                ("stock", 0.06),
                ("stores", 0.04),
            ],
            ["/track_order", "/stock", "/talk_to_human"],
        ),
        ([("talk_to_human", 0.18), ("stock", 0.1)], ["/stock", "/talk_to_human"]),
        (
            [(name, 0.15) for name in ("stock", "stores", "track_order", "complaint")],
            ["/stock", "/stores", "/track_order", "/talk_to_human"],
        ),
    ],
)
async def test_only_likely_topics_become_buttons(ranking, offered):
    dispatcher = await clarify(ranking)
    (said,) = dispatcher.messages
    assert said["response"] == "utter_clarify"
    assert [button["payload"] for button in said["buttons"]] == offered


@pytest.mark.parametrize("ranking", [[], [("stock", 0.03), ("stores", 0.02)], [("greet", 0.1)]])
async def test_without_a_likely_topic_none_is_named(ranking):
    (said,) = (await clarify(ranking)).messages
    assert said["response"] == "utter_default"
    assert DOMAIN["responses"]["utter_default"][0]["buttons"][0]["payload"] == "/talk_to_human"


async def clarify(ranking):
    """What the clarifying question says for this ranking of intents."""
    rows = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    tracker = Tracker("c", {}, {"intent_ranking": rows}, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    events = await ActionAskClarification().answer(dispatcher, tracker, DOMAIN)
    assert {"event": "slot", "timestamp": None, "name": "previous_turn_missed", "value": True} in events
    return dispatcher
