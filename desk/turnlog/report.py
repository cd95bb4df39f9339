"""What a designer sees of the assistant's turns in a period. Questions of a month cost three queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Q, QuerySet

from turnlog.models import TurnRecord

LEAST_CERTAIN_SHOWN = 50
_NOT_CERTAIN = 0.6


@dataclass(frozen=True)
class IntentRow:
    """One intent.

    Attributes:
        intent: empty when there was none.
        turns: how often it was the likeliest.
        not_understood: of those, how often the assistant said that it did not understand.
        certainty: mean, from 0 to 1.
        rival: the intent that most often came second while the assistant was not certain; empty for none.
    """

    intent: str
    turns: int
    not_understood: int
    certainty: float
    rival: str


@dataclass(frozen=True)
class Turns:
    """All turns of the period.

    Attributes:
        count, not_understood: how many.
        half, nineteen_in_twenty: seconds that so many turns took at most; None without turns.
        models: the ids of the models that answered, the latest first.
    """

    count: int
    not_understood: int
    half: float | None
    nineteen_in_twenty: float | None
    models: list[str]


def total(since: datetime) -> Turns:
    """The turns since a moment."""
    records = TurnRecord.objects.filter(at__gte=since)
    counted = records.aggregate(count=Count("pk"), missed=Count("pk", filter=Q(understood=False)))
    models = records.exclude(model="").order_by("-at").values_list("model", flat=True)[:1000]
    return Turns(
        count=counted["count"],
        not_understood=counted["missed"],
        half=_at_most(records, counted["count"], 0.5),
        nineteen_in_twenty=_at_most(records, counted["count"], 0.95),
        models=list(dict.fromkeys(models)),
    )


def by_intent(since: datetime) -> list[IntentRow]:
    """The intents since a moment, the most frequent first."""
    records = TurnRecord.objects.filter(at__gte=since)
    rows = records.values("intent").annotate(
        turns=Count("pk"), missed=Count("pk", filter=Q(understood=False)), certainty=Avg("certainty")
    )
    rivals = _rivals(records)
    found = [
        IntentRow(row["intent"], row["turns"], row["missed"], row["certainty"], rivals.get(row["intent"], ""))
        for row in rows
    ]
    return sorted(found, key=lambda row: (-row.turns, row.intent))


def least_certain(since: datetime) -> Iterable[TurnRecord]:
    """The typed messages of which the assistant was least certain, each with its message."""
    typed = TurnRecord.objects.filter(at__gte=since, message__payload="")
    return typed.select_related("message").order_by("certainty", "-at")[:LEAST_CERTAIN_SHOWN]


def _rivals(records: QuerySet[TurnRecord]) -> dict[str, str]:
    doubtful = records.filter(certainty__lt=_NOT_CERTAIN).exclude(second="")
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in doubtful.values("intent", "second").annotate(times=Count("pk")).order_by("second"):
        counts[row["intent"]][row["second"]] = row["times"]
    return {intent: seconds.most_common(1)[0][0] for intent, seconds in counts.items()}


def _at_most(records: QuerySet[TurnRecord], count: int, share: float) -> float | None:
    """Nearest rank."""
    if not count:
        return None
    place = max(0, -int(-count * share // 1) - 1)
    return records.order_by("seconds").values_list("seconds", flat=True)[place]
