"""The ticket API for the action server (docs/contracts.md, section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from api.errors import ApiError
from api.requests import json_body, optional_text, require_service, text_of
from callbacks.capacity import SlotFull, free_slots
from conversations.cleaning import clean
from conversations.models import Conversation, Sender
from conversations.store import add
from organisation.loader import current
from tickets.callback import slot_with_id
from tickets.contact import email_of, phone_of
from tickets.details import Details, add_details, ticket_for_proof
from tickets.facts import TicketFacts
from tickets.models import Reason, Ticket, Wish
from tickets.presentation import as_json
from tickets.services import TicketActionRefused, open_in

_LONGEST_CONVERSATION = 255
_LONGEST_CHANNEL = 32
_LONGEST_KEY = 128
_LONGEST_SUMMARY = 1000
_LONGEST_DESCRIPTION = 1000
_LONGEST_PROOF = 254
_LONGEST_VALUE = 1000
_LONGEST_SAID = 10_000
_MOST_ENTITIES = 50
_MOST_SAID = 500
_LISTED = 20


@dataclass(frozen=True)
class _Request:
    conversation: str
    channel: str
    reason: Reason
    facts: TicketFacts
    transcript: list[tuple[Sender, str]]


def open_ticket(request: HttpRequest) -> HttpResponseBase:
    """`POST /api/tickets`."""
    require_service(request)
    key = text_of(
        {"Idempotency-Key": request.headers.get("Idempotency-Key")}, "Idempotency-Key", _LONGEST_KEY
    )
    asked = _parse(json_body(request))
    with transaction.atomic():
        conversation = _conversation(asked)
        ticket, is_new = open_in(conversation, asked.reason, key=key, facts=asked.facts)
    stored = _tickets().get(
        pk=ticket.pk
    )  # read back: no number is given out that is not in the database (invariant 3)
    return JsonResponse(as_json(stored), status=201 if is_new else 200)


def ticket_by_number(request: HttpRequest, number: str) -> HttpResponseBase:
    """`GET /api/tickets/<number>`."""
    require_service(request)
    ticket = _tickets().with_number(number).first()
    if ticket is None:
        raise ApiError(404, "not_found")
    return JsonResponse(as_json(ticket))


def change_ticket(request: HttpRequest, number: str) -> HttpResponseBase:
    """`PATCH /api/tickets/<number>`: what the customer adds."""
    require_service(request)
    ticket = _tickets().with_number(number).first()
    if ticket is None:
        raise ApiError(404, "not_found")
    details = _details(json_body(request))
    try:
        add_details(ticket.pk, details)
    except TicketActionRefused as refused:
        raise ApiError(409, "ticket_closed") from refused
    except SlotFull as full:
        raise ApiError(409, "slot_full", "callback_slot") from full
    return JsonResponse(as_json(_tickets().get(pk=ticket.pk)))


def ticket_status(request: HttpRequest, number: str) -> HttpResponseBase:
    """`POST /api/tickets/<number>/status`: the ticket, for who knows something that is on it."""
    require_service(request)
    ticket = ticket_for_proof(number, text_of(json_body(request), "proof", _LONGEST_PROOF))
    if ticket is None:
        raise ApiError(404, "not_found")
    return JsonResponse(as_json(ticket))


def callback_slots(request: HttpRequest) -> HttpResponseBase:
    """`GET /api/callback-slots`: when a customer can be called back."""
    require_service(request)
    slots = free_slots(current().opening_hours, timezone.now())
    return JsonResponse({"slots": [{"id": slot.id, "label": slot.label} for slot in slots]})


def tickets_of_conversation(request: HttpRequest) -> HttpResponseBase:
    """`GET /api/tickets?conversation=…`, newest first."""
    require_service(request)
    conversation = text_of(request.GET.dict(), "conversation", _LONGEST_CONVERSATION)
    found = _tickets().filter(conversation__external_id=conversation).order_by("-id")[:_LISTED]
    return JsonResponse({"tickets": [as_json(ticket) for ticket in found]})


def _tickets() -> Any:
    return Ticket.objects.select_related("conversation", "employee")


def _conversation(asked: _Request) -> Conversation:
    """The conversation, locked. One that the desk does not know is made, so that the ticket is complete."""
    conversation, is_new = Conversation.objects.select_for_update(no_key=True).get_or_create(
        external_id=asked.conversation, defaults={"channel": asked.channel, "is_live": False}
    )
    if is_new:
        for sender, text in asked.transcript:
            add(conversation, sender, text)
    return conversation


def _parse(body: dict[str, Any]) -> _Request:
    entities = _texts_by_name(body, "entities") or {}
    # What reaches the customer is kept where an employee looks for it; what does not is left as it was said.
    phone, email = phone_of(entities.get("phone", "")), email_of(entities.get("email", ""))
    reached = {name for name, value in (("phone", phone), ("email", email)) if value}
    return _Request(
        conversation=text_of(body, "conversation", _LONGEST_CONVERSATION),
        channel=optional_text(body, "channel", _LONGEST_CHANNEL) or "rasa",
        reason=Reason(_word(body, "reason", Reason.values)),
        facts=TicketFacts(
            intent=optional_text(body, "intent", 128),
            summary=optional_text(body, "summary", _LONGEST_SUMMARY),
            entities={name: value for name, value in entities.items() if name not in reached},
            verified=_texts_by_name(body, "verified"),
            wish="" if body.get("wish") is None else _word(body, "wish", Wish.values),
            phone=phone,
            email=email,
        ),
        transcript=_transcript(body),
    )


def _details(body: dict[str, Any]) -> Details:
    """What is to be added. Raises `ApiError` 400, also when that is nothing."""
    given = {name for name in ("phone", "email", "description", "wish", "callback_slot") if body.get(name)}
    if not given:
        raise ApiError(400, "missing", "description")
    hours, now = current().opening_hours, timezone.now()
    details = Details(
        phone=phone_of(text_of(body, "phone", 64)) if "phone" in given else None,
        email=email_of(text_of(body, "email", 254)) if "email" in given else None,
        description=text_of(body, "description", _LONGEST_DESCRIPTION) if "description" in given else None,
        wish=_word(body, "wish", Wish.values) if "wish" in given else None,
        callback=slot_with_id(hours, text_of(body, "callback_slot", 32), now)
        if "callback_slot" in given
        else None,
    )
    for field, value in (
        ("phone", details.phone),
        ("email", details.email),
        ("callback_slot", details.callback),
    ):
        if field in given and not value:
            raise ApiError(400, "not_valid", field)
    return details


def _word(body: dict[str, Any], field: str, words: list[str]) -> str:
    word = text_of(body, field, 32)
    if word not in words:
        raise ApiError(400, "unknown_value", field)
    return word


def _texts_by_name(body: dict[str, Any], field: str) -> dict[str, str] | None:
    values = body.get(field)
    if values is None:
        return None
    if not isinstance(values, dict) or len(values) > _MOST_ENTITIES:
        raise ApiError(400, "wrong_type", field)
    if not all(isinstance(value, str) and len(value) <= _LONGEST_VALUE for value in values.values()):
        raise ApiError(400, "wrong_type", field)
    return {clean(name)[:128]: clean(value) for name, value in values.items()}


def _transcript(body: dict[str, Any]) -> list[tuple[Sender, str]]:
    said = body.get("transcript")
    if said is None:
        return []
    if not isinstance(said, list) or len(said) > _MOST_SAID:
        raise ApiError(400, "wrong_type", "transcript")
    entries = [entry if isinstance(entry, dict) else {} for entry in said]
    lines = [
        (
            _word(entry, "sender", [Sender.CUSTOMER, Sender.ASSISTANT]),
            optional_text(entry, "text", _LONGEST_SAID),
        )
        for entry in entries
    ]
    return [(Sender(sender), text) for sender, text in lines if text]
