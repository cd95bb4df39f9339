"""The self-service about orders, returns and repairs, with the demo back office behind the real action server.

The server keeps its data for the whole run, so what is cancelled or sent elsewhere here is an order that no other test
needs.
"""

from __future__ import annotations

import pytest

from tests.assistant.conftest import Conversation

SHIPPED = '{"order_number": "400123456", "postcode": "3511 AB"}'
PACKED = '{"order_number": "400123458", "postcode": "9711 LM"}'
FIRST = {
    "order_status_form": "/track_order",
    "cancel_order_form": "/cancel_order",
    "change_order_form": "/change_order",
    "return_form": "/return_item",
    "refund_status_form": "/refund_status",
    "warranty_form": "/warranty_repair",
}
NUMBER, POSTCODE = '/inform{"order_number": "400123456"}', '/inform{"postcode": "3511 AB"}'
# Per question the messages that lead to it.
ADDRESS = [NUMBER, POSTCODE, '/inform{"order_change": "address"}']
QUESTIONS = {
    "cancel: number": ["/cancel_order"],
    "cancel: postcode": ["/cancel_order", NUMBER],
    "cancel: yes or no": ["/cancel_order", NUMBER, POSTCODE],
    "change: number": ["/change_order"],
    "change: postcode": ["/change_order", NUMBER],
    "change: what": ["/change_order", NUMBER, POSTCODE],
    "change: wish": ["/change_order", NUMBER, POSTCODE, '/inform{"order_change": "other"}'],
    "change: new postcode": ["/change_order", *ADDRESS],
    "change: new house number": ["/change_order", *ADDRESS, '/inform{"postcode": "1012 WX"}'],
    "change: yes or no": [
        "/change_order",
        *ADDRESS,
        '/inform{"postcode": "1012 WX", "house_number": "12"}',
    ],
    "refund: number": ["/refund_status"],
    "refund: postcode": ["/refund_status", NUMBER],
    "warranty: number": ["/warranty_repair"],
    "warranty: postcode": ["/warranty_repair", NUMBER],
    "warranty: defect": ["/warranty_repair", NUMBER, POSTCODE],
    "which order": ["/track_order", '/inform{"customer_number": "K100001"}', POSTCODE],
}
each_question = pytest.mark.parametrize("before", QUESTIONS.values(), ids=QUESTIONS.keys())


@each_question
@pytest.mark.parametrize("words", ["/talk_to_human", "nee, ik wil gewoon een medewerker spreken"])
def test_a_human_request_at_any_question_opens_a_ticket_at_once(customer, desk, before, words):
    conversation = customer()
    for message in before:
        conversation.says(message)
    assert conversation.tracker.active_loop_name in FIRST

    answers = conversation.says(words)

    (ticket,) = desk.tickets.values()
    assert ticket["reason"] == "requested"
    assert ticket["number"] in answers[0]["text"]
    for slot in ("order_cancel_confirmed", "order_change_confirmed", "change_wish", "defect"):
        assert conversation.tracker.get_slot(slot) is None


@each_question
def test_a_question_in_between_is_answered_and_the_form_asks_again(customer, before):
    conversation = customer()
    for message in before[:-1]:
        conversation.says(message)
    question = conversation.says(before[-1])[-1]["text"]

    answers = [answer["text"] for answer in conversation.says("/opening_hours")]

    assert "Onze medewerkers zijn er" in answers[0]
    assert answers[-1] == question


@each_question
def test_who_stops_is_out_of_the_form(customer, desk, before):
    conversation = customer()
    for message in before:
        conversation.says(message)
    assert "ik stop hiermee" in conversation.hears("/stop")
    assert conversation.tracker.active_loop_name is None
    assert not desk.tickets


@pytest.mark.parametrize("form", FIRST)
def test_the_same_question_again_is_never_met_with_silence(customer, desk, form):
    conversation = customer()
    first = conversation.hears(FIRST[form])
    assert conversation.hears(FIRST[form]) == first
    assert "ticketnummer" in conversation.hears(FIRST[form])
    (ticket,) = desk.tickets.values()
    assert ticket["reason"] == "not_understood"


