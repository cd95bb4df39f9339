"""What a customer arranges without a person: the trained model, the real actions, the demo back office.

All conversations share one back office, so each test that changes something has a customer of its own.
"""

from __future__ import annotations

import pytest

from tests.assistant.conftest import Conversation

PROOF = {
    "K100001": '{"customer_number": "K100001", "postcode": "3511 AB"}',
    "K100002": '{"customer_number": "K100002", "postcode": "1012 WX"}',
    "K100003": '{"customer_number": "K100003", "postcode": "9711 LM"}',
    "K100004": '{"customer_number": "K100004", "postcode": "5611 EM"}',
    "K100005": '{"customer_number": "K100005", "postcode": "2511 CV"}',
    "K100006": '{"customer_number": "K100006", "postcode": "6211 LE"}',
}


def test_customer_gets_an_invoice_at_a_masked_address(customer):
    conversation = customer()
    assert "klantnummer" in conversation.hears("/invoice_copy")
    assert "postcode" in conversation.hears("K100001")
    answer = conversation.hears("3511 AB")
    assert "j***@example.nl" in answer
    assert "jansen" not in answer


def test_proof_is_asked_once_for_several_things(customer):
    conversation = customer()
    conversation.says(f"/invoice_copy{PROOF['K100001']}")
    assert "koffiebox" in conversation.hears("/contract_end_date")
    assert "De laatste dag is" in conversation.hears("/cancel_subscription")
    assert "ik zeg niets op" in conversation.hears("/deny")


def test_an_invoice_that_is_not_there_goes_to_a_person(customer, desk):
    answer = customer().hears(f"/invoice_copy{PROOF['K100004']}")
    (ticket,) = desk.tickets.values()
    assert ticket["reason"] == "decision_needs_a_person"
    assert ticket["number"] in answer


def test_customer_changes_the_address_and_corrects_it_halfway(customer):
    conversation = customer()
    conversation.says("/change_address")
    conversation.says("K100005")
    assert "nieuwe adres" in conversation.hears("2511 CV")
    assert "huisnummer" in conversation.hears("1012 WX")
    assert "1012 WX, huisnummer 12" in conversation.hears("12")
    assert "1012 WX, huisnummer 14" in conversation.hears("nee, huisnummer 14")
    assert "Uw adres is gewijzigd" in conversation.hears("/affirm")


def test_the_new_postcode_in_the_first_message_is_no_proof(customer):
    conversation = customer()
    conversation.says('/change_address{"postcode": "1012 WX", "house_number": "14"}')
    conversation.says("K100001")
    assert "1012 WX, huisnummer 14" in conversation.hears("3511 AB")
    assert "ik wijzig uw adres niet" in conversation.hears("/deny")


def test_customer_cancels_directly_and_hears_the_last_day(customer, desk):
    conversation = customer()
    answer = conversation.hears(f"/cancel_subscription{PROOF['K100006']}")
    assert "internet" in answer
    assert "De laatste dag is" in answer
    assert "Uw opzegging is verwerkt: internet" in conversation.hears("/affirm")
    assert "al opgezegd" in conversation.hears("/cancel_subscription")
    assert not desk.tickets


def test_customer_chooses_among_subscriptions(customer):
    conversation = customer()
    (asked,) = conversation.says(f"/cancel_subscription{PROOF['K100002']}")
    payloads = {button["title"]: button["payload"] for button in asked["buttons"]}
    assert set(payloads) == {"Koffiebox", "Onderhoudscontract"}
    assert "onderhoudscontract" in conversation.hears(payloads["Onderhoudscontract"])
    assert "ik zeg niets op" in conversation.hears("/deny")


def test_a_customer_without_a_number_can_cancel_all_the_same(customer, desk):
    conversation = customer()
    conversation.says("/cancel_subscription")
    conversation.says("/inform")
    assert "Opzeggen mag altijd" in conversation.hears("/inform")
    (ticket,) = desk.tickets.values()
    assert ticket["reason"] == "not_understood"


def test_customer_books_moves_and_cancels_a_visit(customer):
    conversation = customer()
    (asked,) = conversation.says(f"/book_appointment{PROOF['K100004']}")
    first, second, *_ = [button["payload"] for button in asked["buttons"] if "visit" in button["payload"]]
    assert "Klopt dat?" in conversation.hears(first)
    assert "staat vast" in conversation.hears("/affirm")
    (present,) = conversation.says("/change_appointment")
    assert "Uw afspraak is nu" in present["text"]
    assert "Ik verzet uw afspraak van" in conversation.hears(second)
    assert "staat vast" in conversation.hears("/affirm")
    conversation.says("/change_appointment")
    assert "Ik zeg uw afspraak van" in conversation.hears('/inform{"visit_day": "cancel"}')
    assert "afgezegd" in conversation.hears("/affirm")


@pytest.mark.parametrize(
    ("postcode", "expected"),
    [
        ("5611 EM", "vanavond rond 20.00 uur"),
        ("9711 LM", "weten wij nog niet"),
        ("3511 AB", "geen storing bekend"),
    ],
)
def test_an_outage_needs_a_postcode_only(customer, postcode, expected):
    conversation = customer()
    assert "postcode" in conversation.hears("/outage")
    assert expected in conversation.hears(postcode)


def test_a_question_halfway_is_answered_and_the_form_asks_again(customer):
    conversation = customer()
    conversation.says(f"/book_appointment{PROOF['K100001']}")
    answer = conversation.hears("/opening_hours")
    assert "Onze medewerkers zijn er" in answer
    assert "Wanneer mag onze servicedienst" in answer


FORMS = {
    "invoice_copy": "invoice_form",
    "contract_end_date": "contract_form",
    "outage": "outage_form",
    "change_address": "address_form",
    "cancel_subscription": "cancel_subscription_form",
    "book_appointment": "appointment_form",
}
SLOTS = {
    "invoice_copy": ["K100001", "3511 AB"],
    "contract_end_date": ["K100001", "3511 AB"],
    "outage": ["3511 AB"],
    "change_address": ["K100001", "3511 AB", "1012 WX", "12", "/deny"],
    "cancel_subscription": ["K100002", "1012 WX", "koffiebox", "/deny"],
    "book_appointment": ["K100001", "3511 AB", "zo snel mogelijk", "middag", "/deny"],
}


@pytest.mark.parametrize(
    ("intent", "answered"),
    [(intent, count) for intent, slots in SLOTS.items() for count in range(len(slots))],
)
def test_a_human_at_every_question(customer, desk, intent, answered):
    conversation = customer()
    conversation.says(f"/{intent}")
    for answer in SLOTS[intent][:answered]:
        conversation.says(answer)
    assert conversation.tracker.active_loop_name == FORMS[intent]
    answer = conversation.hears("ik wil een medewerker spreken")
    (ticket,) = desk.tickets.values()
    assert ticket["number"] in answer
    assert conversation.tracker.active_loop_name != FORMS[intent]


@pytest.mark.parametrize("intent", SLOTS)
def test_without_the_action_server_the_customer_hears_where_to_go(agent_without_actions, intent):
    answer = Conversation(agent_without_actions).hears(f"/{intent}{PROOF['K100001']}")
    assert "Bel" in answer


def test_that_there_is_no_appointment_to_move_is_said_once(customer):
    conversation = customer()
    for message in ("/change_appointment", "K100001"):
        conversation.says(message)
    assert "Ik vind geen afspraak" in conversation.hears("3511 AB")
    again = conversation.hears("in de ochtend")
    assert "Ik vind geen afspraak" not in again
