"""Invariant 1: in every dialogue state a request for a human opens a ticket in that same turn."""

from __future__ import annotations

import pytest

from tests.assistant.conftest import Conversation

STATES = {
    "start": [],
    "after a greeting": ["/greet"],
    "order form, order number": ["/track_order"],
    "order form, postcode": ["/track_order", '/inform{"order_number": "400123456"}'],
    "order form, after a wrong answer": ["/track_order", "/inform"],
    "order form, after a wrong combination": [
        "/track_order",
        '/inform{"order_number": "400123456"}',
        '/inform{"postcode": "9999 ZZ"}',
    ],
    "order form, after a digression": ["/track_order", "/opening_hours"],
    "return form, order number": ["/return_item"],
    "return form, postcode": ["/return_item", '/inform{"order_number": "400123457"}'],
    "return form, reason": ["/return_item", '/inform{"order_number": "400123457", "postcode": "1012 WX"}'],
    "after one message that was not understood": ["/nlu_fallback"],
    "another ticket, number": ["/ticket_status"],
    "another ticket, proof": ['/ticket_status{"ticket_number": "T-100099"}'],
    "after a new session": ["/track_order", "/session_start"],
    "after stop": ["/return_item", "/stop"],
}


@pytest.mark.parametrize("before", STATES.values(), ids=STATES.keys())
def test_customer_who_asks_for_a_human_gets_a_ticket_in_the_same_turn(customer, desk, before):
    conversation = customer()
    for message in before:
        conversation.says(message)
    tickets = len(desk.tickets)

    answers = conversation.says("/talk_to_human")

    assert len(desk.tickets) == tickets + 1
    number = list(desk.tickets.values())[-1]["number"]
    assert number in answers[0]["text"]
    assert "?" not in answers[0]["text"], "nothing is asked before or with the handover"
    assert conversation.tracker.active_loop_name == "contact_form"


STORY = "De kast die ik in maart kocht staat nog steeds scheef en de deur klemt bij elk gebruik. "
REQUEST = "Ik wil hier graag een medewerker over spreken. "
LONG = {
    "at its start": REQUEST + STORY * 44,
    "in its middle": STORY * 22 + REQUEST + STORY * 22,
    "at its end": STORY * 44 + REQUEST,
    "in the middle of the longest that a channel stores": (STORY * 55)[:4_900]
    + ". "
    + REQUEST
    + (STORY * 55)[:5_000],
    "at the end of the longest that a channel stores": (STORY * 110)[:9_900] + ". " + REQUEST,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_a_request_in_a_long_message_is_heard_wherever_it_stands(customer, desk, text):
    assert 3_900 < len(text) <= 10_000
    assert "T-1" in customer().says(text)[0]["text"]
    assert len(desk.tickets) == 1


AFTER_A_TICKET = {
    "the offer of contact details": [],
    "the question what it is about": ["/deny"],
    "the time to be called": ['/callback_request{"phone": "+31612345678"}'],
    "after the details": ["/stop"],
}


@pytest.mark.parametrize("words", ["/talk_to_human", "ik wil gewoon een medewerker spreken"])
@pytest.mark.parametrize("before", AFTER_A_TICKET.values(), ids=AFTER_A_TICKET.keys())
def test_customer_who_asks_again_gets_the_same_number(customer, desk, before, words):
    conversation = customer()
    for message in ("/talk_to_human", *before):
        conversation.says(message)

    (answer,) = conversation.says(words)

    (ticket,) = desk.tickets.values()
    assert ticket["number"] in answer["text"]
    assert "?" not in answer["text"]
    assert conversation.tracker.active_loop_name is None
    assert "description" not in ticket


@pytest.mark.parametrize("before", STATES.values(), ids=STATES.keys())
def test_a_human_request_in_free_words_is_never_taken_as_a_form_answer(customer, desk, before):
    conversation = customer()
    for message in before:
        conversation.says(message)

    conversation.says("ik wil gewoon een medewerker spreken")

    assert list(desk.tickets.values())[-1]["reason"] == "requested"
    assert conversation.tracker.get_slot("return_reason") is None


def test_the_ticket_carries_what_the_customer_already_said(customer, desk):
    conversation = customer()
    conversation.says("/return_item")
    conversation.says('/inform{"order_number": "400123457"}')
    conversation.says('/inform{"postcode": "1012 WX"}')

    conversation.says("/talk_to_human")

    (ticket,) = desk.tickets.values()
    assert ticket["entities"]["order_number"] == "400123457"
    assert ticket["entities"]["postcode"] == "1012 WX"
    assert ticket["channel"] == "web"
    assert {"sender": "customer", "text": "/return_item"} in ticket["transcript"]


@pytest.mark.parametrize("before", STATES.values(), ids=STATES.keys())
def test_no_ticket_number_is_said_while_the_desk_is_down(customer, desk, before):
    conversation = customer()
    for message in before:
        conversation.says(message)
    desk.works = False

    answers = conversation.says("/talk_to_human")

    assert "T-" not in answers[0]["text"]
    assert "085 000 12 34" in answers[0]["text"]
    assert any(answer.get("custom") == {"signal": "assistant_unavailable"} for answer in answers)


@pytest.mark.parametrize("message", ["/talk_to_human", "/cancel_subscription"])
def test_customer_gets_phone_and_mail_while_the_action_server_is_down(agent_without_actions, message):
    answers = Conversation(agent_without_actions).says(message)

    assert "085 000 12 34" in answers[0]["text"]
    assert "klantenservice@lindenhof.example" in answers[0]["text"]
    assert any(answer.get("custom") == {"signal": "assistant_unavailable"} for answer in answers)


def test_forms_do_not_pretend_success_while_the_action_server_is_down(agent_without_actions):
    conversation = Conversation(agent_without_actions)
    answers = conversation.says("/return_item")
    answers += conversation.says('/inform{"order_number": "400123457"}')

    said = " ".join(answer.get("text", "") for answer in answers)
    assert "aangemeld" not in said
    assert any(answer.get("custom") == {"signal": "assistant_unavailable"} for answer in answers)


def test_the_ticket_tells_what_the_customer_was_asking_about(customer, desk):
    conversation = customer()
    conversation.says("/cancel_subscription")
    conversation.says("/talk_to_human")
    (ticket,) = desk.tickets.values()
    assert ticket["intent"] == "cancel_subscription"
