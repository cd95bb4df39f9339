"""Which topics the clarifying question offers."""

from __future__ import annotations

from pathlib import Path

import yaml

from actions.fallback import intent_titles

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
