"""What a ticket is about, in the words that were used: what the customer wants, what was tried, what is open.

Extractive: nothing is worded anew, so nothing can be made up. Worked out from the conversation each time, so that it is
never older than what was said. Messages are masked when they are stored, and so is this.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from conversations.models import Message, Sender, TurnState
from organisation.texts import say
from tickets.conversation import messages_of
from tickets.models import Reason, Ticket, Wish
from tickets.presentation import callback_slot
from understanding.domain import is_topic, title_of

# As long as an employee reads at a glance: about two lines each.
_LONGEST_QUOTE = 180
_MOST_TRIED = 3
# A long conversation is summed up by its last part.
_MESSAGES_READ = 200
# What has fewer words is an answer to a question ("ja", "400123456"), unless the assistant took it for a subject.
_FEWEST_WORDS = 4
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True)
class Summary:
    """Dutch lines for an employee; each list may be empty.

    Attributes:
        version: differs when the summary may differ.
    """

    wants: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    version: str = ""


@dataclass(frozen=True)
class _Turn:
    """One thing that the customer wrote, and how it was answered."""

    message: Message
    intent: str
    answers: Sequence[Message]

    @property
    def is_subject(self) -> bool:
        return bool(self.intent) and is_topic(self.intent)

    @property
    def tells_something(self) -> bool:
        return self.is_subject or (not self.intent and len(self.message.text.split()) >= _FEWEST_WORDS)


def summary_of(ticket: Ticket) -> Summary:
    """The summary of a ticket as it stands now. Two queries."""
    messages = list(messages_of(ticket).select_related("understanding").order_by("-id")[:_MESSAGES_READ])[
        ::-1
    ]
    turns = _turns(messages)
    return Summary(
        wants=_wants(ticket, turns, _employee_since(messages)),
        tried=_tried(ticket, turns),
        open=_open(ticket, turns, messages),
        version=_version(ticket, turns, messages),
    )


def as_text(ticket: Ticket) -> str:
    """The summary on a few lines, for a mail or another ticket system."""
    summary = summary_of(ticket)
    parts = {"wants": summary.wants, "tried": summary.tried, "open": summary.open}
    return "\n".join(
        f"{say(f'summary/heading_{name}')}: {' '.join(lines)}" for name, lines in parts.items() if lines
    )


def shortened(text: str, longest: int = _LONGEST_QUOTE) -> str:
    """Whole sentences of a text as far as they fit, at least a part of the first, on one line."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    kept = ""
    for sentence in _SENTENCE_END.split(line):
        if len(kept) + len(sentence) + 1 > longest:
            break
        kept = f"{kept} {sentence}".strip()
    return f"{kept} …" if kept else f"{line[: longest - 1].rsplit(' ', 1)[0]}…"


def _turns(messages: list[Message]) -> list[_Turn]:
    answers: dict[int, list[Message]] = {}
    for message in messages:
        if message.sender == Sender.ASSISTANT and message.in_reply_to_id:
            answers.setdefault(message.in_reply_to_id, []).append(message)
    return [
        _Turn(message, _intent(message), answers.get(message.pk, ()))
        for message in messages
        if message.sender == Sender.CUSTOMER
    ]


def _intent(message: Message) -> str:
    if message.payload.startswith("/"):
        return message.payload[1:].partition("{")[0]
    understanding = getattr(message, "understanding", None)
    return understanding.intent if understanding else ""


def _wants(ticket: Ticket, turns: list[_Turn], employee_since: int) -> list[str]:
    """The customer's own description, or the first words about the latest subject; and the subjects before it.

    What was said after an employee's first words answers that employee, so it counts only when nothing was told before.
    """
    if ticket.description:
        return [_quote(ticket.description)]
    telling = [turn for turn in turns if turn.tells_something and not turn.message.payload]
    telling = [turn for turn in telling if not employee_since or turn.message.pk < employee_since] or telling
    if not telling:
        last = [turn for turn in turns if not turn.message.payload]
        if ticket.summary:
            return [shortened(ticket.summary)]
        return [_quote(last[-1].message.text)] if last else [say("summary/nothing_told")]
    latest = telling[-1]
    first = _first_about(latest, telling)
    earlier = [turn.intent for turn in telling if turn.is_subject and turn.intent != latest.intent]
    titles = [title for name in dict.fromkeys(earlier) if (title := title_of(name))]
    wants = [_quote(first.message.text)]
    return [*wants, say("summary/earlier", titles=titles)] if titles else wants


def _first_about(latest: _Turn, telling: list[_Turn]) -> _Turn:
    """Where the subject of the latest words began. Not recognised, they go on about what was told just before them."""
    if latest.intent:
        return next(turn for turn in telling if turn.intent == latest.intent)
    unknown = list(takewhile(lambda turn: not turn.intent, reversed(telling)))
    return unknown[-1]


def _tried(ticket: Ticket, turns: list[_Turn]) -> list[str]:
    answered = [turn for turn in turns if turn.answers and turn.tells_something]
    lines = []
    for turn in answered[-_MOST_TRIED:]:
        # The last bubble says where it ended: an answer, or the question of a form.
        said = turn.answers[-1].text
        name = "asked" if said.rstrip().endswith("?") else "answered"
        lines.append(say(f"summary/{name}", title=title_of(turn.intent), said=shortened(said, 120)))
    if ticket.verified:
        lines.append(say("summary/verified"))
    elif ticket.reason == Reason.VERIFICATION_FAILED:
        lines.append(say("summary/not_verified"))
    failed = any(turn.message.turn_state == TurnState.FAILED for turn in turns)
    if failed or ticket.reason == Reason.ASSISTANT_UNAVAILABLE:
        lines.append(say("summary/assistant_failed"))
    return lines


def _open(ticket: Ticket, turns: list[_Turn], messages: list[Message]) -> list[str]:
    lines = []
    unanswered = _unanswered(messages)
    if unanswered and (ticket.description or unanswered[-1].pk != _first_quoted(turns)):
        quote = _quote(unanswered[-1].text)
        lines.append(say("summary/unanswered", quote=quote, more=len(unanswered) - 1))
    if ticket.wish == Wish.CALL_BACK:
        lines.append(say("summary/call_back", slot=callback_slot(ticket)))
    elif ticket.wish == Wish.EMAIL:
        lines.append(say("summary/email"))
    return lines


def _unanswered(messages: list[Message]) -> list[Message]:
    """What the customer wrote after the last answer of the assistant or an employee; pressed buttons are no questions."""
    speakers = (Sender.ASSISTANT, Sender.EMPLOYEE)
    last = max((message.pk for message in messages if message.sender in speakers), default=0)
    return [
        message
        for message in messages
        if message.pk > last and message.sender == Sender.CUSTOMER and not message.payload
    ]


def _employee_since(messages: list[Message]) -> int:
    """The id of the first message of an employee; 0 while nobody wrote."""
    return next((message.pk for message in messages if message.sender == Sender.EMPLOYEE), 0)


def _first_quoted(turns: list[_Turn]) -> int:
    """The only thing that was said stands under what the customer wants already."""
    return turns[0].message.pk if len(turns) == 1 else 0


def _version(ticket: Ticket, turns: list[_Turn], messages: list[Message]) -> str:
    understood = sum(bool(turn.intent) for turn in turns)
    last = messages[-1].pk if messages else 0
    return f"{last}-{understood}-{ticket.wish}-{int(bool(ticket.verified))}-{len(ticket.description)}"


def _quote(text: str) -> str:
    return f"“{shortened(text)}”"
