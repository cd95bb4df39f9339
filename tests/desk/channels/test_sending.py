"""Messages to customers: once, in order, tried again when that can help, and never silently lost (docs/outbox.md)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.desk.channels.conftest import Story, time_passes
from tests.desk.channels.vendor_server import Reply

from channels import queue
from channels.models import Address, Outgoing, OutgoingState
from channels.sending import Sender, send_all
from conversations.models import Conversation, Message
from conversations.models import Sender as By
from conversations.store import add, locked
from outbox.problems import DeliveryProblem

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def begun(story: Story) -> Story:
    """A customer who has had an answer."""
    story.says("Hallo")
    return story


def desk_says(story: Story, *texts: str) -> list[Message]:
    """Messages of the desk that wait to be sent."""
    with locked(story.conversation.pk) as conversation:
        return [add(conversation, By.SYSTEM, text) for text in texts]


def state_of(message: Message) -> tuple[str, str]:
    outgoing = Outgoing.objects.get(message=message)
    return outgoing.state, outgoing.problem


def test_who_sends_too_much_waits_as_long_as_the_vendor_asks_and_keeps_the_order(begun: Story) -> None:
    first, second = desk_says(begun, "een", "twee")
    begun.customer.vendor.mishaps.append(begun.customer.busy(90))
    assert begun.work() == []
    assert state_of(first) == (OutgoingState.WAITING, "rate_limited")
    assert Outgoing.objects.get(message=first).due_at > timezone.now() + timedelta(seconds=80)
    assert begun.work() == []
    time_passes()
    assert [bubble.text for bubble in begun.work()] == ["een", "twee"]
    assert state_of(second) == (OutgoingState.SENT, "")


def test_an_expired_token_is_waited_for_and_an_employee_sees_why(begun: Story) -> None:
    (message,) = desk_says(begun, "een")
    begun.customer.vendor.mishaps.append(begun.customer.expired())
    begun.work()
    assert state_of(message) == (OutgoingState.WAITING, "not_allowed")
    time_passes()
    assert [bubble.text for bubble in begun.work()] == ["een"]


def test_no_connection_means_not_sent_so_it_is_tried_again(begun: Story, settings: Any) -> None:
    (message,) = desk_says(begun, "een")
    url = begun.customer.vendor.url
    begun.customer.vendor.url = "http://127.0.0.1:9"  # nobody listens: the discard port
    begun.customer.configure(settings)
    begun.work()
    assert state_of(message) == (OutgoingState.WAITING, "unreachable")
    begun.customer.vendor.url = url
    begun.customer.configure(settings)
    time_passes()
    assert [bubble.text for bubble in begun.work()] == ["een"]


@pytest.mark.parametrize(
    "mishap",
    [
        Reply(cut=True),
        Reply(b"<html>Bad gateway</html>", 502),
        Reply(b"not what was promised", 200),
        Reply({}, wait_for=threading.Event()),
    ],
    ids=["cut", "gateway", "nonsense", "too_late"],
)
def test_an_attempt_of_which_the_end_is_not_known_is_not_repeated_by_itself(
    begun: Story, settings: Any, mishap: Reply
) -> None:
    settings.OUTBOX_TIMEOUT_SECONDS = 4
    uncertain, after = desk_says(begun, "een", "twee")
    begun.customer.vendor.mishaps.append(mishap)
    assert [bubble.text for bubble in begun.work()] == ["twee"]
    assert state_of(uncertain)[0] == OutgoingState.UNCERTAIN
    assert state_of(after)[0] == OutgoingState.SENT
    time_passes()
    assert begun.work() == []
    assert queue.send_again(Outgoing.objects.get(message=uncertain))
    assert [bubble.text for bubble in begun.work()] == ["een"]
    assert not queue.send_again(Outgoing.objects.get(message=uncertain))
    if mishap.wait_for:
        mishap.wait_for.set()


@pytest.mark.one_channel
def test_what_a_process_was_sending_when_it_died_is_uncertain_and_the_rest_goes_on(begun: Story) -> None:
    interrupted, after = desk_says(begun, "een", "twee")
    lease = queue.claim(begun.conversation.pk)
    assert lease is not None
    assert queue.next_message(lease) is not None  # and here it dies
    assert queue.due() == []
    assert begun.work() == []
    Address.objects.update(sender_until=timezone.now() - timedelta(seconds=1))
    assert [bubble.text for bubble in begun.work()] == ["twee"]
    assert state_of(interrupted) == (OutgoingState.UNCERTAIN, "interrupted")
    assert state_of(after)[0] == OutgoingState.SENT
    with pytest.raises(queue.LeaseLost):
        queue.next_message(lease)


@pytest.mark.one_channel
def test_two_senders_at_once_send_everything_once_and_in_order(begun: Story) -> None:
    texts = [f"bericht {number}" for number in range(8)]
    desk_says(begun, *texts)
    threads = [threading.Thread(target=send_all, args=[begun.conversation.pk]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [bubble.text for bubble in begun.work()] == texts


@pytest.mark.one_channel
def test_after_the_time_for_trying_it_is_given_up_and_what_comes_after_it_is_sent(begun: Story) -> None:
    given_up, _ = desk_says(begun, "een", "twee")
    Outgoing.objects.filter(message=given_up).update(tried_since=timezone.now() - timedelta(days=2))
    begun.customer.vendor.mishaps.append(begun.customer.busy(1))
    assert [bubble.text for bubble in begun.work()] == ["twee"]
    assert state_of(given_up) == (OutgoingState.FAILED, "rate_limited")


def test_a_long_text_goes_in_parts_and_nothing_of_it_is_lost(begun: Story) -> None:
    text = " ".join(f"woord{number}" for number in range(1500))
    desk_says(begun, text)
    parts = begun.work()
    assert len(parts) > 1
    assert " ".join(part.text for part in parts) == text


@pytest.mark.one_channel
def test_a_channel_that_is_switched_off_keeps_what_waits(
    begun: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    (message,) = desk_says(begun, "een")
    monkeypatch.setattr("channels.sending.channel_named", lambda name: None)
    begun.work()
    assert state_of(message) == (OutgoingState.WAITING, "misconfigured")


@pytest.mark.one_channel
def test_a_fault_of_ours_leaves_the_message_to_an_employee(
    begun: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    (message,) = desk_says(begun, "een")

    def broken(*arguments: Any) -> str:
        raise KeyError("x")

    monkeypatch.setattr(type(begun.customer_channel), "send", broken)
    begun.work()
    assert state_of(message) == (OutgoingState.UNCERTAIN, "fault")


@pytest.mark.one_channel
def test_a_conversation_that_is_erased_meanwhile_stops_nothing(begun: Story) -> None:
    desk_says(begun, "een")
    lease = queue.claim(begun.conversation.pk)
    assert lease is not None
    found = queue.next_message(lease)
    assert found is not None
    Conversation.objects.all().delete()
    queue.not_sent(found[0], DeliveryProblem("server_error"))
    queue.sent(found[0], "x")
    assert send_all(found[0].message.conversation_id) == 0


@pytest.mark.one_channel
def test_a_running_process_sends_at_once_what_is_committed(begun: Story) -> None:
    sender = Sender()
    begun.customer.vendor.arrived.clear()
    desk_says(begun, "een")
    sender.wake(begun.conversation.pk)
    assert begun.customer.vendor.arrived.wait(20)
    sender.stop()
    assert [bubble.text for bubble in begun.work()] == ["een"]
