"""The example for nginx in docs/voor-beheerders.md, in front of a real desk with nothing set but its public address."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator

import httpx
import pytest
from tests.desk.fake_rasa import FakeRasa
from tests.support.certificate import make_certificate
from tests.support.desk_server import DeskServer
from tests.support.product import ROOT, free_ports

pytestmark = pytest.mark.servers
NAME = "balie.uw-organisatie.nl"
# All else that nginx wants: files of its own, and no rights that a test lacks.
FRAME = """
daemon off; error_log stderr; pid {folder}/nginx.pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {example}
}}
"""


def example() -> str:
    """The indented block under the heading nginx."""
    page = (ROOT / "docs" / "voor-beheerders.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("\n### nginx\n")
    found = re.search(r"(?:^    .*\n)+", rest, re.MULTILINE)
    assert found
    return found[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, DeskServer, ssl.SSLContext]]:
    """The address of the site, the desk behind it, and what trusts its certificate."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    tls, plain = free_ports(2)
    address = f"https://localhost:{tls}"
    assistant = FakeRasa()
    desk = DeskServer(tmp_path_factory.mktemp("desk"), assistant.url, DESK_PUBLIC_URL=address)
    desk.start()
    certificate = make_certificate(folder)
    changed = {
        NAME: "localhost",
        "listen 443 ssl": f"listen 127.0.0.1:{tls} ssl",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "http://127.0.0.1:8000": desk.url,
    }
    text = re.sub(r"/etc/letsencrypt/\S+/fullchain.pem", str(certificate), example())
    text = re.sub(r"/etc/letsencrypt/\S+/privkey.pem", str(folder / "key.pem"), text)
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new)
    configuration = folder / "nginx.conf"
    configuration.write_text(FRAME.format(folder=folder, example=text), encoding="utf-8")
    if os.geteuid() == 0:
        # Its workers are somebody else, who must be able to keep a large body in these folders.
        configuration.write_text(f"user root; {configuration.read_text(encoding='utf-8')}", encoding="utf-8")
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(configuration)])
    trust = ssl.create_default_context(cafile=str(certificate))
    try:
        _wait_for(f"{address}/healthz", trust, process)
        yield address, desk, trust
    finally:
        process.terminate()
        process.wait(30)
        desk.stop()
        assistant.stop()


def _wait_for(url: str, trust: ssl.SSLContext, process: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    for _ in range(600):
        try:
            assert httpx.get(url, verify=trust).status_code == 200
            return
        except httpx.ConnectError:
            assert process.poll() is None, "nginx ended"
            pause.wait(0.1)  # it gives no sign when it listens
    raise AssertionError("nginx does not listen")


@pytest.fixture
def browser(site: tuple[str, DeskServer, ssl.SSLContext]) -> Iterator[httpx.Client]:
    """A visitor from another address than the proxy's."""
    address, _, trust = site
    transport = httpx.HTTPTransport(verify=trust, local_address="127.0.0.2")
    with httpx.Client(base_url=address, transport=transport, timeout=60) as client:
        yield client


def test_an_employee_logs_in_from_their_own_address(
    site: tuple[str, DeskServer, ssl.SSLContext], browser: httpx.Client
) -> None:
    _, desk, _ = site
    name, password = desk.add_employee("anna", "Anna")
    page = browser.get("/balie/inloggen/")
    assert page.status_code == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    form = {"csrfmiddlewaretoken": token[1], "username": name, "password": password}
    sent = browser.post("/balie/inloggen/", data=form, headers={"Origin": str(browser.base_url)})
    assert sent.status_code == 302, sent.text
    assert browser.get("/balie/").status_code in {200, 302}
    program = (
        "from auditlog.models import LogEntry\n"
        "print(*LogEntry.objects.filter(additional_data__event='logged_in').values_list('remote_addr', flat=True))"
    )
    assert desk.manage("shell", "-v0", "-c", program).split() == ["127.0.0.2"]


def test_a_customer_hears_at_once_what_is_said(browser: httpx.Client) -> None:
    begun = browser.post("/api/webchat/conversations").json()
    browser.headers["Authorization"] = f"Bearer {begun['token']}"
    # It stays open for minutes: a proxy that kept it back would let nothing through before the time limit.
    with browser.stream("GET", "/api/webchat/stream", params={"after": 0}) as stream:
        assert any(line.startswith("data: ") and '"text"' in line for line in stream.iter_lines())


def test_what_a_channel_sends_is_not_too_large_for_the_proxy(browser: httpx.Client) -> None:
    refused = browser.post("/webhooks/telegram", content=b" " * (4 * 1024 * 1024 - 1))
    assert refused.status_code == 404  # the desk itself: this channel is off


def test_another_name_is_refused(site: tuple[str, DeskServer, ssl.SSLContext], browser: httpx.Client) -> None:
    assert browser.get("/balie/inloggen/", headers={"Host": "elders.example"}).status_code == 400


def test_the_parts_on_the_machine_reach_the_desk_without_the_proxy(
    site: tuple[str, DeskServer, ssl.SSLContext],
) -> None:
    _, desk, _ = site
    assert httpx.get(f"{desk.url}/healthz").status_code == 200
