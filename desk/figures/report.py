"""The figures of a period, each by aggregate SQL. What each one means stands in Dutch on the page itself
(`console/templates/console/figures/definitions.html`)."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from closing.models import Outcome
from figures.episodes import PROMPT_SECONDS
from figures.models import Contact, ConversationDay
from figures.period import Period

# R9: a warning below this share.
ENOUGH_PROMPT = 0.95


@dataclass(frozen=True)
class Share:
    """A part of a whole; `value` is None when the whole is nothing: no share is not a share of zero."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """From 0 to 1."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Figures:
    """One row of figures: of a period, a day or a topic.

    Attributes:
        requests: how often a person was asked for.
        prompt: of those in opening hours, who did not choose another moment, and of whom it is known: taken within 180 s.
        abandoned: of the requests that ended: the customer had left before anybody took it.
        closed: requests that an employee ended (not those that went on in another ticket).
        outcomes: how many of those by outcome; `""` where none was asked.
        first_contact: of those with an outcome, closed more than seven days ago: solved, and the customer did not come back.
        asked: how many of those closed had the question about satisfaction; `answered` who answered it.
        score: the mean answer from 1 to 5, None without answers.
    """

    requests: int = 0
    prompt: Share = Share(0, 0)
    abandoned: Share = Share(0, 0)
    closed: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    first_contact: Share = Share(0, 0)
    answered: Share = Share(0, 0)
    score: float | None = None

    @property
    def is_slow(self) -> bool:
        """Fewer customers than the rule asks for got a person within 180 s."""
        return self.prompt.value is not None and self.prompt.value < ENOUGH_PROMPT

    @property
    def solved(self) -> Share:
        """Of the closed requests with an outcome: solved. Giving up (`no_answer`) never counts as solved (R39)."""
        known = sum(count for outcome, count in self.outcomes.items() if outcome)
        return Share(self.outcomes.get(Outcome.SOLVED, 0), known)


@dataclass(frozen=True)
class Conversations:
    """How conversations went.

    Attributes:
        alone: nobody asked for a person. No number of solved questions: a customer who gives up is among them (R39).
        answered: of who was asked about the help of the assistant alone, who answered.
        resolved: of who answered, who was satisfied and never asked for a person. Giving up is no answer: it never
            counts.
    """

    alone: Share
    answered: Share
    resolved: Share


def _opened(now: datetime) -> dict[str, Any]:
    late = now - timedelta(seconds=PROMPT_SECONDS)
    judged = Q(in_hours=True, chose_later=False)
    taken = Q(waited_seconds__isnull=False)
    left_late = Q(left_seconds__gt=PROMPT_SECONDS)
    still_waits = Q(waited_seconds=None, closed_at=None, opened_at__lt=late)
    return {
        "n_requests": Count("pk"),
        "n_prompt": Count("pk", filter=judged & Q(waited_seconds__lte=PROMPT_SECONDS)),
        "n_prompt_known": Count("pk", filter=judged & (taken | left_late | still_waits)),
        "n_ended": Count("pk", filter=Q(closed_at__isnull=False, merged=False)),
        "n_abandoned": Count("pk", filter=Q(abandoned=True)),
    }


def _closed(now: datetime) -> dict[str, Any]:
    settled = Q(settled_at__lte=now) & ~Q(outcome="")
    return {
        "n_closed": Count("pk"),
        **{
            f"n_outcome_{outcome}": Count("pk", filter=Q(outcome=outcome))
            for outcome in ["", *Outcome.values]
        },
        "n_settled": Count("pk", filter=settled),
        "n_first_contact": Count("pk", filter=settled & Q(outcome=Outcome.SOLVED, came_back=False)),
        "n_asked": Count("pk", filter=Q(asked=True)),
        "n_answered": Count("pk", filter=Q(asked=True, score__isnull=False)),
        "n_points": Sum("score", filter=Q(asked=True)),
    }


def _figures(row: Mapping[str, Any]) -> Figures:
    def of(name: str) -> int:
        return row.get(f"n_{name}") or 0

    return Figures(
        requests=of("requests"),
        prompt=Share(of("prompt"), of("prompt_known")),
        abandoned=Share(of("abandoned"), of("ended")),
        closed=of("closed"),
        outcomes={outcome: of(f"outcome_{outcome}") for outcome in ["", *Outcome.values]},
        first_contact=Share(of("first_contact"), of("settled")),
        answered=Share(of("answered"), of("asked")),
        score=of("points") / of("answered") if of("answered") else None,
    )


