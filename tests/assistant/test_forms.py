"""The forms about orders, with the demo back office behind them."""

from __future__ import annotations


def test_customer_who_knows_order_and_postcode_hears_the_status(customer):
    conversation = customer()
    assert "bestelnummer" in conversation.hears("/track_order")
    assert "postcode" in conversation.hears('/inform{"order_number": "400123456"}')
    answer = conversation.hears('/inform{"postcode": "3511 AB"}')
    assert "koffiezetapparaat" in answer
    assert "onderweg met PostNL" in answer


def test_customer_is_not_asked_again_for_what_is_known(customer):
    conversation = customer()
    conversation.says('/track_order{"order_number": "400123457", "postcode": "1012 WX"}')
    assert "Waarom stuurt u" in conversation.hears("/return_item")


def test_customer_gets_a_return_number_and_the_same_one_the_second_time(customer):
    conversation = customer()
    conversation.says('/return_item{"order_number": "400123461", "postcode": "6211 LE"}')
    assert "R-400123461" in conversation.hears("de maat is te klein")
    conversation.says("/return_item")
    answer = conversation.hears("de maat is te klein")
    assert "al een retour" in answer
    assert "R-400123461" in answer


def test_a_return_that_is_too_late_is_not_refused_but_goes_to_a_person(customer, desk):
    conversation = customer()
    conversation.says('/return_item{"order_number": "400123459", "postcode": "5611 EM"}')
    answer = conversation.hears("de lamp staat scheef")
    (ticket,) = desk.tickets.values()
    assert ticket["reason"] == "decision_needs_a_person"
    assert ticket["verified"] == {"customer_number": "K100004"}
    assert ticket["number"] in answer


def test_a_wrong_combination_tells_nothing_about_the_order(customer):
    conversation = customer()
    answer = conversation.hears('/track_order{"order_number": "400123456", "postcode": "1012 WX"}')
    unknown = customer().hears('/track_order{"order_number": "400999999", "postcode": "1012 WX"}')
    assert "koffiezetapparaat" not in answer
    assert answer == unknown


def test_five_wrong_combinations_lock_the_check_and_lead_to_a_person(customer, desk):
    conversation = customer()
    conversation.says("/track_order")
    for attempt in range(5):
        assert not desk.tickets, f"handed over after {attempt} tries"
        conversation.says(f'/inform{{"order_number": "40012345{attempt}", "postcode": "9999 ZZ"}}')
    (ticket,) = desk.tickets.values()
    assert ticket["reason"] == "verification_failed"
    assert ticket["verified"] is None

    answer = conversation.hears('/track_order{"order_number": "400123456", "postcode": "3511 AB"}')
    assert "koffiezetapparaat" not in answer, "the right combination comes too late"


def test_two_answers_that_are_no_order_number_lead_to_a_person(customer, desk):
    conversation = customer()
    conversation.says("/track_order")
    assert "negen cijfers" in conversation.hears("/inform")
    conversation.says("/inform")
    (ticket,) = desk.tickets.values()
    assert ticket["reason"] == "not_understood"


def test_another_detail_than_the_one_that_was_asked_is_kept_and_is_no_failed_try(customer):
    conversation = customer()
    conversation.says("/track_order")
    answer = conversation.hears('/inform{"postcode": "3511 AB"}')
    assert "bestelnummer" in answer
    assert "herken ik niet" not in answer
    assert "koffiezetapparaat" in conversation.hears('/inform{"order_number": "400123456"}')


def test_a_question_halfway_is_answered_and_the_form_goes_on(customer):
    conversation = customer()
    conversation.says("/track_order")
    answer = conversation.hears("/opening_hours")
    assert "donderdag 09.00-21.00 uur" in answer
    assert "bestelnummer" in answer
    assert "postcode" in conversation.hears('/inform{"order_number": "400123456"}')


def test_customer_who_stops_is_out_of_the_form(customer):
    conversation = customer()
    conversation.says("/return_item")
    assert "ik stop hiermee" in conversation.hears("/stop")
    assert conversation.tracker.active_loop_name is None
