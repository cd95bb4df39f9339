"""When two conversations are in the same dialogue state."""

from __future__ import annotations

from hashlib import blake2b
from itertools import takewhile

from guarantee.faults import Fault
from guarantee.world import State

_LOCKED = 5
# What the rules and actions look at with their value; of every other slot only whether it is set.
_VALUES = ("slot_failures", "previous_turn_missed", "ticket_wish", "reply_given", "order_change", "visit_day")
_CHOICES = {"none", "cancel", "address", "other"}


def place(state: State) -> tuple[str, str]:
    """The active form and the slot that it asks for; empty where there is none."""
    tracker = state.tracker
    asked = tracker.get_slot("requested_slot") if tracker.active_loop_name else None
    return tracker.active_loop_name or "", str(asked or "")


def kind(state: State) -> str:
    """What decides how the dialogue goes on: states of the same kind are continued once.

    The form and its question, failed tries, the stage of the fallback, what is proved, the ticket, what was offered, how
    often a repetition was asked, and whether something was broken in the turn before. Which part it was is not seen by the
    next turn: that knows what the conversation holds.
    """
    slot = state.tracker.get_slot
    repeats = len(list(takewhile(lambda turn: turn.intent == "repeat", reversed(state.turns))))
    offered = frozenset(state.last.payloads) if state.last else frozenset()
    wrong_proofs = int(slot("verification_failures") or 0)
    return _name(
        place(state),
        int(slot("slot_failures") or 0),
        bool(slot("previous_turn_missed")),
        "locked" if wrong_proofs >= _LOCKED else bool(wrong_proofs),
        bool(slot("verified_customer")),
        bool(slot("own_ticket")),
        slot("ticket_wish"),
        tuple(slot("contact_questions") or ()),
        min(repeats, 2),
        "/talk_to_human" in offered,
        _fault(state) is not Fault.NONE,
    )


def identity(state: State) -> str:
    """Everything by which a human request could end differently; in each such state one is made.

    Besides the kind: which slots are set, what was done in the latest turn, and what was broken then.
    """
    values = state.tracker.current_slot_values()
    filled = sorted(
        name for name, value in values.items() if value not in (None, [], False, 0) and name not in _VALUES
    )
    chosen = tuple(str(values[name]) if values[name] in _CHOICES else bool(values[name]) for name in _VALUES)
    return _name(kind(state), filled, chosen, state.last.actions if state.last else (), _fault(state).name)


def _name(*parts: object) -> str:
    """Short, and the same in every process."""
    return blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def _fault(state: State) -> Fault:
    return state.steps[-1].fault if state.steps else Fault.NONE
