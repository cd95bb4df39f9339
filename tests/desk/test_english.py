"""A customer whose page is English: what the desk itself says is English, and that the assistant is Dutch is said first."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests.desk.conftest import said
from tests.desk.web import Customer

from closing.ending import Ending
from closing.models import Outcome
from conversations.models import Conversation, Sender
from conversations.store import begin
from employees.models import Employee
from organisation.texts import say
from tickets.models import Reason
from tickets.services import close, open_in, take_over

DESK: Path = settings.BASE_DIR
WIDGET = DESK / "website" / "static" / "website" / "widget"


@pytest.fixture
def english(db: None) -> Conversation:
    return begin("web", "en")


def in_english(client: Client) -> Customer:
    customer = Customer.__new__(Customer)
    customer.client = client
    body = client.post(
        "/api/webchat/conversations", {"language": "en"}, content_type="application/json"
    ).json()
    customer.conversation, customer.token = body["conversation"], body["token"]
    return customer


@pytest.mark.django_db
def test_the_greeting_says_that_the_assistant_is_a_machine_and_answers_in_dutch(client: Client) -> None:
    (greeting,) = in_english(client).read().json()["messages"]
    assert "not a human" in greeting["text"]
    assert "answers in Dutch" in greeting["text"]
    assert greeting["language"] == "en"
    assert greeting["buttons"] == [{"title": "Talk to a person", "payload": "/talk_to_human"}]


@pytest.mark.django_db
def test_the_human_button_confirms_in_english_and_the_stand_is_english(client: Client) -> None:
    customer = in_english(client)
    number = customer.human().json()["ticket"]
    body = customer.read().json()
    assert body["messages"][-1]["text"].startswith(
        f"We have asked a member of staff to help you. Your ticket number is {number}."
    )
    assert re.fullmatch(r"\w+day \d+ \w+ at \d\d:\d\d", body["waiting"]["opens"] or "Monday 1 June at 09:00")
    slots = client.get("/api/webchat/callback-slots", headers=customer.headers).json()["slots"]
    assert all(" between " in slot["label"] for slot in slots)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "", None, 7, ["en"], {"a": 1}, "EN-gb\0"])
def test_a_language_without_words_becomes_dutch(client: Client, language: Any) -> None:
    body = {"language": language}
    begun = client.post("/api/webchat/conversations", body, content_type="application/json")
    assert begun.status_code == 201
    assert Conversation.objects.get(external_id=begun.json()["conversation"]).language == "nl"


def test_what_an_employee_does_is_told_in_english(english: Conversation, sanne: Employee) -> None:
    ticket, _ = open_in(english, Reason.REQUESTED)
    take_over(ticket.pk, sanne)
    close(ticket.pk, sanne, Ending(Outcome.SOLVED))
    told = [message.text for message in said(english, sender=Sender.SYSTEM)]
    assert told[-2].startswith("You are now talking to Sanne, a member of staff")
    assert told[-1].startswith(f"Sanne has closed ticket {ticket.number}.")


def test_a_dutch_conversation_stays_dutch(conversation: Conversation) -> None:
    assert conversation.language == "nl"
    assert "computerprogramma" in said(conversation, sender=Sender.ASSISTANT)[0].text


def test_what_has_no_english_words_is_said_in_dutch() -> None:
    assert say("channels/choose", "en") == say("channels/choose")


def test_each_english_text_has_a_dutch_one_and_uses_no_other_values() -> None:
    files = sorted(DESK.glob("*/templates/messages/en/**/*.txt"))
    assert len(files) > 20
    for file in files:
        dutch = Path(str(file).replace("/messages/en/", "/messages/"))
        assert dutch.exists(), file
        words = re.compile(r"{[{%][^}]*\b(number|next_step|name|colleague|into|until|opening|ticket)\b")
        assert set(words.findall(file.read_text())) <= set(words.findall(dutch.read_text())), file


def keys_of(file: str) -> list[str]:
    text = (WIDGET / file).read_text(encoding="utf-8").split("refusals")[0]
    return re.findall(r"(?:^  |, |\{ )(\w+): ", text, re.MULTILINE)


def placeholders_of(file: str) -> dict[str, list[str]]:
    text = (WIDGET / file).read_text(encoding="utf-8")
    return {
        key: sorted(re.findall(r"\{\w+\}", line))
        for key, line in re.findall(r"^ +(\w+): (.*)$", text, re.MULTILINE)
        if key != "refusals"
    }


def test_the_widgets_catalogues_have_the_same_sentences_with_the_same_values() -> None:
    assert keys_of("texts_en.js") == keys_of("texts_nl.js")
    english, dutch = placeholders_of("texts_en.js"), placeholders_of("texts_nl.js")
    assert {key: english[key] for key in dutch} == dutch


def test_each_refusal_that_the_widget_words_is_one_of_the_desks() -> None:
    text = (WIDGET / "texts_en.js").read_text(encoding="utf-8").split("refusals")[1]
    codes = re.findall(r"^    (\w+):", text, re.MULTILINE)
    known = {file.stem for file in (DESK / "api" / "templates" / "messages" / "errors").glob("*.txt")}
    assert codes
    assert set(codes) <= known
