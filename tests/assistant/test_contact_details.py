"""After a ticket: the offer to add how the customer can be reached and what it is about. All of it can be skipped."""

from __future__ import annotations

from typing import Any

import pytest

from tests.assistant.conftest import Conversation

PHONE = '/inform{"phone": "+31612345678"}'
SLOT = '/inform{"callback_slot": "20261124T0800Z"}'
SIGNAL = {"signal": "adding_details"}


def asks_for_details(answers: list[dict[str, Any]]) -> bool:
    """Whether the desk will forward the customer's next message (docs/contracts.md, section 2)."""
    return any(answer.get("custom") == SIGNAL for answer in answers)


def only_ticket(desk) -> dict[str, Any]:
    (ticket,) = desk.tickets.values()
    return ticket


def test_customer_gets_the_number_first_and_then_the_offer_in_the_same_turn(customer, desk):
    answers = customer().says("/talk_to_human")
    assert only_ticket(desk)["number"] in answers[0]["text"]
    assert "telefoonnummer of e-mailadres" in answers[1]["text"]
    assert answers[1]["buttons"] == [{"title": "Overslaan", "payload": "/deny"}]
    assert asks_for_details(answers)


def test_customer_adds_a_phone_number_and_a_description(customer, desk):
    conversation = customer()
    conversation.says("/talk_to_human")
    answers = conversation.says(PHONE)
    assert "waar het over gaat" in answers[0]["text"]
    assert asks_for_details(answers)
    answers = conversation.says("de afzuigkap die ik kreeg bromt zo hard")
    ticket = only_ticket(desk)
    assert ticket["number"] in answers[0]["text"]
    assert not asks_for_details(answers)
    assert ticket["phone"] == "+31612345678"
    assert ticket["description"] == "de afzuigkap die ik kreeg bromt zo hard"
    assert conversation.tracker.active_loop_name is None


def test_customer_who_skips_everything_keeps_the_ticket(customer, desk):
    conversation = customer()
    conversation.says("/talk_to_human")
    conversation.says("/deny")
    answers = conversation.says("/deny")
    assert "blijft gewoon staan" in answers[0]["text"]
    assert not asks_for_details(answers)
    assert {"phone", "email", "description"}.isdisjoint(only_ticket(desk))


@pytest.mark.parametrize("leaving", ["/stop", "/goodbye"])
def test_customer_who_stops_is_asked_nothing_more(customer, desk, leaving):
    conversation = customer()
    conversation.says("/talk_to_human")
    answers = conversation.says(leaving)
    assert "blijft gewoon staan" in answers[0]["text"]
    assert conversation.tracker.active_loop_name is None


def test_what_the_customer_said_before_is_not_asked_again(customer, desk):
    conversation = customer()
    conversation.says('/invoice_dispute{"email": "an@example.org"}')
    assert conversation.tracker.active_loop_name is None
    assert only_ticket(desk)["entities"]["email"] == "an@example.org"


def test_a_topic_that_was_told_is_not_asked_again(customer, desk):
    conversation = customer()
    conversation.says("/invoice_dispute")
    answers = conversation.says(PHONE)
    assert only_ticket(desk)["number"] in answers[0]["text"]
    assert conversation.tracker.active_loop_name is None


def test_a_sentence_instead_of_a_number_is_kept_as_what_it_is_about(customer, desk):
    conversation = customer()
    conversation.says("/talk_to_human")
    answer = conversation.hears("het gaat om een lamp die al twee keer kapot is aangekomen")
    assert "Dat staat nu bij uw ticket" in answer
    assert "telefoonnummer" in answer
    conversation.says("/deny")
    assert only_ticket(desk)["description"] == "het gaat om een lamp die al twee keer kapot is aangekomen"


def test_a_wrong_number_is_asked_once_more_and_then_left(customer, desk):
    conversation = customer()
    conversation.says("/talk_to_human")
    assert "herken ik niet" in conversation.hears("mijn nummer is 06 12345")
    answer = conversation.hears("06 12345 dus")
    assert "waar het over gaat" in answer
    assert "phone" not in only_ticket(desk)


