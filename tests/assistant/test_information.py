"""What a customer hears about opening hours, and a customer who cannot telephone about reaching us."""

from __future__ import annotations

from tests.assistant.conftest import Conversation

PHONE_WORDS = ("bel", "bellen", "telefoon")


def test_the_day_that_the_customer_names_is_answered(customer, desk):
    answer = customer().hears("zijn jullie open met kerst")
    assert "25 december (Eerste kerstdag) zijn onze medewerkers er niet" in answer


def test_another_day_may_be_asked_next(customer, desk):
    conversation = customer()
    week = conversation.hears("wat zijn jullie openingstijden")
    day = conversation.hears("en zijn jullie er met kerst ook")
    assert "maandag" in week
    assert day != week
    assert "Eerste kerstdag" in day


def test_the_week_is_told_when_the_desk_gives_no_answer(customer, desk):
    desk.works = False
    assert "maandag" in customer().hears("zijn jullie open met kerst")


def test_the_week_is_told_while_the_action_server_is_down(agent_without_actions, desk):
    assert "maandag" in Conversation(agent_without_actions).hears("zijn jullie open met kerst")


def test_a_deaf_customer_is_never_told_to_call(customer, desk):
    conversation = customer()
    answers = conversation.says("ik ben doof, kunnen jullie mij helpen")
    answers += conversation.says("hoe kan ik jullie bereiken")
    answers += conversation.says("/talk_to_human")
    words = " ".join(answer.get("text", "") for answer in answers).lower().replace(".", " ").split()
    titles = [button["title"] for answer in answers for button in answer.get("buttons", [])]
    assert not set(words) & set(PHONE_WORDS)
    assert not [title for title in titles if "bel" in title.lower()]
    [ticket] = desk.tickets.values()
    assert ticket["entities"]["cannot_phone"] == "true"
    assert ticket["reason"] == "vulnerable"
