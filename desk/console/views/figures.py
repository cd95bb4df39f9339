"""The figures page and its tables as files, for supervisors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from closing.models import Outcome
from console.access import EmployeeRequest, allowed
from console.catalogue import name_of
from console.figures_form import FiguresForm, topic_name
from employees.roles import SUPERVISE
from figures.episodes import PROMPT_SECONDS
from figures.export import Cell, as_csv
from figures.period import latest
from figures.report import ENOUGH_PROMPT, Figures, Report
from satisfaction.models import HIGHEST, LOWEST

_PRESETS = (7, 30, 90, 365)


@require_safe
@allowed(SUPERVISE)
def figures(request: EmployeeRequest) -> HttpResponse:
    """The figures of the chosen days, beside those of as many days before."""
    now = timezone.localtime()
    form = FiguresForm(request.GET, now.date())
    context: dict[str, Any] = {
        "form": form,
        "presets": [(days, latest(days, now.date())) for days in _PRESETS],
        "prompt_seconds": PROMPT_SECONDS,
        "enough_prompt": ENOUGH_PROMPT,
    }
    if not form.is_valid():
        return render(request, "console/figures/page.html", context, status=422)
    report = Report(form.period, now, form.topic)
    before = Report(form.period.before, now, form.topic)
    half, most = report.wait()
    half_before, most_before = before.wait()
    context |= {
        "period": form.period,
        "query": urlencode(form.data),
        "total": report.total(),
        "before": before.total(),
        "half": half,
        "most": most,
        "half_before": half_before,
        "most_before": most_before,
        "after_hours": report.wait_after_hours(),
        "after_hours_before": before.wait_after_hours(),
        "conversations": report.conversations(),
        "conversations_before": before.conversations(),
        "days": report.by_day(),
        "topics": [(topic_name(topic), row) for topic, row in report.by_topic()],
        "reasons": _reasons(report)[1],
        "causes": _causes(report)[1],
        "scores": _scores(report),
        "outcomes": list(Outcome),
    }
    return render(request, "console/figures/page.html", context)


@require_safe
@allowed(SUPERVISE)
def figures_file(request: EmployeeRequest, table: str) -> HttpResponse:
    """One table of the page as a CSV file: `dagen`, `onderwerpen`, `redenen` or `oorzaken`."""
    form = FiguresForm(request.GET, timezone.localdate())
    if table not in _TABLES or not form.is_valid():
        raise Http404
    head, rows = _TABLES[table](Report(form.period, timezone.now(), form.topic))
    response = HttpResponse(as_csv(head, rows), content_type="text/csv; charset=utf-8")
    name = f"cijfers-{table}-{form.period.first}-{form.period.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _scores(report: Report) -> list[tuple[str, int]]:
    given = report.by_score()
    return [(name_of("score", str(score)), given.get(score, 0)) for score in range(LOWEST, HIGHEST + 1)]


Table = tuple[Sequence[str], list[list[Cell]]]

_BEFORE_OUTCOMES = ("requests", "prompt", "prompt_of", "prompt_share", "abandoned", "closed")
_AFTER_OUTCOMES = ("first_contact", "first_contact_of", "answered", "asked", "score")


def _head(*names: str) -> list[str]:
    return [name_of("figure", name) for name in names]


def _wide_head(first: str) -> list[str]:
    outcomes = [name_of("outcome", outcome) for outcome in Outcome]
    return [*_head(first, *_BEFORE_OUTCOMES), *outcomes, *_head(*_AFTER_OUTCOMES)]


def _row(figures: Figures) -> list[Cell]:
    return [
        figures.requests,
        figures.prompt.part,
        figures.prompt.whole,
        figures.prompt.value,
        figures.abandoned.part,
        figures.closed,
        *(figures.outcomes[outcome] for outcome in Outcome),
        figures.first_contact.part,
        figures.first_contact.whole,
        figures.answered.part,
        figures.answered.whole,
        figures.score,
    ]


def _days(report: Report) -> Table:
    return _wide_head("day"), [[day, *_row(figures)] for day, figures in report.by_day()]


def _topics(report: Report) -> Table:
    rows = [[topic_name(topic), *_row(figures)] for topic, figures in report.by_topic()]
    return _wide_head("topic"), rows


def _reasons(report: Report) -> Table:
    return _head("reason", "requests"), [
        [name_of("reason", word), count] for word, count in report.by_reason()
    ]


def _causes(report: Report) -> Table:
    rows: list[list[Cell]] = [
        [cause or name_of("figure", "no_cause"), count] for cause, count in report.by_cause()
    ]
    return _head("cause", "closed"), rows


_TABLES: dict[str, Callable[[Report], Table]] = {
    "dagen": _days,
    "onderwerpen": _topics,
    "redenen": _reasons,
    "oorzaken": _causes,
}
