"""Reads a mail (RFC 5322, MIME): who wrote it, what is new in it, what came with it, and whether a machine sent it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import getaddresses

from inscriptis import get_text
from mailparser_reply import EmailReplyParser

from conversations.cleaning import clean
from tickets.contact import email_of

LARGEST = 25 * 1024 * 1024
_LONGEST_TEXT = 10_000
_LONGEST_SUBJECT = 200
_LONGEST_NAME = 120
_MOST_REFERENCES = 50
_MOST_FILES = 20
_LANGUAGES = ["nl", "en", "de", "fr"]
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
# "-- " on a line of its own: what follows is the signature (RFC 3676, 4.3).
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
# "Op do 26 nov 2026 om 10:00 schreef Vera <vera@klaver.example>:", which mail-parser-reply knows in English only.
_WROTE = re.compile(
    r"^Op [^\n]{4,120}\n?[^\n]{0,80}\bschreef [^\n]{0,200}\n?<[^<>\s]{3,254}>:[ \t]*$", re.MULTILINE
)
_MACHINES = re.compile(r"(mailer-daemon|postmaster|no-?reply|bounce)([+-].*)?@", re.IGNORECASE)


class NotReadable(Exception):
    """It is no mail of which the sender can be told. The text names why, and nothing of the mail."""


@dataclass(frozen=True)
class File:
    """What came with a mail: `name` as the sender's program called it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail that came in. Nothing in it proves who wrote it: a sender's address can be made up.

    Attributes:
        key: 64 hex digits, the same for the same mail.
        message_id: empty when it has none.
        references: Message-IDs to which it refers, the nearest first.
        address: the sender's, in small letters.
        name: the sender's; empty when the mail does not say.
        subject: on one line; may be empty.
        text: everything that was written, as plain text.
        files: what came with it.
        is_automatic: a machine sent it: a bounce, an out-of-office answer. It must never be answered (RFC 3834).
        is_quiet: no automatic answer is wanted.
        is_whole: False when only its beginning was read, because it is too large. Then `files` is empty.
    """

    key: str
    message_id: str
    references: list[str]
    address: str
    name: str
    subject: str
    text: str
    files: list[File] = field(default_factory=list)
    is_automatic: bool = False
    is_quiet: bool = False
    is_whole: bool = True

    @property
    def news(self) -> str:
        """What is new in an answer: without the quoted mail and the signature; everything when nothing else is left."""
        parsed = EmailReplyParser(languages=_LANGUAGES).parse_reply(text=_without_quote(self.text))
        return clean(parsed or "") or self.text

    @property
    def unsigned(self) -> str:
        """Everything but the signature: in a first mail what is quoted or forwarded is part of the question."""
        return clean(_SIGNATURE.split(self.text)[0]) or self.text


def _without_quote(text: str) -> str:
    """What stands above the line that Gmail and Apple put over a quoted mail, and what was written between the quotes."""
    header = _WROTE.search(text)
    if header is None:
        return text
    below = text[header.end() :].splitlines()
    is_quoted = any(line.startswith(">") for line in below)
    between = [line for line in below if is_quoted and not line.startswith(">")]
    return clean("\n".join([text[: header.start()], *between]))


def read(raw: bytes, *, is_whole: bool = True) -> Mail:
    """What a mail holds, or (not `is_whole`) what the beginning of one tells of it. Raises `NotReadable`."""
    if len(raw) > LARGEST:
        raise NotReadable("too large")
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)
    name, address = _sender(message)
    message_id = next(iter(_MESSAGE_ID.findall(_header(message, "Message-ID"))), "")
    return Mail(
        key=hashlib.sha256(message_id.encode("utf-8", "surrogatepass") or raw).hexdigest(),
        message_id=message_id,
        references=_references(message),
        address=address,
        name=name,
        subject=" ".join(clean(_header(message, "Subject")).split())[:_LONGEST_SUBJECT],
        text=_text(message),
        files=list(_files(message))[:_MOST_FILES] if is_whole else [],
        is_automatic=_is_automatic(message, address),
        is_quiet=_is_quiet(message),
        is_whole=is_whole,
    )


def _header(message: EmailMessage, name: str) -> str:
    """The header's text; empty when it is missing or cannot be read."""
    try:
        return str(message.get(name, "")).replace("\r", " ").replace("\n", " ")
    except (ValueError, IndexError, TypeError, AttributeError, LookupError):
        return ""  # the parser of a header stumbles over some that are not as the RFCs say


def _sender(message: EmailMessage) -> tuple[str, str]:
    for name, found in getaddresses([_header(message, "From")]):
        if address := email_of(found):
            return clean(name)[:_LONGEST_NAME], address
    raise NotReadable("no sender")


def _references(message: EmailMessage) -> list[str]:
    named = _MESSAGE_ID.findall(_header(message, "References"))[-_MOST_REFERENCES:]
    return list(dict.fromkeys([*_MESSAGE_ID.findall(_header(message, "In-Reply-To"))[:5], *reversed(named)]))


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    words = _decoded(body)
    if body.get_content_subtype() == "html":
        words = get_text(words) if words.strip() else ""
    return clean(words)[:_LONGEST_TEXT]


def _decoded(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:  # a character set that nobody knows
        return content.decode("utf-8", "replace")


def _files(message: EmailMessage) -> Iterator[File]:
    body = message.get_body(preferencelist=("plain", "html"))
    for part in message.walk():
        if part is body or part.is_multipart():
            continue
        name = part.get_filename()
        is_file = part.get_content_disposition() == "attachment" or bool(name)
        if not is_file and part.get_content_maintype() not in {"image", "application"}:
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield File(clean(str(name or ""))[:_LONGEST_NAME], content)


def _is_automatic(message: EmailMessage, address: str) -> bool:
    """RFC 3834, 2 and 5: what says that it was sent automatically, an empty return path, and a report (RFC 6522)."""
    submitted = _header(message, "Auto-Submitted").split(";")[0].strip().lower()
    is_bounce = _header(message, "Return-Path").strip() == "<>" or _MACHINES.match(address) is not None
    is_answer = any(_header(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From"))
    is_report = message.get_content_type() == "multipart/report"
    return submitted not in {"", "no"} or is_bounce or is_answer or is_report


def _is_quiet(message: EmailMessage) -> bool:
    """Mailing lists, and who asks for no automatic answer ([MS-OXCMAIL] 2.2.3.2.14)."""
    is_bulk = _header(message, "Precedence").strip().lower() in {"bulk", "list", "junk", "auto_reply"}
    is_list = any(_header(message, name) for name in ("List-Id", "List-Unsubscribe"))
    suppressed = _header(message, "X-Auto-Response-Suppress").lower()
    return is_bulk or is_list or any(word in suppressed for word in ("all", "autoreply", "oof"))
