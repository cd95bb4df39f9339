"""A digression does not end a form, and a second question in a message is answered too."""

from __future__ import annotations

from tests.assistant.conftest import Conversation

ORDER = '{"order_number": "400123456", "postcode": "3511 AB"}'


def test_a_form_asks_on_after_any_question_halfway(customer):
    for question in ("/opening_hours", "/return_policy", "/frustration"):
        conversation = customer()
        conversation.says("/track_order")
        assert "bestelnummer" in conversation.hears(question), question
        assert "postcode" in conversation.hears('/inform{"order_number": "400123456"}'), question


def test_a_second_question_is_answered_after_the_first(customer):
    answer = customer().hears('/opening_hours{"next_question": "contact_details"}')
    assert answer.index("donderdag") < answer.index("andere vraag") < answer.index("postadres")


def test_a_second_question_waits_for_the_form_of_the_first(customer):
    conversation = customer()
    assert "andere vraag" not in conversation.hears('/track_order{"next_question": "opening_hours"}')
    answer = conversation.hears(f"/inform{ORDER}")
    assert answer.index("koffiezetapparaat") < answer.index("donderdag")


def test_a_second_question_is_asked_once(customer):
    conversation = customer()
    conversation.says('/opening_hours{"next_question": "contact_details"}')
    assert "andere vraag" not in conversation.hears("/opening_hours")


def test_whoever_stops_or_asks_for_a_person_is_not_asked_the_second_question(customer, desk):
    for leaving in ("/stop", "/talk_to_human"):
        conversation = customer()
        conversation.says('/track_order{"next_question": "opening_hours"}')
        assert "andere vraag" not in conversation.hears(leaving)
        assert "andere vraag" not in conversation.hears("/greet")


def test_two_real_questions_in_one_message_are_both_answered(customer):
    answer = customer().hears("Wat zijn jullie openingstijden? En hoe kan ik bij jullie betalen?")
    assert "donderdag 09.00-21.00 uur" in answer
    assert "iDEAL" in answer


def test_the_first_answer_stands_when_the_action_server_is_down(agent_without_actions):
    answer = Conversation(agent_without_actions).hears('/opening_hours{"next_question": "contact_details"}')
    assert "donderdag" in answer
