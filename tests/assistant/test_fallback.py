"""Invariant 5: one clarifying question, then a person."""

from __future__ import annotations

from tests.assistant.conftest import Conversation


def test_customer_who_is_not_understood_once_gets_topics_and_a_person_to_choose(customer, desk):
    answer, *_ = customer().says("/nlu_fallback")
    assert answer["buttons"][-1] == {"title": "Medewerker", "payload": "/talk_to_human"}
    assert not any("_" in button["title"] for button in answer["buttons"])
    assert not desk.tickets


def test_customer_who_is_not_understood_twice_in_a_row_gets_a_person(customer, desk):
    conversation = customer()
    conversation.says("/nlu_fallback")
    answer = conversation.hears("/nlu_fallback")
    (ticket,) = desk.tickets.values()
    assert ticket["reason"] == "not_understood"
    assert ticket["number"] in answer


def test_an_understood_message_in_between_starts_the_count_again(customer, desk):
    conversation = customer()
    conversation.says("/nlu_fallback")
    conversation.says("/opening_hours")
    conversation.says("/nlu_fallback")
    assert not desk.tickets


def test_customer_whose_questions_are_not_ours_gets_a_person_the_second_time(customer, desk):
    conversation = customer()
    answer, *_ = conversation.says("/out_of_scope")
    assert {"title": "Medewerker", "payload": "/talk_to_human"} in answer["buttons"]
    assert not desk.tickets
    conversation.says("/nlu_fallback")
    (ticket,) = desk.tickets.values()
    assert ticket["reason"] == "not_understood"


def test_a_question_that_is_not_ours_is_told_to_the_desk_while_the_action_server_is_down(
    agent_without_actions,
):
    answers = Conversation(agent_without_actions).says("/out_of_scope")
    assert "kies een medewerker" in answers[0]["text"]
    assert {"signal": "assistant_unavailable"} in [answer.get("custom") for answer in answers]