@pytest.mark.parametrize("number", ["400123462", "K100001", "F2026-00101", "3511 AB"])
def test_a_number_of_the_question_is_no_wrong_phone_number(customer, desk, number):
    conversation = customer()
    conversation.says("/talk_to_human")
    answer = conversation.hears(number)
    assert "herken ik niet" not in answer
    assert "telefoonnummer" in answer


def test_a_yes_to_the_offer_is_welcome_whatever_was_said_before_it(customer, desk):
    conversation = customer()
    conversation.says("/talk_to_human")
    conversation.says("ze heette Janny")
    assert "Typ hieronder uw telefoonnummer" in conversation.hears("ja graag")
    assert "telefoonnummer" not in conversation.hears("ja hoor")


def test_asking_for_a_human_again_gives_the_same_number_and_ends_the_questions(customer, desk):
    conversation = customer()
    conversation.says("/talk_to_human")
    answers = conversation.says("/talk_to_human")
    assert only_ticket(desk)["number"] in answers[0]["text"]
    assert not asks_for_details(answers)
    assert conversation.tracker.active_loop_name is None


def test_a_question_in_between_is_answered_and_the_offer_comes_back(customer):
    conversation = customer()
    conversation.says("/talk_to_human")
    answers = conversation.says("/opening_hours")
    assert "donderdag 09.00-21.00 uur" in answers[0]["text"]
    assert asks_for_details(answers)


def test_a_desk_that_fails_at_the_end_promises_nothing(customer, desk):
    conversation = customer()
    conversation.says("/invoice_dispute")
    desk.works = False
    answers = conversation.says(PHONE)
    assert "Het lukt mij nu niet" in answers[0]["text"]
    assert any(answer.get("custom") == {"signal": "assistant_unavailable"} for answer in answers)


def test_customer_who_wants_to_be_called_gets_a_ticket_at_once_and_chooses_a_time(customer, desk):
    conversation = customer()
    answers = conversation.says("/callback_request")
    ticket = only_ticket(desk)
    assert ticket["wish"] == "call_back"
    assert ticket["number"] in answers[0]["text"]
    assert "Op welk telefoonnummer" in answers[1]["text"]
    answers = conversation.says(PHONE)
    assert answers[0]["buttons"] == [
        {"title": "dinsdag 24 november tussen 9.00 en 11.00 uur", "payload": SLOT},
        {"title": "Maakt niet uit", "payload": "/deny"},
    ]
    assert asks_for_details(answers)
    conversation.says(SLOT)
    answer = conversation.hears("/deny")
    assert "dinsdag 24 november tussen 9.00 en 11.00 uur" in answer
    assert (ticket["phone"], ticket["callback_slot"]) == ("+31612345678", "20261124T0800Z")


LATER = {"id": "20261124T1000Z", "label": "dinsdag 24 november tussen 11.00 en 13.00 uur"}
LATER_SLOT = '/inform{"callback_slot": "20261124T1000Z"}'


def chooses_a_time_that_fills_up(conversation: Conversation, desk) -> list[dict[str, Any]]:
    """The answers to the description, given after somebody else took the last place at the chosen time."""
    desk.callback_slots = [*desk.callback_slots, LATER]
    conversation.says("/callback_request")
    conversation.says(PHONE)
    conversation.says(SLOT)
    desk.full_slots = {"20261124T0800Z"}
    return conversation.says("de afzuigkap bromt zo hard")


