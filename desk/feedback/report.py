"""What the organisation can do about contact that need not be (R40): topics, their causes, and what customers said."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import CharField, Count, F, OuterRef, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, Length, NullIf, RowNumber

from conversations.models import Message, Sender
from figures.models import Contact
from figures.period import Period
from privacy.masking import mask_everything
from understanding.domain import intents

# What `domain.yml` calls contact that says where the organisation can do better, or that would not be needed.
AVOIDABLE = ("eliminate", "simplify")
_EXAMPLES = 3
_LONGEST_EXAMPLE = 200
_POSTCODE = re.compile(r"\b[1-9]\d{3} ?[A-Za-z]{2}\b", re.ASCII)
_NUMBER = re.compile(r"\d(?:[\d .-]*\d)?")


@dataclass(frozen=True)
class TopicFeedback:
    """One topic in one week.

    Attributes:
        topic: the intent; empty when it was not recognised.
        purpose: what the organisation wants with such a question (`domain.yml`); empty when it does not say.
        owner: who keeps the answer correct; empty when nobody is named.
        closed: how many requests for a person were closed; `closed_before` in the week before.
        causes: the names of the causes with their number, the most frequent first; None for none named.
        examples: what customers wrote, without personal numbers and addresses.
    """

    topic: str
    purpose: str
    owner: str
    closed: int
    closed_before: int
    causes: list[tuple[str | None, int]] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    @property
    def is_avoidable(self) -> bool:
        """The organisation wants less of this contact."""
        return self.purpose in AVOIDABLE


def feedback_of(week: Period) -> list[TopicFeedback]:
    """The topics of a week: avoidable ones first, the most frequent first. Three queries."""
    causes = _causes_by_topic(week)
    before = Counter(dict(_closed(week.before).values_list("topic").annotate(count=Count("pk")).order_by()))
    examples = _examples(week)
    found = []
    for topic, of_topic in causes.items():
        intent = intents().get(topic)
        found.append(
            TopicFeedback(
                topic=topic,
                purpose=intent.purpose if intent else "",
                owner=intent.owner if intent else "",
                closed=of_topic.total(),
                closed_before=before[topic],
                causes=sorted(of_topic.items(), key=lambda cause: (-cause[1], cause[0] or "")),
                examples=examples[topic],
            )
        )
    return sorted(found, key=lambda row: (not row.is_avoidable, -row.closed, row.topic))


def anonymous(text: str) -> str:
    """A customer's words without e-mail addresses, postcodes, and any number. Names may remain: people read it first."""
    plain = _NUMBER.sub("[…]", _POSTCODE.sub("[…]", mask_everything(text)))
    return " ".join(plain.split())[:_LONGEST_EXAMPLE]


def _closed(week: Period) -> QuerySet[Contact]:
    return Contact.objects.filter(closed_on__range=(week.first, week.last), merged=False)


def _causes_by_topic(week: Period) -> dict[str, Counter[str | None]]:
    rows = _closed(week).values_list("topic", "cause__name").annotate(count=Count("pk")).order_by()
    causes: dict[str, Counter[str | None]] = defaultdict(Counter)
    for topic, cause, count in rows:
        causes[topic][cause] += count
    return causes


def _examples(week: Period) -> dict[str, list[str]]:
    """Of each topic what the latest customers asked: their question, else the longest thing that they wrote before it."""
    wrote = Message.objects.filter(
        conversation=OuterRef("ticket__conversation"),
        sender=Sender.CUSTOMER,
        payload="",
        at__lte=OuterRef("opened_at"),
    ).order_by(Length("text").desc(), "id")
    words = Coalesce(
        NullIf(F("ticket__description"), Value("")),
        Subquery(wrote.values("text")[:1]),
        output_field=CharField(),
    )
    rows = (
        _closed(week)
        .filter(ticket__isnull=False)
        .annotate(words=words)
        .filter(words__isnull=False)
        .annotate(rank=Window(RowNumber(), partition_by=F("topic"), order_by=F("closed_at").desc()))
        .filter(rank__lte=_EXAMPLES)
        .order_by("topic", "rank")
        .values_list("topic", "words")
    )
    examples: dict[str, list[str]] = defaultdict(list)
    for topic, text in rows:
        examples[topic].append(anonymous(text))
    return examples
