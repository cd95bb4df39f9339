"""What the assistant makes of customers' words, asked without answering anybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from tests.desk.fake_rasa import FakeRasa, Reply

from console import catalogue
from console.catalogue import name_of
from conversations.models import Conversation, Message
from conversations.store import add_customer_message
from organisation.loader import current
from tickets.services import request_human
from understanding import domain
from understanding.assistant import AssistantSilent, intent_of
from understanding.models import Understanding
from understanding.service import understand, understand_open_tickets


def wrote(conversation: Conversation, text: str) -> Message:
    return add_customer_message(conversation.pk, text[:64], text)[0]


# --- The assistant's domain -----------------------------------------------------------------------------------------


def test_titles_come_from_the_assistants_own_file() -> None:
    assert name_of("intent", "track_order") == "Waar is mijn bestelling?"
    assert name_of("intent", "nlu_fallback") == "Niet begrepen"
    assert name_of("intent", "brand_new") == "Brand new"


def test_a_fixed_answer_has_the_organisations_facts_in_it() -> None:
    answer = domain.answer_to("contact_details")
    assert current().phone in answer
    assert "{" not in answer


@pytest.mark.parametrize(
    "intent", ["track_order", "greet", "repeat", "talk_to_human", "nlu_fallback", "", "new"]
)
def test_what_takes_a_form_or_a_person_or_is_no_subject_has_no_fixed_answer(intent: str) -> None:
    assert domain.answer_to(intent) == ""


@pytest.mark.parametrize("content", [None, "intents: [", "- 1", "intents: 1\nresponses: {}", "\xff"])
def test_the_desk_works_without_the_file(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "domain.yml"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    monkeypatch.setattr(settings, "DOMAIN_FILE", path)
    for remembered in (domain.intents, domain.titles, catalogue._listed):
        remembered.cache_clear()
    try:
        assert name_of("intent", "track_order") == "Track order"
        assert domain.answer_to("payment_failed") == ""
    finally:
        for remembered in (domain.intents, domain.titles, catalogue._listed):
            remembered.cache_clear()


def test_opening_hours_are_worded_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        domain,
        "intents",
        lambda: {"x": domain.Intent("X", True, "{organisation_opening_hours}, {organisation_phone}")},
    )
    assert "zondag gesloten" in domain.answer_to("x")
    assert current().phone in domain.answer_to("x")


# --- Asking ---------------------------------------------------------------------------------------------------------


def test_asking_is_not_a_turn(rasa: FakeRasa, conversation: Conversation) -> None:
    rasa.intents["betalen lukt niet"] = "payment_failed"
    message = wrote(conversation, "betalen lukt niet")
    assert understand(message) == "payment_failed"
    assert understand(message) == "payment_failed"
    assert (rasa.parsed, rasa.requests) == (["betalen lukt niet"], [])


def test_a_customer_cannot_set_an_intent_by_hand(rasa: FakeRasa) -> None:
    intent_of("/talk_to_human")
    assert rasa.parsed == ["talk_to_human"]


def test_a_button_says_itself_what_it_means(rasa: FakeRasa, conversation: Conversation) -> None:
    message = wrote(conversation, "/talk_to_human")
    assert message.payload == "/talk_to_human"
    assert understand(message) == "talk_to_human"
    assert rasa.parsed == []


@pytest.mark.parametrize(
    "reply",
    [
        Reply({}, status=500),
        Reply(b"<html>"),
        Reply([]),
        Reply({"intent": None}),
        Reply(cut=True),
    ],
    ids=["status", "not json", "a list", "no intent", "cut"],
)
def test_nonsense_is_silence(rasa: FakeRasa, reply: Reply) -> None:
    rasa.parse = lambda body: reply
    with pytest.raises(AssistantSilent):
        intent_of("hallo")


def test_an_assistant_that_is_not_there_is_silence(rasa: FakeRasa) -> None:
    rasa.stop()
    with pytest.raises(AssistantSilent):
        intent_of("hallo")


# --- In the background ----------------------------------------------------------------------------------------------


def test_a_ticket_of_the_human_button_gets_its_subject(rasa: FakeRasa, conversation: Conversation) -> None:
    rasa.intents |= {"waar blijft mijn geld": "refund_status", "ik wil een mens": "talk_to_human"}
    wrote(conversation, "waar blijft mijn geld")
    wrote(conversation, "ik wil een mens")
    ticket = request_human(conversation)
    assert ticket.intent == ""
    before = Conversation.objects.get(pk=conversation.pk).revision
    understand_open_tickets()
    ticket.refresh_from_db()
    assert ticket.intent == "refund_status"
    assert ticket.history.last().detail == {"fields": ["intent"]}
    assert Conversation.objects.get(pk=conversation.pk).revision > before


def test_the_assistants_own_subject_is_kept(rasa: FakeRasa, conversation: Conversation) -> None:
    ticket = request_human(conversation)
    ticket.intent = "complaint"
    ticket.save()
    rasa.intents["waar blijft mijn geld"] = "refund_status"
    wrote(conversation, "waar blijft mijn geld")
    understand_open_tickets()
    ticket.refresh_from_db()
    assert ticket.intent == "complaint"


def test_a_silent_assistant_is_asked_again_later(rasa: FakeRasa, conversation: Conversation) -> None:
    wrote(conversation, "waar blijft mijn geld")
    request_human(conversation)
    rasa.parse = lambda body: Reply({}, status=503)
    understand_open_tickets()
    assert not Understanding.objects.exists()
    rasa.parse = rasa._understood
    understand_open_tickets()
    assert Understanding.objects.count() == 1


def test_conversations_without_a_ticket_are_not_asked_about(
    rasa: FakeRasa, conversation: Conversation
) -> None:
    wrote(conversation, "waar blijft mijn geld")
    understand_open_tickets()
    assert rasa.parsed == []
