"""The figures page of a supervisor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import check
from tests.browser.test_keyboard import tab_to
from tests.support.desk_server import DeskServer
from tests.support.pages import DESKTOP, SIZES, Chat, Console

pytestmark = pytest.mark.browser

_SUPERVISES = "; ".join(
    [
        "from employees.models import Employee",
        "from employees.roles import Role, give_roles",
        "give_roles(Employee.objects.get(username='sanne'), [Role.SUPERVISOR])",
    ]
)
_COLLECT = "; ".join(
    [
        "from django.utils import timezone",
        "from figures import collect",
        "collect.collect(1, timezone.now())",
        "collect.count_conversations()",
    ]
)


@pytest.fixture
def supervisor(
    new_page: Callable[..., Page], logged_in: Callable[..., Console], desk: DeskServer, sanne: tuple[str, str]
) -> Callable[..., Console]:
    """Sanne as supervisor, who has just closed ticket T-100001; the figures know."""

    def log_in(viewport: dict[str, int] = DESKTOP) -> Console:
        desk.manage("shell", "--command", _SUPERVISES)
        chat = Chat(new_page(), desk.url)
        chat.open()
        chat.human.click()
        expect(chat.status).to_contain_text("T-100001")
        console = logged_in(sanne, viewport)
        console.take_over("T-100001")
        console.close_ticket("Niet opgelost")
        desk.manage("shell", "--command", _COLLECT)
        return console

    return log_in


@SIZES
def test_every_plot_has_its_table(
    supervisor: Callable[..., Console], viewport: dict[str, int], shoot: Callable[[Page, str], None]
) -> None:
    console = supervisor(viewport)
    console.open_menu()
    page = console.page
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.get_by_role("link", name="Cijfers").click()
    expect(page.get_by_role("heading", name="Cijfers")).to_be_visible()
    plots = page.locator("canvas[role=img]")
    expect(plots).to_have_count(4)
    for plot in plots.all():
        table = plot.locator("xpath=ancestor::section").get_by_role("table")
        expect(table).to_be_visible()
        drawn = plot.evaluate(
            "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(Boolean)"
        )
        assert drawn
    expect(page.get_by_role("row", name="Verzoeken om een mens 1 0")).to_be_visible()
    expect(
        page.get_by_role("row", name="Opgelost volgens de medewerker 0,0 % (0 van 1) onbekend")
    ).to_be_visible()
    check(page)
    shoot(page, f"console-figures-{viewport['width']}")
    assert refused == []


def test_a_period_is_chosen_by_keyboard_and_a_mistake_stays(supervisor: Callable[..., Console]) -> None:
    console = supervisor()
    page = console.page
    page.goto(f"{console.url}cijfers/")
    tab_to(page, "Laatste 7 dagen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("naast de 7 dagen daarvoor")).to_be_visible()
    page.get_by_label("Van", exact=True).fill("2030-01-01")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Kies twee dagen")
    expect(page.get_by_label("Van", exact=True)).to_have_value("2030-01-01")
    check(page)


def test_a_table_is_saved_as_a_file(supervisor: Callable[..., Console]) -> None:
    console = supervisor()
    console.page.goto(f"{console.url}cijfers/")
    with console.page.expect_download() as saved:
        console.page.get_by_role("link", name="Per dag als CSV").click()
    assert saved.value.suggested_filename.startswith("cijfers-dagen-")
    assert saved.value.path().read_bytes().startswith(b"\xef\xbb\xbfDag;")


@SIZES
def test_avoidable_contact_of_this_week(
    supervisor: Callable[..., Console], viewport: dict[str, int], shoot: Callable[[Page, str], None]
) -> None:
    console = supervisor(viewport)
    console.open_menu()
    page = console.page
    page.get_by_role("link", name="Cijfers").click()
    page.get_by_role("link", name="Te voorkomen contact, per week").click()
    page.get_by_role("link", name="Week erna").click()
    expect(page.get_by_role("heading", name="Niet herkend")).to_be_visible()
    expect(page.get_by_role("row", name="Niet opgegeven 1")).to_be_visible()
    check(page)
    shoot(page, f"console-feedback-{viewport['width']}")
    page.get_by_label("Week (bijvoorbeeld").fill("volgende")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Dit is geen week")
    expect(page.get_by_label("Week (bijvoorbeeld")).to_have_value("volgende")
    check(page)
