"""What must hold after each message of a customer, and after each request for a human."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guarantee.assistant import Turn
from guarantee.faults import NO_TICKET, Fault
from guarantee.identity import place
from guarantee.world import TICKET_NUMBER, State, World

# The desk's own message after a conversation was handed back; nobody waits for an answer.
NEW_SESSION = "session_start"
UNAVAILABLE = "assistant_unavailable"
_NO_SERVER = (Fault.ACTIONS_DOWN, Fault.ACTIONS_RAISE)
# Rasa stops after so many actions in one turn.
_CIRCUIT_BREAKER = 10
_UNFILLED = re.compile(r"\{\w+\}")
_PROMISE = re.compile(r"ticketnummer is(?!\s+T-\d)", re.IGNORECASE)
_PHONE = re.compile(r"\d{3} \d{3} \d{2} \d{2}")


@dataclass(frozen=True)
class Problem:
    """Something that must not happen.

    Attributes:
        kind: name of the check, for example `no_ticket`.
        where: form and slot in which the message was sent.
        fault: what was broken.
        detail: one line for whoever mends it.
    """

    kind: str
    where: tuple[str, str]
    fault: Fault
    detail: str


def after_a_message(world: World, before: State, after: State) -> list[Problem]:
    """What is wrong with the latest turn of `after`, whatever the customer wrote."""
    turn, fault = _latest(after)
    found = [*_silence(turn), *_words(turn), *_numbers(world, after, turn)]
    if fault is Fault.NONE:
        found += [("error", error) for error in turn.errors]
        if UNAVAILABLE in turn.signals:
            found.append(("unavailable", "says that it cannot help while everything works"))
    elif fault in _NO_SERVER and _needed_the_server(turn) and UNAVAILABLE not in turn.signals:
        found.append(("no_signal", f"the desk is not told that the action failed: {list(turn.actions)}"))
    if is_repetition(after):
        found.append(("repeated", f"the same answer for the third time running: {turn.texts[0][:80]}"))
    return [Problem(kind, place(before), fault, detail) for kind, detail in found]


def after_a_human_request(world: World, before: State, after: State) -> list[Problem]:
    """What is wrong with the answer to a request for a human: the promise of docs/architecture.md, invariants 1 to 6."""
    turn, fault = _latest(after)
    texts = [text for text in turn.texts if text]
    first = texts[0] if texts else ""
    found: list[tuple[str, str]] = []
    if fault in NO_TICKET:
        if UNAVAILABLE not in turn.signals:
            found.append(("no_signal", f"the desk is not told: {first[:80]}"))
        if not _PHONE.search(first):
            found.append(("dead_end", f"no phone number: {first[:80]}"))
    elif not (number := TICKET_NUMBER.search(first)):
        found.append(("no_ticket", f"understood as {turn.intent}, did {list(turn.actions)}: {first[:80]}"))
    else:
        if world.conversation_of(number[0]) != after.tracker.sender_id:
            found.append(("false_number", f"{number[0]} is not a ticket of this conversation"))
        if "?" in first:
            found.append(("asked_first", first[:120]))
    own = [Problem(kind, place(before), fault, detail) for kind, detail in found]
    general = [problem for problem in after_a_message(world, before, after) if problem.kind != "repeated"]
    known = {problem.kind for problem in own}
    return own + [problem for problem in general if problem.kind not in known]


def _latest(state: State) -> tuple[Turn, Fault]:
    assert state.last is not None
    return state.last, state.steps[-1].fault


def _silence(turn: Turn) -> list[tuple[str, str]]:
    if turn.intent != NEW_SESSION and not any(text.strip() for text in turn.texts):
        return [("silence", f"no words: {list(turn.actions)}")]
    return []


def _words(turn: Turn) -> list[tuple[str, str]]:
    found = []
    said = " ".join(turn.texts)
    if _UNFILLED.search(said):
        found.append(("unfilled", said[:120]))
    if _PROMISE.search(said):
        found.append(("promise_without_number", said[:120]))
    texts = [text for text in turn.texts if text]
    if len(set(texts)) < len(texts):
        found.append(("said_twice", f"the same words twice in one turn: {texts[0][:80]}"))
    if len(turn.actions) >= _CIRCUIT_BREAKER:
        found.append(("loop", f"{list(turn.actions)}"))
    return found


def _numbers(world: World, state: State, turn: Turn) -> list[tuple[str, str]]:
    """Numbers of tickets that the assistant says although they are not this conversation's, nor the customer's own words."""
    written = " ".join(step.text for step in state.steps)
    said = {number for text in turn.texts for number in TICKET_NUMBER.findall(text)}
    return [
        ("false_number", f"{number} is not a ticket of this conversation")
        for number in sorted(said)
        if number not in written
        and number not in world.examples
        and world.conversation_of(number) != state.tracker.sender_id
    ]


def _needed_the_server(turn: Turn) -> bool:
    return any(name.startswith("action_") and name != "action_deactivate_loop" for name in turn.actions)


def is_repetition(state: State) -> bool:
    """Whether three different messages running got the very same answer while everything worked.

    The number of a ticket said again goes round in no loop: a person has the conversation.
    """
    latest, steps = state.turns[-3:], state.steps[-3:]
    return (
        len(latest) == len({step.text for step in steps}) == 3
        and len({turn.texts for turn in latest}) == 1
        and not any(TICKET_NUMBER.search(text) for text in latest[-1].texts)
        and all(step.fault is Fault.NONE for step in steps)
    )