def test_a_time_that_filled_up_costs_nothing_else_and_is_asked_again(customer, desk):
    conversation = customer()
    answers = chooses_a_time_that_fills_up(conversation, desk)
    ticket = only_ticket(desk)
    assert (ticket["phone"], ticket["description"]) == ("+31612345678", "de afzuigkap bromt zo hard")
    assert "niet meer vrij" in answers[0]["text"]
    assert ticket["number"] in answers[0]["text"]
    assert [button["payload"] for button in answers[1]["buttons"]] == [LATER_SLOT, "/deny"]
    assert asks_for_details(answers)
    answer = conversation.hears(LATER_SLOT)
    assert LATER["label"] in answer
    assert (ticket["callback_slot"], ticket["phone"]) == ("20261124T1000Z", "+31612345678")
    assert ticket["description"] == "de afzuigkap bromt zo hard"
    assert conversation.tracker.active_loop_name is None


def test_a_second_time_can_be_skipped(customer, desk):
    conversation = customer()
    chooses_a_time_that_fills_up(conversation, desk)
    answers = conversation.says("/deny")
    assert only_ticket(desk)["number"] in answers[0]["text"]
    assert not asks_for_details(answers)
    assert "callback_slot" not in only_ticket(desk)


def test_a_second_time_in_other_words_comes_beside_what_it_is_about(customer, desk):
    conversation = customer()
    chooses_a_time_that_fills_up(conversation, desk)
    conversation.says("het liefst na vijven")
    assert "na vijven" in only_ticket(desk)["description"]
    assert "afzuigkap" in only_ticket(desk)["description"]


def test_times_that_fill_up_are_not_asked_for_ever(customer, desk):
    conversation = customer()
    chooses_a_time_that_fills_up(conversation, desk)
    desk.full_slots = {"20261124T0800Z", "20261124T1000Z"}
    answers = conversation.says(LATER_SLOT)
    assert "niet meer vrij" in answers[0]["text"]
    assert not asks_for_details(answers)
    assert conversation.tracker.active_loop_name is None


def test_who_asks_for_a_person_instead_of_another_time_is_asked_nothing_more(customer, desk):
    conversation = customer()
    chooses_a_time_that_fills_up(conversation, desk)
    answers = conversation.says("/talk_to_human")
    assert only_ticket(desk)["number"] in answers[0]["text"]
    assert not asks_for_details(answers)
    assert conversation.tracker.active_loop_name is None


def test_a_number_that_was_given_with_the_request_is_not_asked(customer, desk):
    answers = customer().says('/callback_request{"phone": "+31612345678"}')
    assert only_ticket(desk)["entities"]["phone"] == "+31612345678"
    assert "Wanneer" in answers[1]["text"]


def test_a_time_in_other_words_reaches_the_employee(customer, desk):
    conversation = customer()
    conversation.says('/callback_request{"phone": "+31612345678"}')
    conversation.says("het liefst na vijven")
    conversation.says("/deny")
    assert "het liefst na vijven" in only_ticket(desk)["description"]


def test_who_rather_gets_mail_is_not_asked_when_to_be_called(customer, desk):
    conversation = customer()
    conversation.says("/callback_request")
    answer = conversation.hears('/inform{"email": "an@example.org"}')
    assert "waar het over gaat" in answer
    conversation.says("/deny")
    assert (only_ticket(desk)["email"], only_ticket(desk)["wish"]) == ("an@example.org", "email")


def test_who_waits_already_and_wants_to_be_called_keeps_the_ticket(customer, desk):
    conversation = customer()
    conversation.says("/talk_to_human")
    answers = conversation.says('/callback_request{"phone": "+31612345678"}')
    assert only_ticket(desk)["wish"] == "call_back"
    assert only_ticket(desk)["number"] in answers[0]["text"]
    assert "Wanneer" in answers[1]["text"]


def test_times_that_the_desk_does_not_know_are_asked_in_words(customer, desk):
    desk.callback_slots = []
    answers = customer().says('/callback_request{"phone": "+31612345678"}')
    assert [button["payload"] for button in answers[1]["buttons"]] == ["/deny"]


def test_nothing_is_asked_while_there_is_no_ticket(agent_without_actions):
    conversation = Conversation(agent_without_actions)
    assert not asks_for_details(conversation.says("/callback_request"))
    assert conversation.tracker.active_loop_name is None
