"""Which questions follow a ticket, and what becomes of the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.contact import ActionAddTicketDetails, ActionAskCallbackSlot, ValidateContactForm
from actions.contact_questions import CALL_BACK, begin
from actions.conversation import person_was_offered

DOMAIN = yaml.safe_load((Path(__file__).resolve().parents[2] / "domain.yml").read_text(encoding="utf-8"))


def user(text: str, intent: str, **entities: str) -> dict[str, Any]:
    """A message of the customer, as an event."""
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    parsed = {"text": text, "intent": {"name": intent}, "entities": found}
    return {"event": "user", "text": text, "parse_data": parsed}


def bot(text: str, *payloads: str) -> dict[str, Any]:
    """A bubble of the assistant, as an event."""
    return {"event": "bot", "text": text, "data": {"buttons": [{"payload": payload} for payload in payloads]}}


def tracker(*events: dict[str, Any], loop: str | None = None, **slots: Any) -> Tracker:
    """A conversation that ends with these events."""
    latest = next((event["parse_data"] for event in reversed(events) if event["event"] == "user"), {})
    return Tracker(
        "c", slots, latest, list(events), False, None, {"name": loop} if loop else {}, "action_listen"
    )


def slots_of(events: list[dict[str, Any]]) -> dict[str, Any]:
    """The slots that these events set."""
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


@pytest.mark.parametrize(
    ("said", "wish", "questions"),
    [
        ([user("mens graag", "talk_to_human")], None, ["contact_detail", "question_description"]),
        (
            [user("bel mij", "callback_request")],
            CALL_BACK,
            ["callback_phone", "callback_slot", "question_description"],
        ),
        (
            [user("bel 0612345678", "callback_request", phone="+31612345678")],
            CALL_BACK,
            ["callback_slot", "question_description"],
        ),
        ([user("dubbel betaald", "double_charge")], None, ["contact_detail"]),
        (
            [user("hoi", "greet"), user("waar is het", "track_order"), user("mens", "talk_to_human")],
            None,
            ["contact_detail"],
        ),
        (
            [
                user(
                    "mens, want een lamp die ik hier bij u bestelde is nu al drie keer kapot", "talk_to_human"
                )
            ],
            None,
            ["contact_detail"],
        ),
        (
            [user("mail an@example.org", "talk_to_human", email="an@example.org")],
            None,
            ["question_description"],
        ),
        ([user("dubbel betaald", "double_charge", email="an@example.org")], None, None),
    ],
)
def test_only_what_is_not_known_is_asked(said, wish, questions):
    assert slots_of(begin(tracker(*said), wish)).get("contact_questions") == questions


def test_the_questions_of_a_new_ticket_begin_afresh():
    """An earlier ticket's time was gone, and its customer did not choose another."""
    conversation = tracker(user("bel mij", "callback_request"), callback_slot_gone=True)
    assert slots_of(begin(conversation, CALL_BACK))["callback_slot_gone"] is None


def test_a_second_question_in_the_message_goes_to_the_person_as_well():
    assert slots_of(begin(tracker(user("mens", "talk_to_human")), None))["next_question"] is None
    nothing_lacks = user("dubbel betaald, bel 0612345678", "double_charge", phone="+31612345678")
    assert slots_of(begin(tracker(nothing_lacks), None)) == {"next_question": None}


QUESTIONS = ["contact_detail", "question_description"]


async def answer(asked: str, message: dict[str, Any], **slots: Any) -> tuple[dict[str, Any], list[str]]:
    """The slots that a message sets at a question, and the responses that were said."""
    form_slots = dict.fromkeys(["contact_detail", "callback_phone", "callback_slot", "question_description"])
    known = {**form_slots, "requested_slot": asked, "contact_questions": QUESTIONS, **slots}
    dispatcher = CollectingDispatcher()
    conversation = tracker(message, loop="contact_form", **known)
    events = await ValidateContactForm().run(dispatcher, conversation, DOMAIN)
    return slots_of(events), [said["response"] for said in dispatcher.messages]


