"""The desk's client of the assistant (docs/contracts.md, section 2)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from conversations.cleaning import clean
from turns.servers import Servers

_PATH = "/webhooks/rest/webhook"
_CONNECT_SECONDS = 2.0
# The server is not there, or went away without an answer. One that is too late still works on the turn, so it is not among
# them: asking another would make the turn twice as late and twice as much work.
_GONE = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ReadError,
    httpx.WriteError,
    httpx.RemoteProtocolError,
)
_NEW_SESSION = "/session_start"
_OUT_OF_ORDER = "assistant_unavailable"
_ADDING_DETAILS = "adding_details"
_NOT_UNDERSTOOD = "not_understood"


class AssistantFailure(Exception):
    """The assistant did not answer as the contract says. The text names the kind of failure and no content.

    Attributes:
        kept: texts of the assistant that the customer must get all the same: where to find help at once.
    """

    def __init__(self, kind: str, kept: Sequence[str] = ()) -> None:
        super().__init__(kind)
        self.kept = tuple(kept)


@dataclass(frozen=True)
class Question:
    """One customer message for the assistant.

    Attributes:
        conversation: the assistant's sender id.
        text: what the assistant gets; `/…` only when it is the payload of a button that was offered.
        message_id: the desk's id; the assistant's idempotency key for tickets.
        channel: the customer's channel.
        begins_session: the assistant must first forget its half-filled form.
        customer: who it is, on the word of the site (`identity.known.vouched`); None when that is not known.
    """

    conversation: str
    text: str
    message_id: int
    channel: str
    begins_session: bool
    customer: dict[str, str] | None = None


@dataclass(frozen=True)
class Answer:
    """One bubble of the assistant."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()  # title and payload


@dataclass(frozen=True)
class Answers:
    """What the assistant says in one turn.

    Attributes:
        bubbles: at least one.
        adding_details: it asks something for the ticket, and needs the customer's next message for that.
        is_fallback: it says that it did not understand the customer.
    """

    bubbles: list[Answer]
    adding_details: bool = False
    is_fallback: bool = False


class AssistantClient:
    """Asks the assistant for turns. One per event loop; `aclose` when done.

    It asks for a few turns at a time. Asked for everything at once, an assistant that is too slow for the crowd would work
    on all turns and finish none of them in time; this way it finishes as many as it can, and who would be too late goes to
    a person at once.
    """

    def __init__(self, urls: Sequence[str], timeout_seconds: float, most_at_once: int) -> None:
        """Nothing is asked yet.

        Args:
            urls: of one or more Rasa servers, without a slash at their ends.
            timeout_seconds: for a whole turn, from the moment it is wanted.
            most_at_once: turns that one server is asked for at the same time; the others wait for their turn.
        """
        self._timeout = timeout_seconds
        self._servers = Servers(urls, time.monotonic)
        self._room = asyncio.Semaphore(most_at_once * len(self._servers))
        # Straight to the assistant, whatever proxy the environment names.
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout_seconds, connect=min(timeout_seconds, _CONNECT_SECONDS)),
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=20 * len(self._servers)),
        )

    async def ask(self, question: Question) -> Answers:
        """The assistant's answers.

        Raises:
            AssistantFailure: it could not be reached, was too late, or gave nothing that can be shown.
        """
        try:
            async with asyncio.timeout(self._timeout):
                await self._enter()
                try:
                    return await self._ask_one_of_them(question)
                finally:
                    self._room.release()
        except (TimeoutError, httpx.TimeoutException) as error:
            raise AssistantFailure("too late") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise AssistantFailure(f"no answer: {type(error).__name__}") from error

    async def _enter(self) -> None:
        """Wait for room, at most half of the time: with less than the other half a turn is hardly finished in time."""
        try:
            async with asyncio.timeout(self._timeout / 2):
                await self._room.acquire()
        except TimeoutError as error:
            raise AssistantFailure("busy") from error

    async def _ask_one_of_them(self, question: Question) -> Answers:
        """The best server's answer, or when that is not there or goes down halfway, the next one's.

        A turn that was halfway is so begun again. That opens no second ticket, whose key is the message's id, and the back
        office takes the same request twice (docs/contracts.md, section 4); an invoice may be mailed twice.
        """
        servers = self._servers.in_order()
        for server in servers:
            try:
                with server.busy():
                    if question.begins_session:
                        await self._send(server.url, question, _NEW_SESSION)
                    return _answers(await self._send(server.url, question, question.text))
            except _GONE:
                self._servers.unreachable(server)
                if server is servers[-1]:
                    raise
        raise AssertionError("there is at least one server")

    async def _send(self, url: str, question: Question, text: str) -> Any:
        metadata: dict[str, Any] = {"message_id": str(question.message_id), "channel": question.channel}
        if question.customer:
            metadata["customer"] = question.customer
        body = {"sender": question.conversation, "message": text, "metadata": metadata}
        response = await self._http.post(url + _PATH, json=body)
        if response.status_code != httpx.codes.OK:
            raise AssistantFailure(f"status {response.status_code}")
        try:
            return response.json()
        except (ValueError, RecursionError) as error:
            raise AssistantFailure("not JSON") from error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def without_command(text: str) -> str:
    """What a customer typed, without the slashes with which they could set intents and slots by hand.

    The assistant strips blanks before it looks for a slash, so both go.
    """
    plain = text.strip()
    while plain.startswith("/"):
        plain = plain[1:].strip()
    return plain or "?"  # a message of slashes only is not understood, but it is a message


def _answers(body: Any) -> Answers:
    if not isinstance(body, list):
        raise AssistantFailure("not a list")
    entries = [entry for entry in body if isinstance(entry, dict)]
    signals = [_custom(entry).get("signal") for entry in entries]
    if _OUT_OF_ORDER in signals:
        kept = [_text(entry.get("text")) for entry in entries if _custom(entry).get("keep_text") is True]
        raise AssistantFailure("its action server is out of order", kept=list(filter(None, kept)))
    found = [
        Answer(text, _buttons(entry.get("buttons")))
        for entry in entries
        if (text := _text(entry.get("text")))
    ]
    # Two bubbles with the same words tell the customer nothing twice.
    answers = [answer for index, answer in enumerate(found) if index == 0 or answer != found[index - 1]]
    if not answers:
        raise AssistantFailure("no text")
    return Answers(answers, adding_details=_ADDING_DETAILS in signals, is_fallback=_NOT_UNDERSTOOD in signals)


def _custom(entry: dict[str, Any]) -> dict[str, Any]:
    found = entry.get("custom")
    return found if isinstance(found, dict) else {}


def _text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""


def _buttons(value: Any) -> tuple[tuple[str, str], ...]:
    """The buttons that can be shown and pressed; a wrong one is left out rather than losing the answer."""
    entries = value if isinstance(value, list) else []
    pairs = [
        (_text(entry.get("title")), _text(entry.get("payload")))
        for entry in entries
        if isinstance(entry, dict)
    ]
    return tuple((title, payload) for title, payload in pairs if title and payload)