class Report:
    """The figures of one period, of one topic or all. Requests count on the day that they were opened; outcomes, causes,
    first-contact resolution and satisfaction on the day that they were closed.

    Each method costs one or two queries, however many tickets there are; the total is the sum of the days.
    """

    def __init__(self, period: Period, now: datetime, topic: str | None = None) -> None:
        """`now` (aware) decides what is late and what is settled; `topic` None for all, `""` for not recognised."""
        self.period, self.now = period, now
        rows = Contact.objects.all() if topic is None else Contact.objects.filter(topic=topic)
        self._opened = rows.filter(opened_on__range=(period.first, period.last)).order_by()
        self._closed = rows.filter(closed_on__range=(period.first, period.last), merged=False).order_by()

    def total(self) -> Figures:
        """The whole period."""
        summed: Counter[str] = Counter()
        for row in self._by_day.values():
            summed.update({name: count or 0 for name, count in row.items()})
        return _figures(summed)

    def by_day(self) -> list[tuple[date, Figures]]:
        """Each day of the period, in order."""
        return [(day, _figures(self._by_day.get(day, {}))) for day in self.period.each_day()]

    def by_topic(self) -> list[tuple[str, Figures]]:
        """Each topic that occurred, the most frequent first."""
        rows = self._grouped("topic", "topic")
        found = [(topic, _figures(row)) for topic, row in rows.items()]
        return sorted(found, key=lambda item: (-item[1].requests, item[0]))

    def by_reason(self) -> list[tuple[str, int]]:
        """Why a person was needed, the most frequent first."""
        counted = self._opened.values("reason").annotate(count=Count("pk")).order_by("-count", "reason")
        return [(row["reason"], row["count"]) for row in counted]

    def by_cause(self) -> list[tuple[str | None, int]]:
        """What caused the closed requests with an outcome, the most frequent first; None where none was named."""
        known = self._closed.exclude(outcome="")
        counted = known.values("cause__name").annotate(count=Count("pk")).order_by("-count", "cause__name")
        return [(row["cause__name"], row["count"]) for row in counted]

    def by_score(self) -> dict[int, int]:
        """How many customers gave each answer."""
        given = self._closed.filter(asked=True, score__isnull=False)
        return dict(given.values_list("score").annotate(count=Count("pk")).order_by("score"))

    def wait(self) -> tuple[int | None, int | None]:
        """Seconds that half, and nine in ten, of the customers in opening hours waited at most; None without any."""
        waited = self._opened.filter(in_hours=True, chose_later=False, waited_seconds__isnull=False)
        half, most = _percentiles(waited, "waited_seconds", (0.5, 0.9))
        return half, most

    def wait_after_hours(self) -> int | None:
        """Seconds of opening hours that half of who asked outside them waited at most; None without any."""
        waited = self._opened.filter(in_hours=False, chose_later=False, business_seconds__isnull=False)
        return _percentiles(waited, "business_seconds", (0.5,))[0]

    def conversations(self) -> Conversations:
        """The conversations that began in the period, of all topics."""
        rows = ConversationDay.objects.filter(day__range=(self.period.first, self.period.last))
        names = ("spoken", "with_ticket", "assistant_asked", "assistant_answered", "assistant_resolved")
        found = rows.aggregate(**{name: Sum(name, default=0) for name in names})
        answered = found["assistant_answered"]
        return Conversations(
            alone=Share(found["spoken"] - found["with_ticket"], found["spoken"]),
            answered=Share(answered, found["assistant_asked"]),
            resolved=Share(found["assistant_resolved"], answered),
        )

    @cached_property
    def _by_day(self) -> dict[date, dict[str, Any]]:
        return self._grouped("opened_on", "closed_on")

    def _grouped(self, opened: str, closed: str) -> dict[Any, dict[str, Any]]:
        rows: dict[Any, dict[str, Any]] = {}
        for row in self._opened.values(opened).annotate(**_opened(self.now)):
            rows[row.pop(opened)] = row
        for row in self._closed.values(closed).annotate(**_closed(self.now)):
            rows.setdefault(row.pop(closed), {}).update(row)
        return rows


def _percentiles(rows: QuerySet[Contact], name: str, shares: Sequence[float]) -> list[int | None]:
    """For each share the smallest value that so large a part of the rows does not exceed (nearest rank)."""
    # Every value once, with how often it occurs: the rows are read once for all shares.
    counted = list(rows.values_list(name).annotate(count=Count("pk")).order_by(name))
    reached = list(accumulate(count for _, count in counted))
    if not counted:
        return [None for _ in shares]
    return [counted[bisect_left(reached, max(1, math.ceil(share * reached[-1])))][0] for share in shares]
