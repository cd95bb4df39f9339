"""What every channel has in common: it finds out who writes, and hands the message to `conversations`.

The web chat's customers read their stream themselves. A messaging channel has a vendor in between: it hears of the
customer by a webhook (`channels.webhook`, `channels.incoming`) and is called for every message that goes out
(`channels.sending`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from channels.events import Event, Status
from conversations.models import Conversation, Message
from conversations.store import add_customer_message, begin
from organisation.texts import DUTCH
from outbox.settings import Fault
from tickets.asking import ask_for_human
from tickets.models import Ticket


class Channel(ABC):
    """A way in for customers. `name` is a word of docs/contracts.md and `console/catalogue.yml`."""

    name: str

    def begin(self, language: str = DUTCH) -> Conversation:
        """A new conversation with its first message."""
        return begin(self.name, language)


class PageChannel(Channel):
    """A channel whose customers talk with the desk itself: the web chat."""

    @abstractmethod
    def authenticate(self, request: HttpRequest) -> Conversation:
        """The conversation that this request may read and write.

        Raises:
            api.errors.ApiError: 401 when it proves nothing, 404 when the conversation is gone.
        """

    def receive(self, conversation: Conversation, client_id: str, text: str) -> Message:
        """Store one customer message, whose turn then starts; the same `client_id` again gives the same message."""
        message, _ = add_customer_message(conversation.pk, client_id, text)
        return message

    def ask_for_human(self, conversation: Conversation) -> Ticket:
        """Open a ticket at once, whatever works or does not (R1, R3); an employee who has it sees that it is asked again."""
        return ask_for_human(conversation.pk)


class NotVerified(Exception):
    """The request does not come from the vendor."""


class NotReadable(Exception):
    """The vendor's request is not what its documents describe."""


@dataclass(frozen=True)
class Webhook:
    """A request of a vendor, nothing of it believed yet.

    Attributes:
        url: the address that the vendor called, as customers and vendors see the desk (`DESK_PUBLIC_URL`), with its query.
        headers: names in any case.
        query: the first value of each parameter.
        body: as it came.
    """

    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Choice:
    """A button as a channel shows it. The reference comes back when it is pressed; it tells nothing."""

    title: str
    reference: str


@dataclass(frozen=True)
class Outbound:
    """One message to a customer.

    Attributes:
        address: where to.
        text: at most the channel's `longest_text`.
        choices: buttons that the channel shows itself; those that it cannot show stand in the text already.
        key: unique for this message and the same at every attempt, for vendors that keep a message single by it.
        is_late: the customer has not written for longer than the channel's `window`.
    """

    address: str
    text: str
    choices: Sequence[Choice] = ()
    key: str = ""
    is_late: bool = False


class MessagingChannel(Channel):
    """A channel with a vendor in between. Made anew when it is needed, from settings without faults.

    Attributes:
        longest_text: of one message, in characters or (`counts_bytes`) in bytes of UTF-8; a longer one goes in parts.
        most_choices: how many buttons one message can have; more become a numbered list in the text. 0: the channel has
            none.
        longest_title: of a button; longer ones become a numbered list as well.
        window: how long after a customer's last message the desk may write freely; None for ever.
        is_repeatable: the vendor takes a message with a `key` that it knows for the same message. Otherwise an attempt
            of which the end is not known is not repeated by itself.
    """

    longest_text: int
    counts_bytes: bool = False
    most_choices: int
    longest_title: int
    window: timedelta | None = None
    is_repeatable: bool = False

    @classmethod
    @abstractmethod
    def is_wanted(cls) -> bool:
        """Is anything filled in for this channel?"""

    @classmethod
    @abstractmethod
    def faults(cls) -> Iterable[Fault]:
        """What is wrong with the settings of a channel that is wanted."""

    @abstractmethod
    def verify(self, webhook: Webhook) -> None:
        """Make sure in constant time, before anything is parsed, that the vendor sent this. Raises `NotVerified`."""

    @abstractmethod
    def parse(self, webhook: Webhook) -> list[Event | Status]:
        """What a verified request tells. What the desk has no use for is left out. Raises `NotReadable`."""

    def answer(self, webhook: Webhook) -> HttpResponse:
        """What the vendor gets back once everything is stored."""
        return HttpResponse(status=200)

    def challenge(self, webhook: Webhook) -> HttpResponse:
        """The answer to a GET, with which some vendors look whether the address is ours. Raises `NotVerified`."""
        raise NotVerified

    @abstractmethod
    def connect(self, url: str) -> str:
        """Tell the vendor that the webhook is at `url`, or find out what a person has to fill in there; a Dutch sentence.

        Raises:
            outbox.problems.DeliveryProblem: what is wrong.
        """

    @abstractmethod
    def send(self, message: Outbound) -> str:
        """Send one message; the vendor's id of it.

        Raises:
            outbox.problems.DeliveryProblem: it was not sent: `retry_after`, `is_final`, or `is_uncertain` when that is not
                known. `outside_window` when the customer has to write first, `not_allowed` when the token has expired.
        """

    def invites(self) -> bool:
        """Can a customer who wrote longer ago than `window` be asked to write again?"""
        return False

    def invite(self, address: str) -> None:
        """Ask that. Done once for each time that something has to wait for the customer. Raises `DeliveryProblem`."""
        raise NotImplementedError(f"{self.name} cannot invite")

    def fetch(self, file: Mapping[str, object], largest: int) -> bytes:
        """The content of a file that came in.

        Args:
            file: of `channels.events.Attached`.
            largest: bytes; more are not read.

        Raises:
            outbox.problems.DeliveryProblem: it could not be had; `too_large` when there is more.
        """
        raise NotImplementedError(f"{self.name} brings no files")
