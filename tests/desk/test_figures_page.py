"""The figures page: the same figures as `figures.report`, for supervisors only, also as a file."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk.figures_support import Case, after
from tests.desk.test_figures import LATER, MONDAY

from closing.models import Cause, Outcome
from console.catalogue import name_of
from console.templatetags.cijfers import duration, mean, percent
from employees.models import Employee
from employees.roles import Role, give_roles
from figures import collect
from figures.export import as_csv
from figures.period import Period
from figures.report import Report, Share

pytestmark = pytest.mark.django_db
WEEK = {"van": "2026-11-23", "tot": "2026-11-29"}


@pytest.fixture
def supervisor(client: Client, sanne: Employee) -> Client:
    give_roles(sanne, [Role.SUPERVISOR])
    client.force_login(sanne)
    return client


def a_week(number: int = 4) -> None:
    """Half of the requests within 180 s, all solved, one rated."""
    for index in range(number):
        case = Case(f"{MONDAY}T10:00", intent="track_order")
        case.taken(after(f"{MONDAY}T10:00", 60 if index % 2 else 600)).closed(f"{MONDAY}T11:00")
        if not index:
            case.rated(f"{MONDAY}T11:10", 4)
    collect.collect(10, LATER)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_page_shows_the_figures_their_definitions_and_the_period_before(supervisor: Client) -> None:
    a_week()
    html = supervisor.get("/balie/cijfers/", WEEK).content.decode()
    assert '50,0 % <span class="soft">(2 van 4)</span>' in html
    assert "Binnen 180 seconden kreeg 50,0 % van de klanten een mens. De norm is 95,0 %." in html
    assert name_of("intent", "track_order") in html
    assert "Hoe we dit tellen" in html
    assert "Een klant die het opgaf, telt nooit als opgelost." in html
    later = supervisor.get("/balie/cijfers/", {"van": "2026-11-30", "tot": "2026-12-06"})
    assert "<td>0</td><td>4</td>" in later.content.decode()


def test_a_page_without_anything_says_unknown_and_not_zero_percent(supervisor: Client) -> None:
    html = supervisor.get("/balie/cijfers/").content.decode()
    assert "0,0 %" not in html
    assert "onbekend" in html
    assert "vendor/chart" not in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"van": "gisteren"},
        {"van": "2026-02-30"},
        {"van": "2026-11-29", "tot": "2026-11-23"},
        {"van": "2020-01-01"},
        {"onderwerp": "bestaat-niet"},
        {"van": "0001-01-01", "tot": "9999-12-31"},
    ],
)
def test_impossible_days_are_refused_and_stay_to_be_mended(supervisor: Client, wrong: dict[str, str]) -> None:
    response = supervisor.get("/balie/cijfers/", WEEK | wrong)
    assert response.status_code == 422
    assert "Kies twee dagen" in response.content.decode()
    if "van" in wrong:
        assert f'value="{wrong["van"]}"' in response.content.decode()
    assert supervisor.get("/balie/cijfers/dagen.csv", WEEK | wrong).status_code == 404


def test_the_first_days_that_there_are_have_no_days_before(supervisor: Client) -> None:
    response = supervisor.get("/balie/cijfers/", {"van": "0001-01-01", "tot": "0001-01-02"})
    assert response.status_code == 422


def test_the_number_of_queries_does_not_grow(supervisor: Client) -> None:
    a_week(2)
    supervisor.get("/balie/cijfers/", WEEK)
    with CaptureQueriesContext(connection) as few:
        supervisor.get("/balie/cijfers/", WEEK)
    a_week(20)
    with CaptureQueriesContext(connection) as many:
        supervisor.get("/balie/cijfers/", WEEK)
    assert len(many) == len(few)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by how many rows there are")
def test_two_years_are_counted_from_an_index_alone() -> None:
    period = Period(date(2025, 1, 1), date(2026, 12, 31))
    with CaptureQueriesContext(connection) as queries:
        for topic in (None, "track_order"):
            report = Report(period, LATER, topic)
            report.total(), report.by_topic(), report.by_reason(), report.by_cause(), report.by_score()
            report.wait(), report.wait_after_hours()
    for query in list(queries):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plan = [row[-1] for row in cursor if "figures_contact" in row[-1]]
        assert plan
        assert all("USING COVERING INDEX" in step for step in plan), (query["sql"], plan)


def test_days_as_a_file_that_excel_opens(supervisor: Client) -> None:
    a_week()
    response = supervisor.get("/balie/cijfers/dagen.csv", WEEK)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="cijfers-dagen-2026-11-23-2026-11-29.csv"'
    assert response.content.startswith(b"\xef\xbb\xbfDag;Verzoeken;")
    head, first, *rest = read(response.content)
    row = dict(zip(head, first, strict=True))
    assert (row["Dag"], row["Verzoeken"], row["Aandeel binnen 180 s"]) == ("2026-11-23", "4", "0,5")
    assert (row["Opgelost"], row["Gemiddeld oordeel"]) == ("4", "4")
    assert len(rest) == 6
    assert dict(zip(head, rest[0], strict=True))["Aandeel binnen 180 s"] == ""


def test_the_other_tables_as_files(supervisor: Client) -> None:
    cause = Cause.objects.create(name="=2+5")
    Case(f"{MONDAY}T10:00").taken(f"{MONDAY}T10:01").closed(f"{MONDAY}T11:00", Outcome.REFERRED, cause)
    collect.collect(1, LATER)
    topics = read(supervisor.get("/balie/cijfers/onderwerpen.csv", WEEK).content)
    assert topics[1][:2] == ["Niet herkend", "1"]
    assert read(supervisor.get("/balie/cijfers/redenen.csv", WEEK).content)[1] == [
        "Klant vroeg om een medewerker",
        "1",
    ]
    assert read(supervisor.get("/balie/cijfers/oorzaken.csv", WEEK).content)[1] == ["'=2+5", "1"]
    assert supervisor.get("/balie/cijfers/anders.csv", WEEK).status_code == 404


@pytest.mark.parametrize("text", ["=1+1", "+31", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_becomes_a_formula(text: str) -> None:
    assert read(as_csv(["a"], [[text]]))[1][0] == f"'{text}"


def test_cells_keep_semicolons_quotes_and_odd_characters() -> None:
    row = ['a;b"c\nd', 0.3333333, -3, None, date(2026, 11, 23), "één €"]
    assert read(as_csv(["k"], [row]))[1] == ['a;b"c\nd', "0,3333", "-3", "", "2026-11-23", "één €"]


def test_words_for_numbers() -> None:
    assert [percent(Share(5, 6)), percent(Share(0, 0)), percent(0.95), percent(None)] == [
        "83,3 %",
        "onbekend",
        "95,0 %",
        "onbekend",
    ]
    assert [mean(3.25), mean(None)] == ["3,3", "onbekend"]
    assert [duration(s) for s in (None, 0, 59, 60, 200, 3600, 7500)] == [
        "onbekend", "0 s", "59 s", "1 min", "3 min 20 s", "1 uur", "2 uur 5 min",
    ]  # fmt: skip
