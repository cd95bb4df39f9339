"""Ja, nog een keer, tot ziens: short messages whose meaning depends on what the assistant just said."""

from __future__ import annotations

import pytest

from tests.assistant.conftest import Conversation


@pytest.mark.parametrize("offer", ["/bot_challenge", "/needs_extra_help", "/out_of_scope", "/deny"])
def test_a_yes_to_the_offer_of_a_person_opens_a_ticket(customer, desk, offer):
    conversation = customer()
    conversation.says(offer)
    answer = conversation.hears("/affirm")
    (ticket,) = desk.tickets.values()
    assert ticket["number"] in answer


def test_a_yes_to_the_desks_greeting_opens_a_ticket(customer, desk):
    customer().says("/affirm")
    assert len(desk.tickets) == 1


@pytest.mark.parametrize("before", ["/greet", "/thank"])
def test_another_yes_is_only_friendly(customer, desk, before):
    conversation = customer()
    conversation.says(before)
    assert "Waarmee kan ik u verder helpen" in conversation.hears("/affirm")
    assert not desk.tickets


def test_a_yes_while_the_action_server_is_down_is_no_dead_end(agent_without_actions):
    conversation = Conversation(agent_without_actions)
    conversation.says("/bot_challenge")
    assert "085 000 12 34" in conversation.hears("/affirm")


def test_an_answer_is_repeated_once_then_a_person_is_offered_and_then_given(customer, desk):
    conversation = customer()
    answer = conversation.hears("/bot_challenge")
    (again,) = conversation.says("/repeat")
    assert again["text"] == f"Ik zeg het nog een keer: {answer}"
    assert again["buttons"] == [{"title": "Medewerker", "payload": "/talk_to_human"}]
    (offer,) = conversation.says("/repeat")
    assert offer["buttons"] == [{"title": "Medewerker", "payload": "/talk_to_human"}]
    assert not desk.tickets
    conversation.says("/repeat")
    assert len(desk.tickets) == 1


def test_a_repeat_after_something_else_is_a_first_one(customer, desk):
    conversation = customer()
    conversation.says("/bot_challenge")
    conversation.says("/repeat")
    conversation.says("/opening_hours")
    assert "Ik zeg het nog een keer: Onze medewerkers" in conversation.hears("/repeat")


def test_halfway_a_form_the_question_comes_once_more(customer):
    conversation = customer()
    question = conversation.says("/ticket_status")[-1]["text"]
    texts = [answer["text"] for answer in conversation.says("/repeat")]
    assert texts == ["Ik vraag het nog een keer.", question]


@pytest.mark.parametrize("message", ["/repeat", "/deny", "/out_of_scope", "/affirm"])
def test_whoever_gives_no_number_hears_what_it_is_for_and_that_a_person_can_do_without(customer, message):
    conversation = customer()
    question = conversation.says("/track_order")[-1]["text"]
    why, again = conversation.says(message)
    assert "niet die van een ander" in why["text"]
    assert why["buttons"] == [{"title": "Medewerker", "payload": "/talk_to_human"}]
    assert again["text"] == question


def test_thanks_halfway_a_form_are_no_mistake(customer):
    conversation = customer()
    question = conversation.says("/track_order")[-1]["text"]
    assert [answer["text"] for answer in conversation.says("/thank")] == ["Graag gedaan.", question]


def test_a_yes_to_the_only_topic_that_was_offered_takes_it_up(customer):
    conversation = customer()
    conversation.says("/moving_house")
    assert "klantnummer" in conversation.hears("/affirm")


def test_a_yes_to_several_topics_gets_them_once_more(customer):
    conversation = customer()
    offered = conversation.says("/return_policy")[-1]["buttons"]
    (answer,) = conversation.says("/affirm")
    assert answer["buttons"] == offered
    assert "retour" in conversation.hears("400123456")


def test_a_number_after_the_offer_of_one_form_begins_that_form(customer):
    conversation = customer()
    conversation.says("/moving_house")
    assert "oude adres" in conversation.hears("K100001")


def test_a_number_after_one_form_among_the_offers_begins_that_form(customer):
    conversation = customer()
    conversation.says("/exchange_item")
    assert "retour" in conversation.hears("400123456")


def test_numbers_that_nobody_asked_for_are_kept_and_get_no_same_answer_twice(customer, desk):
    conversation = customer()
    first = conversation.hears("400123456")
    second = conversation.hears("3511 AB")
    assert first != second
    assert "Waar gaat uw vraag over" in second
    # Neither is asked again.
    assert "400123456" in conversation.hears("/track_order")
    assert not desk.tickets


def test_a_number_that_is_none_is_called_that(customer):
    conversation = customer()
    conversation.says("/track_order")
    assert "herken ik niet" in conversation.hears("4001")


def test_a_third_repeat_halfway_a_form_leaves_it_for_a_person(customer, desk):
    conversation = customer()
    conversation.says("/track_order")
    for _ in range(3):
        conversation.says("/repeat")
    assert len(desk.tickets) == 1
    assert conversation.tracker.active_loop_name in (None, "contact_form")


def test_nothing_was_said_yet(customer, desk):
    assert "Waarmee kan ik u helpen" in customer().hears("/repeat")


def test_goodbye_halfway_a_form_leaves_it(customer):
    conversation = customer()
    conversation.says("/return_item")
    assert "Tot ziens" in conversation.hears("/goodbye")
    assert conversation.tracker.active_loop_name is None


@pytest.mark.parametrize("grumble", ["/complaint", "/frustration"])
@pytest.mark.parametrize("before", ["/complaint", "/frustration"])
def test_whoever_grumbles_twice_running_gets_a_person(customer, desk, before, grumble):
    conversation = customer()
    assert conversation.says(before)[-1]["buttons"] == [{"title": "Medewerker", "payload": "/talk_to_human"}]
    assert not desk.tickets
    answer = conversation.hears(grumble)
    (ticket,) = desk.tickets.values()
    assert ticket["number"] in answer
    assert ticket["reason"] == "frustrated"


def test_grumbling_twice_halfway_a_form_leaves_it(customer, desk):
    conversation = customer()
    conversation.says("/track_order")
    conversation.says("/frustration")
    conversation.says("/frustration")
    assert len(desk.tickets) == 1
    assert conversation.tracker.active_loop_name in (None, "contact_form")


def test_grumbling_again_after_something_else_is_a_first_time(customer, desk):
    conversation = customer()
    for message in ("/frustration", "/opening_hours", "/complaint"):
        conversation.says(message)
    assert not desk.tickets


def test_whoever_thinks_of_suicide_hears_where_to_find_help_and_gets_a_person(customer, desk):
    conversation = customer()
    conversation.says("/track_order")
    answer = conversation.hears("/self_harm")
    (ticket,) = desk.tickets.values()
    assert ticket["number"] in answer
    assert ticket["reason"] == "vulnerable"
    for words in ("0800-0113", "https://www.113.nl", "112"):
        assert words in answer


def test_help_is_named_while_the_action_server_is_down(agent_without_actions):
    assert "0800-0113" in Conversation(agent_without_actions).hears("/self_harm")
