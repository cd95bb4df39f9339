"""The web chat (docs/contracts.md, section 1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from api.errors import ApiError, unauthorised
from api.requests import bearer_token, id_of, json_body, message_id_of, number_of, optional_text, text_of
from away.link import LinkExpired, conversation_of
from callbacks.capacity import SlotFull, free_slots
from channels import limits
from channels.base import PageChannel
from config.threads import in_thread
from conversations.attention import seen_by_customer, typing
from conversations.feed import conversation_events, event_stream, snapshot
from conversations.hub import current_hub
from conversations.models import Conversation, ConversationState, Sender
from conversations.store import LONGEST_CLIENT_ID, LONGEST_TEXT, message_json, messages_after
from identity import tokens
from identity.keys import KeyOutdated, key_to, opened_by
from identity.signing_in import Outcome, sign_in
from organisation.loader import current
from organisation.texts import DUTCH, LANGUAGES
from satisfaction.models import HIGHEST, LONGEST_REMARK, LOWEST
from satisfaction.question import AlreadyRated, NotAsked, rate
from tickets.callback import slot_with_id
from tickets.contact import email_of, phone_of
from tickets.details import Details
from tickets.models import Wish
from waiting.service import NotOffered, choose

_LONGEST_ADDRESS = 254
_LONGEST_LINK = 512
_SALT = "webchat.conversation"
# After the latest word in its conversation: as long as conversations are kept by default (R24).
_TOKEN_LIFETIME = timedelta(days=30)
_LONGEST_NUMBER = 20


class WebChat(PageChannel):
    """Customers who hold a signed token for one conversation. No cookies."""

    name = "web"

    def token_for(self, conversation: Conversation) -> str:
        """The token that opens this conversation only."""
        return key_to(conversation, _SALT)

    def authenticate(self, request: HttpRequest) -> Conversation:
        """The conversation of the bearer token, with its `identity`. Raises `ApiError` 401; `Conversation.DoesNotExist`
        becomes 404."""
        conversation, is_outdated = self.named_by(request)
        if is_outdated:
            raise unauthorised()
        return conversation

    def named_by(self, request: HttpRequest) -> tuple[Conversation, bool]:
        """The conversation of the bearer token, and whether that is from before the customer was signed in: then it opens
        nothing any more. Raises as `authenticate` does.

        A token lasts as long as its conversation is in use, however old it is itself: an answer may come after a ticket was
        put aside for months.
        """
        try:
            conversation, is_outdated = opened_by(bearer_token(request), _SALT, None, self.name), False
        except KeyOutdated as outdated:
            conversation, is_outdated = outdated.conversation, True
        except signing.BadSignature as error:
            raise unauthorised() from error
        if not _is_in_use(conversation):
            raise unauthorised()
        return conversation, is_outdated


def _is_in_use(conversation: Conversation) -> bool:
    """Was something said in it lately, or is an answer still to come?"""
    is_quiet = conversation.last_message_at < timezone.now() - _TOKEN_LIFETIME
    return not is_quiet or conversation.tickets.not_closed().exists()


channel = WebChat()


def begin(request: HttpRequest) -> HttpResponseBase:
    """`POST /api/webchat/conversations`."""
    asked = json_body(request)
    limits.count_conversation(request)
    conversation = channel.begin(_language(asked))
    outcome = _signed_in(request, conversation, asked)
    # Made last: signing in ends what was given out before.
    token = channel.token_for(conversation)
    return JsonResponse(
        {"conversation": conversation.external_id, "token": token, "identity": outcome}, status=201
    )


def identity(request: HttpRequest) -> HttpResponseBase:
    """`POST /api/webchat/identity`. Signing in ends every token that was given out before, and gives a new one. The answer
    may get lost: the same customer gets another one, also with the old token."""
    conversation, is_outdated = channel.named_by(request)
    asked = json_body(request)
    limits.count_message(request, conversation)
    outcome = _signed_in(request, conversation, asked, again=is_outdated)
    if is_outdated and outcome != Outcome.VERIFIED:
        raise unauthorised()
    stays_good = not is_outdated and (outcome != Outcome.VERIFIED or hasattr(conversation, "identity"))
    return JsonResponse(
        {"identity": outcome, "token": None if stays_good else channel.token_for(conversation)}
    )


def _language(asked: dict[str, Any]) -> str:
    """The one that the page asks for; one in which the desk has no words gets Dutch."""
    language = asked.get("language")
    return language if isinstance(language, str) and language in LANGUAGES else DUTCH


def _signed_in(
    request: HttpRequest, conversation: Conversation, asked: dict[str, Any], *, again: bool = False
) -> Outcome:
    """What the site's token does (`sign_in`). Whatever is wrong with it, the customer gets an ordinary chat."""
    token = asked.get("identity")
    if not isinstance(token, str) or not 0 < len(token) <= tokens.LONGEST_TOKEN:
        return Outcome.NONE
    return sign_in(conversation.pk, token, request.headers.get("Origin", ""), again=again)


def resume(request: HttpRequest) -> HttpResponseBase:
    """`POST /api/webchat/resume`."""
    signed = text_of(json_body(request), "link", _LONGEST_LINK)
    limits.count_conversation(request)
    try:
        conversation = conversation_of(signed, channel.name)
    except LinkExpired as error:
        raise ApiError(410, "link_expired", "link") from error
    return JsonResponse({"conversation": conversation.external_id, "token": channel.token_for(conversation)})


