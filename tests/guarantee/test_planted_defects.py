"""A defect in the route to a human is found by an exploration of the size of the quick run; the clean project passes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from actions.handover import ActionOpenTicket
from guarantee.explore import QUICK, Limits, explore
from guarantee.findings import Findings
from guarantee.players import OneProcess
from guarantee.shrink import shrink
from guarantee.world import World

# Each defect shows long before the end of the quick run.
_LIMITS = replace(QUICK, kinds=45, states=150)
_HUMAN = ("talk_to_human", "callback_request")
_AT_ONCE = replace(QUICK, kinds=1, states=20)


def _explore(world: World, limits: Limits = _AT_ONCE) -> Findings:
    return explore(OneProcess(world), 1, limits, lambda _: None)


def _shown(world: World, findings: Findings, kind: str) -> list[str]:
    """The shrunk conversation of the first failure of this kind."""
    failure = next(f for f in findings.failures.values() if f.problem.kind == kind and f.asked_human)
    steps = shrink(world, failure)
    assert steps is not None, "a failure is the same when it is played again"
    return [step.text for step in steps]


def test_the_clean_project_passes(world, desk):
    findings = _explore(world, _LIMITS)
    findings.compare_with_the_database(desk)
    assert [(f.problem, f.steps) for f in findings.failures.values()] == []
    assert findings.deepest >= 2


def test_the_same_seed_gives_the_same_exploration(world):
    few = replace(_LIMITS, kinds=3, states=20)
    first, second = (explore(OneProcess(world), 3, few, lambda _: None) for _ in range(2))
    assert first.requests == second.requests
    assert first.sampled == second.sampled


def test_a_form_without_human_exit_is_found(world):
    with _without_human_exit(world, "return_form", "return_reason"):
        findings = _explore(world, _LIMITS)
        conversation = _shown(world, findings, "no_ticket")
    assert {f.problem.where[0] for f in findings.failures.values()} == {"return_form"}
    assert len(conversation) <= 4


def test_a_rule_that_is_gone_is_found(world, monkeypatch):
    _forget_rules(world, monkeypatch, "talk_to_human")
    findings = _explore(world)
    assert len(_shown(world, findings, "no_ticket")) == 1


def test_an_action_that_raises_is_found(world, monkeypatch):
    async def raises(*_: Any) -> None:
        raise KeyError("planted")

    monkeypatch.setattr(ActionOpenTicket, "answer", raises)
    findings = _explore(world)
    assert len(_shown(world, findings, "no_ticket")) == 1
    assert any(f.problem.kind == "error" for f in findings.failures.values())


def test_a_handover_text_without_a_number_is_found(world, monkeypatch):
    said = [{"text": "Een medewerker neemt het over. Uw ticketnummer is bekend."}]
    monkeypatch.setitem(world.assistant.agent.domain.responses, "utter_ticket_opened", said)
    findings = _explore(world)
    assert len(_shown(world, findings, "no_ticket")) == 1


def test_a_number_that_the_desk_does_not_have_is_found(world, monkeypatch):
    said = [{"text": "Een medewerker neemt het over. Uw ticketnummer is T-123456. {next_step}"}]
    monkeypatch.setitem(world.assistant.agent.domain.responses, "utter_ticket_opened", said)
    assert len(_shown(world, _explore(world), "false_number")) == 1


def test_a_question_before_the_ticket_is_found(world, monkeypatch):
    said = [{"text": "Wat is uw naam? Uw ticketnummer is {ticket_number}. {next_step}"}]
    monkeypatch.setitem(world.assistant.agent.domain.responses, "utter_ticket_opened", said)
    assert len(_shown(world, _explore(world), "asked_first")) == 1


@contextmanager
def _without_human_exit(world: World, form: str, slot: str) -> Iterator[None]:
    """Take the human intents from what a form ignores, and from what a free text may not be."""
    domain = world.assistant.agent.domain
    # Rasa reads the one, the actions are sent the other.
    places = [domain.forms[form], domain.as_dict()["forms"][form]]
    mapping = next(each for each in domain.slots if each.name == slot).mappings[0]
    kept = [place["ignored_intents"] for place in places], mapping["not_intent"]
    for place in places:
        place["ignored_intents"] = [name for name in place["ignored_intents"] if name not in _HUMAN]
    mapping["not_intent"] = []
    try:
        yield
    finally:
        for place, ignored in zip(places, kept[0], strict=True):
            place["ignored_intents"] = ignored
        mapping["not_intent"] = kept[1]


def _forget_rules(world: World, monkeypatch: pytest.MonkeyPatch, intent: str) -> None:
    """Take the rules that begin with an intent from the trained policy."""
    runner = world.assistant.agent.processor.graph_runner
    (policy,) = (
        node._component for node in runner._instantiated_nodes.values() if hasattr(node._component, "lookup")
    )
    rules = policy.lookup["rules"]
    monkeypatch.setitem(
        policy.lookup, "rules", {key: value for key, value in rules.items() if f'"{intent}"' not in key}
    )
