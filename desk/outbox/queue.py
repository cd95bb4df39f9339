"""Who sends which delivery, and what becomes of it.

A lease is taken by a compare-and-set on the row, so several workers never send the same delivery at once, none of them waits
for another, and it works alike on SQLite and PostgreSQL. It ends by itself when its process dies.
"""

from __future__ import annotations

import logging
import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from conversations.store import locked, note_news
from organisation.service import service
from outbox.models import Delivery, DeliveryQuerySet, DeliveryState, DestinationName
from outbox.problems import OF_THE_DESTINATION, DeliveryProblem
from outbox.settings import lease_seconds

logger = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 3600.0
# What the other side asks for is honoured up to a day: beyond it a mistake over there is likelier than a wish.
_LONGEST_RETRY_AFTER = 24 * 3600.0
_CANDIDATES = 20


def claim(destination: DestinationName) -> Delivery | None:
    """Take the delivery that is due longest, or None when there is none. The others of its ticket wait for it."""
    now = timezone.now()
    free = Q(lease_owner="") | Q(lease_until__lt=now)
    due = Delivery.objects.filter(
        free,
        ~Exists(_before_it(destination)),
        destination=destination,
        state=DeliveryState.WAITING,
        due_at__lte=now,
    )
    for pk in due.order_by("due_at", "id").values_list("pk", flat=True)[:_CANDIDATES]:
        owner = uuid.uuid4().hex
        taken = Delivery.objects.filter(free, pk=pk, state=DeliveryState.WAITING, due_at__lte=now).update(
            lease_owner=owner,
            lease_until=now + timedelta(seconds=lease_seconds()),
            attempts=F("attempts") + 1,
        )
        if taken:
            return Delivery.objects.select_related("ticket__conversation", "ticket__employee", "entry").get(
                pk=pk
            )
    return None


def arrived(delivery: Delivery) -> None:
    """The delivery was sent. What waited because its destination did not work is due again."""
    if _settle(
        delivery, state=DeliveryState.SENT, settled_at=timezone.now(), problem="", problem_detail="", link=""
    ):
        held_up = _others(delivery).filter(problem__in=["", *OF_THE_DESTINATION], is_uncertain=False)
        _move(held_up, timezone.now())


def did_not_arrive(delivery: Delivery, problem: DeliveryProblem) -> None:
    """Try the delivery again later, or give it up; the others too, when they would meet the same problem."""
    now = timezone.now()
    wait = wait_after(delivery.attempts, problem)
    ends = delivery.tried_since + timedelta(hours=service().give_up_delivery_hours)
    is_over = problem.is_final or now + wait > ends
    changes: dict[str, Any] = {
        "problem": problem.name,
        "problem_detail": problem.detail[:80],
        "is_uncertain": problem.is_uncertain,
        "due_at": now + wait,
    }
    if is_over:
        changes |= {"state": DeliveryState.FAILED, "settled_at": now}
    if not _settle(delivery, **changes):
        return
    logger.log(
        logging.ERROR if is_over else logging.WARNING,
        "delivery %s to %s: %s%s", delivery.pk, delivery.destination, problem, ", given up" if is_over else "",
    )  # fmt: skip
    if problem.concerns_the_destination and not problem.is_final:
        _move(_others(delivery).filter(due_at__lt=now + wait), now + wait)


def try_again(deliveries: DeliveryQuerySet) -> int:
    """Have given-up deliveries sent again, as if they were new; how many those are."""
    now = timezone.now()
    return deliveries.failed().update(
        state=DeliveryState.WAITING, attempts=0, tried_since=now, due_at=now, settled_at=None
    )


def skip(deliveries: DeliveryQuerySet) -> int:
    """Leave given-up deliveries unsent for good, so that what comes after them is sent; how many those are."""
    return deliveries.failed().update(state=DeliveryState.SKIPPED, settled_at=timezone.now(), link="")


def _before_it(destination: DestinationName) -> DeliveryQuerySet:
    """Earlier deliveries that must be out of the way first.

    One that was given up holds up the changes after it, until a supervisor decides. Mails to a customer stand each on its
    own: a wrong address must not keep back what is sent after it was mended.
    """
    holding_up = [DeliveryState.WAITING]
    if destination != DestinationName.CUSTOMER_MAIL:
        holding_up.append(DeliveryState.FAILED)
    return Delivery.objects.filter(
        ticket=OuterRef("ticket"), destination=destination, state__in=holding_up, pk__lt=OuterRef("pk")
    )


def wait_after(attempts: int, problem: DeliveryProblem) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, between half and all of it, so that not
    everything comes back at the same moment."""
    longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 30))
    seconds = longest * random.uniform(0.5, 1)  # noqa: S311 - no secret
    if problem.retry_after is not None:
        seconds = max(seconds, min(problem.retry_after, _LONGEST_RETRY_AFTER))
    if problem.is_uncertain:
        # The other side may still be at work on it; only afterwards can be asked whether it is there.
        seconds = max(seconds, lease_seconds())
    return timedelta(seconds=seconds)


def _others(delivery: Delivery) -> DeliveryQuerySet:
    """What else waits for the same destination and is not being sent."""
    return Delivery.objects.filter(
        destination=delivery.destination, state=DeliveryState.WAITING, lease_owner=""
    ).exclude(pk=delivery.pk)


def _move(deliveries: DeliveryQuerySet, due_at: datetime) -> None:
    """Have these tried at another moment. Rows that another worker is changing are left to it: none waits for another."""
    free = deliveries.select_for_update(skip_locked=True).values("pk")
    with transaction.atomic():
        Delivery.objects.filter(pk__in=free).update(due_at=due_at)


def _settle(delivery: Delivery, **changes: Any) -> bool:
    """Store the outcome and give the lease up; False when it was lost, and then another worker decides."""
    with locked(delivery.ticket.conversation_id) as conversation:
        own = Delivery.objects.filter(pk=delivery.pk, lease_owner=delivery.lease_owner)
        if not own.update(lease_owner="", lease_until=None, **changes):
            logger.warning("delivery %s: the lease was lost", delivery.pk)
            return False
        note_news(conversation)
    return True