def send(request: HttpRequest) -> HttpResponseBase:
    """`POST /api/webchat/messages`."""
    conversation = channel.authenticate(request)
    body = json_body(request)
    client_id = text_of(body, "client_id", LONGEST_CLIENT_ID)
    text = text_of(body, "text", LONGEST_TEXT)
    limits.count_message(request, conversation)
    return JsonResponse({"id": channel.receive(conversation, client_id, text).pk}, status=202)


def read(request: HttpRequest) -> HttpResponseBase:
    """`GET /api/webchat/messages`."""
    conversation = channel.authenticate(request)
    after = message_id_of(request.GET.get("after"), "after")
    messages = [message_json(message) for message in messages_after(conversation.pk, after)]
    return JsonResponse({"messages": messages, **snapshot(conversation)})


def human(request: HttpRequest) -> HttpResponseBase:
    """`POST /api/webchat/human`. Nothing is asked and nothing is counted."""
    conversation = channel.authenticate(request)
    json_body(request)
    return JsonResponse({"ticket": channel.ask_for_human(conversation).number}, status=201)


def satisfaction(request: HttpRequest) -> HttpResponseBase:
    """`POST /api/webchat/satisfaction`."""
    conversation = channel.authenticate(request)
    body = json_body(request)
    number = text_of(body, "ticket", _LONGEST_NUMBER)
    score = number_of(body, "score", LOWEST, HIGHEST)
    remark = optional_text(body, "remark", LONGEST_REMARK)
    limits.count_rating(conversation)
    try:
        rating = rate(conversation.pk, number, score, remark)
    except NotAsked as error:
        raise ApiError(404, "not_found") from error
    except AlreadyRated as error:
        raise ApiError(409, "already_rated") from error
    return JsonResponse({"ticket": rating.about, "score": rating.score}, status=201)


def seen(request: HttpRequest) -> HttpResponseBase:
    """`POST /api/webchat/seen`."""
    conversation = channel.authenticate(request)
    body = json_body(request)
    received, read = id_of(body, "received"), id_of(body, "read")
    limits.count_sign(conversation)
    seen_by_customer(conversation.pk, received=received, read=read)
    return HttpResponse(status=204)


def typing_now(request: HttpRequest) -> HttpResponseBase:
    """`POST /api/webchat/typing`. Nobody but an employee would see it, so it is kept only while one has the conversation."""
    conversation = channel.authenticate(request)
    json_body(request)
    limits.count_sign(conversation)
    if conversation.state == ConversationState.WITH_EMPLOYEE:
        typing(conversation.pk, Sender.CUSTOMER)
    return HttpResponse(status=204)


def slots(request: HttpRequest) -> HttpResponseBase:
    """`GET /api/webchat/callback-slots`."""
    language = channel.authenticate(request).language
    found = free_slots(current().opening_hours, timezone.now())
    return JsonResponse({"slots": [{"id": slot.id, "label": slot.label_in(language)} for slot in found]})


def other_way(request: HttpRequest) -> HttpResponseBase:
    """`POST /api/webchat/other-way`."""
    conversation = channel.authenticate(request)
    details = _other_way(json_body(request))
    limits.count_message(request, conversation)
    try:
        ticket = choose(conversation.pk, details)
    except NotOffered as error:
        raise ApiError(409, "not_offered") from error
    except SlotFull as error:
        raise ApiError(409, "slot_full", "callback_slot") from error
    return JsonResponse({"ticket": ticket.number, "wish": ticket.wish}, status=201)


def _other_way(body: dict[str, Any]) -> Details:
    """How the customer wants to be reached. Raises `ApiError` 400 that names the field to mend."""
    wish = text_of(body, "wish", 16)
    if wish == Wish.EMAIL:
        email = email_of(text_of(body, "email", _LONGEST_ADDRESS))
        if not email:
            raise ApiError(400, "no_email", "email")
        return Details(wish=wish, email=email)
    if wish != Wish.CALL_BACK:
        raise ApiError(400, "unknown_value", "wish")
    phone = phone_of(text_of(body, "phone", _LONGEST_ADDRESS))
    if not phone:
        raise ApiError(400, "no_phone", "phone")
    chosen = optional_text(body, "callback_slot", 32)
    slot = slot_with_id(current().opening_hours, chosen, timezone.now()) if chosen else None
    if chosen and slot is None:
        raise ApiError(400, "slot_gone", "callback_slot")
    return Details(wish=wish, phone=phone, callback=slot)


async def stream(request: HttpRequest) -> HttpResponseBase:
    """`GET /api/webchat/stream`."""
    conversation = await in_thread(channel.authenticate, request)
    after = message_id_of(request.headers.get("Last-Event-ID") or request.GET.get("after"), "after")
    if current_hub().listeners(conversation.pk) >= limits.STREAMS_PER_CONVERSATION:
        raise limits.too_many(60)
    identity = getattr(conversation, "identity", None)
    events = conversation_events(conversation.pk, after, signed_in_at=identity.at if identity else None)
    return await event_stream(events)
