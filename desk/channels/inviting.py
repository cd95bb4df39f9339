"""Asks customers to write, when a message has to wait for that (WhatsApp's template)."""

from __future__ import annotations

import logging

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from channels.models import Address, Outgoing, OutgoingState
from channels.registry import channel_named
from outbox.problems import DeliveryProblem

logger = logging.getLogger(__name__)

_MOST_PER_ROUND = 50


def invite_all() -> None:
    """Ask everybody for whom something waits, once since they wrote last. What fails for now is tried in the next round."""
    held = Outgoing.objects.filter(
        message__conversation_id=OuterRef("conversation_id"), state=OutgoingState.HELD
    )
    for address in Address.objects.filter(_not_invited(), Exists(held)).order_by("pk")[:_MOST_PER_ROUND]:
        channel = channel_named(address.channel)
        if channel is None or not channel.invites():
            continue
        # Before the call: who is asked is not asked again because this process died.
        own = Address.objects.filter(_not_invited(), pk=address.pk)
        if not own.update(invited_at=timezone.now()):
            continue
        try:
            channel.invite(address.value)
        except DeliveryProblem as problem:
            logger.warning("address %s by %s: not invited: %s", address.pk, address.channel, problem)
            if not (problem.is_final or problem.is_uncertain):
                Address.objects.filter(pk=address.pk).update(invited_at=address.invited_at)
            if problem.concerns_the_destination:
                return


def _not_invited() -> Q:
    return Q(invited_at=None) | Q(invited_at__lte=F("written_at"))