@pytest.mark.parametrize("form", FIRST)
def test_without_the_action_server_the_customer_hears_where_to_go(agent_without_actions, form):
    answers = Conversation(agent_without_actions).says(f"{FIRST[form]}{SHIPPED}")
    assert "085" in answers[0]["text"]
    assert "geannuleerd" not in " ".join(answer.get("text", "") for answer in answers)


def test_customer_with_a_delivery_problem_hears_the_status_and_is_offered_a_person(customer):
    answers = customer().says('/delivery_problem{"order_number": "400123457", "postcode": "1012 WX"}')
    assert "Volgens ons systeem" in answers[0]["text"]
    assert "/talk_to_human" in [button["payload"] for button in answers[0]["buttons"]]


def test_customer_with_several_orders_chooses_by_button(customer):
    conversation = customer()
    conversation.says("/track_order")
    conversation.says("mijn klantnummer is K100001")
    (question,) = conversation.says("3511 AB")
    payload = next(button["payload"] for button in question["buttons"] if "400123462" in button["title"])
    assert "broodrooster" in conversation.hears(payload)


def test_order_is_cancelled_after_a_yes_and_only_then(customer, desk):
    conversation = customer()
    conversation.says('/cancel_order{"order_number": "400123463"}')
    assert "400123463 annuleren?" in conversation.hears('/inform{"postcode": "3011 AA"}')
    assert "annuleer niets" in conversation.hears("nee")
    assert "wordt nu ingepakt" in conversation.hears("/track_order")
    assert "400123463 annuleren?" in conversation.hears("/cancel_order")
    assert "is geannuleerd" in conversation.hears("ja graag")
    assert "is geannuleerd" in conversation.hears("/track_order")
    assert not desk.tickets


def test_order_that_has_left_is_not_refused_but_goes_to_a_person(customer, desk):
    conversation = customer()
    conversation.says(f"/cancel_order{SHIPPED}")
    answer = conversation.hears("/affirm")
    (ticket,) = desk.tickets.values()
    assert ticket["reason"] == "decision_needs_a_person"
    assert ticket["number"] in answer


def test_order_is_delivered_elsewhere_after_a_correction_and_a_yes(customer, desk):
    conversation = customer()
    conversation.says('/change_order{"order_number": "400123464", "postcode": "8011 PK"}')
    conversation.says('/inform{"order_change": "address"}')
    assert "huisnummer" in conversation.hears("1012 WX")
    assert "1012 WX, huisnummer 12." in conversation.hears("12")
    assert "3511 AB, huisnummer 12." in conversation.hears("nee, ik bedoel 3511 AB")
    assert "bezorgd op 3511 AB, huisnummer 12" in conversation.hears("ja")
    assert not desk.tickets


def test_any_other_wish_reaches_a_person_in_the_customers_words(customer, desk):
    conversation = customer()
    conversation.says(f"/change_order{PACKED}")
    conversation.says('/inform{"order_change": "other"}')
    conversation.says("graag een extra doos filterzakken erbij")
    (ticket,) = desk.tickets.values()
    assert ticket["entities"]["change_wish"] == "graag een extra doos filterzakken erbij"


def test_customer_hears_how_far_a_refund_is(customer):
    answer = customer().hears('/refund_status{"order_number": "400123457", "postcode": "1012 WX"}')
    assert "€ 49,95" in answer


def test_refund_that_is_not_known_goes_to_a_person(customer, desk):
    customer().says(f"/refund_status{SHIPPED}")
    (ticket,) = desk.tickets.values()
    assert ticket["reason"] == "decision_needs_a_person"


def test_repair_under_warranty_says_so_and_opens_a_ticket(customer, desk):
    conversation = customer()
    conversation.says('/warranty_repair{"order_number": "400123457", "postcode": "1012 WX"}')
    answer = conversation.hears("de rits is er na een week al uit")
    assert "onder onze garantie" in answer
    (ticket,) = desk.tickets.values()
    assert ticket["entities"]["defect"] == "de rits is er na een week al uit"
    assert ticket["number"] in answer