@pytest.mark.parametrize(
    ("asked", "message", "expected"),
    [
        (
            "contact_detail",
            user("0612345678", "inform", phone="+31612345678"),
            {"contact_detail": "given", "requested_slot": "question_description"},
        ),
        (
            "contact_detail",
            user("nee hoor", "deny"),
            {"contact_detail": "skipped", "requested_slot": "question_description"},
        ),
        ("contact_detail", user("nee, liever niet", "nlu_fallback"), {"contact_detail": "skipped"}),
        (
            "contact_detail",
            user("ja graag", "affirm"),
            {"contact_detail": None, "requested_slot": "contact_detail"},
        ),
        (
            "contact_detail",
            user("stop maar", "stop"),
            {"contact_detail": "skipped", "question_description": "skipped", "requested_slot": None},
        ),
        (
            "contact_detail",
            user("mijn lamp is helaas kapot", "warranty_repair"),
            {"question_description": "mijn lamp is helaas kapot", "requested_slot": "contact_detail"},
        ),
        (
            "contact_detail",
            user("0612345678 het gaat over de lamp die nooit is aangekomen", "inform", phone="+31612345678"),
            {"contact_detail": "given", "requested_slot": None},
        ),
        (
            "question_description",
            user("mijn lamp is kapot", "warranty_repair"),
            {"question_description": "mijn lamp is kapot", "requested_slot": None},
        ),
        (
            "question_description",
            user("/deny", "deny"),
            {"question_description": "skipped", "requested_slot": None},
        ),
        (
            "question_description",
            user("ja", "affirm"),
            {"question_description": None, "requested_slot": "question_description"},
        ),
        ("question_description", user("x" * 3000, "nlu_fallback"), {"question_description": "x" * 1000}),
    ],
)
async def test_an_answer_is_taken_for_what_it_is(asked, message, expected):
    known = {} if asked == "contact_detail" else {"contact_detail": "skipped"}
    found, _ = await answer(asked, message, **known)
    assert found.items() >= expected.items()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (user("ja graag", "affirm"), ["utter_contact_detail_welcome"]),
        (user("oeps ik heb al geklikt", "suspected_fraud"), ["utter_noted_with_ticket"]),
        (user("kan het in termijnen", "payment_arrangement"), ["utter_noted_with_ticket"]),
        (user("?", "nlu_fallback"), []),
        (user("nee", "deny"), []),
        (user("0612345678", "inform", phone="+31612345678"), []),
    ],
)
async def test_what_is_no_contact_detail_is_heard_all_the_same(message, expected):
    _, said = await answer("contact_detail", message)
    assert said == expected


async def test_a_number_that_is_none_is_asked_once_more_and_then_left():
    message = user("06 12345", "inform")
    first, said = await answer("contact_detail", message, slot_failures=0)
    assert said == ["utter_contact_detail_not_recognised"]
    assert first["requested_slot"] == "contact_detail"
    second, _ = await answer("contact_detail", message, slot_failures=first["slot_failures"])
    assert (second["contact_detail"], second["requested_slot"]) == ("skipped", "question_description")


@pytest.mark.parametrize(
    "intent", ["talk_to_human", "callback_request", "emergency", "opening_hours", "repeat"]
)
async def test_what_is_no_answer_is_left_to_the_rules(intent):
    found, said = await answer("contact_detail", user("tekst van vier woorden", intent))
    assert found == {"requested_slot": "contact_detail"}
    assert said == []


async def test_nothing_is_sent_when_everything_was_skipped(monkeypatch):
    monkeypatch.setenv("DESK_URL", "http://127.0.0.1:9")
    dispatcher = CollectingDispatcher()
    conversation = tracker(user("nee", "deny"), own_ticket="T-100042", contact_detail="skipped")
    events = await ActionAddTicketDetails().run(dispatcher, conversation, DOMAIN)
    assert [said["response"] for said in dispatcher.messages] == ["utter_ticket_details_none"]
    assert slots_of(events)["reply_given"] is True


