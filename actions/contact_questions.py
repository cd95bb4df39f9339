"""Which questions follow a ticket: how the customer can be reached and what it is about, as far as that is not known yet."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet

from actions.answers import said
from actions.careful import Event
from actions.conversation import topic
from actions.verification import last

CALL_BACK = "call_back"
# The slot that holds the questions of this ticket.
QUESTIONS = "contact_questions"
# The slot that tells that a chosen time was full, so that the question is asked once more.
TIME_WAS_GONE = "callback_slot_gone"
LEAVING = {"stop", "goodbye"}
DECLINING = {"deny", "thank"}
# A message of so many words says what it is about.
_WORDS_OF_A_STORY = 15


def begin(tracker: Tracker, wish: str | None) -> list[Event]:
    """Events that make the assistant ask, in this same turn, what the ticket lacks; no question when it lacks nothing.

    Args:
        tracker: the conversation.
        wish: `call_back` when the customer wants to be called.
    """
    known = ways_to_reach(tracker)
    if wish == CALL_BACK:
        questions = [*([] if "phone" in known else ["callback_phone"]), "callback_slot"]
    else:
        questions = [] if known else ["contact_detail"]
    if not _question_is_known(tracker):
        questions.append("question_description")
    # The ticket comes first: a second question in the same message goes to the person as well.
    if not questions:
        return [SlotSet("next_question", None)]
    return [
        SlotSet("next_question", None),
        SlotSet(QUESTIONS, questions),
        SlotSet(TIME_WAS_GONE, None),
        *(SlotSet(f"contact_{kind}", value) for kind, value in known.items()),
        ActiveLoop("contact_form"),
    ]


def ways_to_reach(tracker: Tracker) -> dict[str, str]:
    """`phone` and `email` of the customer, as far as they were said in this conversation; the last of each."""
    known = {}
    for kind in ("phone", "email"):
        # A message that interrupts a form sets no slots, so its own details are looked at as well.
        said_now = list(tracker.get_latest_entity_values(kind))
        if value := last(said_now or tracker.get_slot(f"contact_{kind}")):
            known[kind] = str(value)
    return known


def _question_is_known(tracker: Tracker) -> bool:
    is_story = len(said(tracker).split()) >= _WORDS_OF_A_STORY
    return is_story or topic(tracker) is not None
