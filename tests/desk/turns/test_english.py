"""Turns of a customer whose page is English: the assistant's words are Dutch and marked so, the desk's own are English."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from tests.desk.fake_rasa import FakeRasa, Reply, says
from tests.desk.turns.conftest import Chat

from config.threads import in_thread
from conversations.models import Conversation, Sender
from conversations.store import begin
from tickets.models import Reason
from tickets.services import open_in
from turns.runner import Runner

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def chat(runner: Runner) -> Chat:
    return Chat(runner, await in_thread(begin, "web", "en"))


async def test_the_assistants_own_words_are_marked_as_dutch(chat: Chat, rasa: FakeRasa) -> None:
    rasa.reply = lambda body: says("Uw pakket komt morgen.")
    (answer,) = await chat.say("where is my parcel?")
    assert (answer.text, answer.language) == ("Uw pakket komt morgen.", "nl")


async def test_a_ticket_that_the_assistant_announces_is_confirmed_in_english(
    chat: Chat, rasa: FakeRasa
) -> None:
    def announce(body: dict[str, Any]) -> Reply:
        # What the action server does in this same turn, with this key.
        conversation = Conversation.objects.get(pk=chat.id)
        open_in(conversation, Reason.REQUESTED, key=body["metadata"]["message_id"])
        connection.close()
        return says("We hebben een medewerker voor u gevraagd.")

    rasa.reply = announce
    message = await chat.write("can I talk to a human?")
    await chat.runner.drain(chat.id)
    dutch, own = await chat.after(message)
    assert (dutch.language, own.language, own.sender) == ("nl", "en", Sender.SYSTEM)
    assert "Your ticket number is T-" in own.text


async def test_the_safety_net_speaks_english(chat: Chat, rasa: FakeRasa) -> None:
    rasa.reply = lambda body: Reply(status=500)
    (told,) = await chat.say("where is my parcel?")
    assert told.text.startswith("The digital assistant cannot answer right now.")
    assert (await chat.ticket()).reason == Reason.ASSISTANT_UNAVAILABLE


async def test_a_repeated_answer_and_the_ticket_after_it_are_in_english(chat: Chat, rasa: FakeRasa) -> None:
    rasa.reply = lambda body: says("Wat bedoelt u?")
    await chat.say("hello")
    (repeated,) = await chat.say("hello")
    assert repeated.text.startswith("I am not getting any further")
    assert repeated.buttons[0]["title"] == "Talk to a person"
    (ticket,) = await chat.say("hello")
    assert "Your ticket number is" in ticket.text