async def test_details_that_the_desk_does_not_store_are_not_confirmed(monkeypatch):
    monkeypatch.setenv("DESK_URL", "http://127.0.0.1:9")
    dispatcher = CollectingDispatcher()
    conversation = tracker(user("x", "inform"), own_ticket="T-100042", question_description="de lamp")
    events = await ActionAddTicketDetails().run(dispatcher, conversation, DOMAIN)
    assert dispatcher.messages == []
    assert slots_of(events) == {"reply_given": False}


def slot_is_gone(httpserver, **rest: Any) -> None:
    """A desk that refuses the time, and takes the rest."""
    ticket = {
        "number": "T-100042",
        "state": "open",
        "conversation": "c1",
        "employee": None,
        "next_step": "Een medewerker belt u.",
    }
    address = "/api/tickets/T-100042"
    error = {"error": {"code": "slot_full", "message": "Vol.", "field": "callback_slot"}}
    httpserver.expect_ordered_request(address, method="PATCH").respond_with_json(error, status=409)
    httpserver.expect_ordered_request(address, method="PATCH", json=rest).respond_with_json(ticket)


@pytest.mark.parametrize(
    ("was_gone", "response"),
    [(None, "utter_callback_slot_gone"), (True, "utter_callback_slot_gone_again")],
)
async def test_what_the_customer_gave_is_stored_without_a_time_that_is_gone(open_desk, was_gone, response):
    slot_is_gone(open_desk, phone="+31612345678", description="de lamp")
    dispatcher = CollectingDispatcher()
    conversation = tracker(
        user("de lamp", "inform"),
        own_ticket="T-100042",
        callback_phone="given",
        contact_phone="+31612345678",
        callback_slot="20261124T0800Z",
        question_description="de lamp",
        callback_slot_gone=was_gone,
    )
    events = await ActionAddTicketDetails().run(dispatcher, conversation, DOMAIN)
    open_desk.check_assertions()
    assert [said["response"] for said in dispatcher.messages] == [response]
    asks_again = {"event": "active_loop", "name": "contact_form", "timestamp": None} in events
    assert asks_again is not bool(was_gone)
    assert slots_of(events)["callback_slot"] is None
    assert slots_of(events)["contact_questions"] == (None if was_gone else ["callback_slot"])
    assert slots_of(events).get("question_description", "de lamp") == (None if was_gone else "de lamp")


async def test_a_time_is_asked_also_when_the_desk_is_down(monkeypatch):
    monkeypatch.setenv("DESK_URL", "http://127.0.0.1:9")
    dispatcher = CollectingDispatcher()
    await ActionAskCallbackSlot().run(dispatcher, tracker(user("bel mij", "callback_request")), DOMAIN)
    (said,) = dispatcher.messages
    assert said["response"] == "utter_ask_callback_slot"
    assert [button["payload"] for button in said["buttons"]] == ["/deny"]


@pytest.mark.parametrize(
    "name", ["contact_detail", "callback_phone", "callback_slot", "question_description"]
)
def test_every_question_tells_the_desk_to_forward_the_answer(name):
    for question in DOMAIN["responses"][f"utter_ask_{name}"]:
        assert question["custom"] == {"signal": "adding_details"}


@pytest.mark.parametrize(
    ("events", "offered"),
    [
        ([], True),
        ([user("a", "greet"), bot("Nee.", "/talk_to_human")], True),
        ([user("a", "greet"), bot("Dank.", "/talk_to_human", "/callback_request")], True),
        ([user("a", "greet"), bot("Wat?", "/track_order", "/talk_to_human")], False),
        ([user("a", "greet"), bot("Dag.")], False),
        ([user("a", "greet"), bot("Nee.", "/talk_to_human"), user("b", "thank"), bot("Graag.")], False),
    ],
)
def test_a_person_was_offered_when_there_was_nothing_else_to_choose(events, offered):
    assert person_was_offered(tracker(*events, user("ja graag", "affirm"))) is offered
