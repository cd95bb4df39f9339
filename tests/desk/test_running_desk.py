"""The desk over real HTTP, in several processes, some of which die."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import httpx
import pytest
from tests.desk.fake_rasa import LONGEST_WAIT_SECONDS, FakeRasa, Reply, says
from tests.desk.processes import Browser, Installation

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def assistant() -> Iterator[FakeRasa]:
    server = FakeRasa()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, assistant: FakeRasa) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("desk"), assistant.url)
    yield installation
    installation.stop()


@pytest.fixture(scope="module")
def web(installation: Installation) -> str:
    return installation.web()[0]


@pytest.fixture(autouse=True)
def as_usual(assistant: FakeRasa) -> None:
    """The assistant echoes again, whatever the test before this one made it do."""
    assistant.reply = lambda body: says(f"Antwoord op: {body['message']}")
    assistant.arrived.clear()


def test_a_customer_gets_an_answer_on_the_stream(web: str) -> None:
    browser = Browser(web)
    number = browser.send("hallo")
    assert browser.wait_for("Antwoord op: hallo", after=number)
    # A stream that begins later, from another id, has it as well.
    assert browser.wait_for("Antwoord op: hallo", after=0)


def test_a_stream_at_one_server_shows_what_another_wrote(web: str, installation: Installation) -> None:
    other, process = installation.web()
    browser = Browser(web)
    heard: list[list[str]] = []
    listener = threading.Thread(target=lambda: heard.append(browser.wait_for("Antwoord op: via", url=other)))
    listener.start()
    browser.send("via de eerste")
    listener.join(LONGEST_WAIT_SECONDS)
    assert heard
    process.terminate()
    assert process.wait(timeout=10) is not None


def test_a_message_whose_server_died_is_answered_by_the_worker(
    installation: Installation, assistant: FakeRasa
) -> None:
    url, process = installation.web()
    never = threading.Event()
    assistant.reply = lambda body: Reply([{"text": "te laat"}], wait_for=never)
    browser = Browser(url)
    number = browser.send("wordt dit bewaard?")
    assert assistant.arrived.wait(LONGEST_WAIT_SECONDS)
    process.send_signal(signal.SIGKILL)
    process.wait()

    assistant.reply = lambda body: says("Ja, dat is bewaard.")
    worker = installation.worker()
    url, process = installation.web()
    assert browser.wait_for("Ja, dat is bewaard.", after=number, url=url)
    never.set()
    for ending in (worker, process):
        ending.terminate()
        assert ending.wait(timeout=10) is not None


def test_ending_a_server_does_not_wait_for_streams_and_leaves_the_message(
    installation: Installation, assistant: FakeRasa
) -> None:
    url, process = installation.web()
    never = threading.Event()
    assistant.reply = lambda body: Reply([{"text": "te laat"}], wait_for=never)
    browser = Browser(url)
    number = browser.send("even wachten")
    assert assistant.arrived.wait(LONGEST_WAIT_SECONDS)
    stream_open = threading.Event()

    def listen() -> None:
        with httpx.stream(
            "GET", f"{url}/api/webchat/stream", headers=browser.headers, timeout=60
        ) as response:
            try:
                for _ in response.iter_lines():
                    stream_open.set()
            except httpx.HTTPError:
                return  # cut off, as it should be

    listener = threading.Thread(target=listen)
    listener.start()
    assert stream_open.wait(LONGEST_WAIT_SECONDS)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=10)
    listener.join(LONGEST_WAIT_SECONDS)
    assert not listener.is_alive()

    assistant.reply = lambda body: says("Daar zijn we weer.")
    worker = installation.worker()
    url, process = installation.web()
    assert browser.wait_for("Daar zijn we weer.", after=number, url=url)
    never.set()
    worker.terminate()
    process.terminate()


def test_a_body_that_is_too_large_is_413(web: str) -> None:
    browser = Browser(web)
    announced = browser.post("messages", {"client_id": "a", "text": "x" * 40_000})
    in_pieces = httpx.post(
        f"{web}/api/webchat/messages",
        content=(b" " * 1024 for _ in range(40)),
        headers={**browser.headers, "Content-Type": "application/json"},
    )
    for response in (announced, in_pieces):
        assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")
    assert browser.post("human", {}).status_code == 201


def test_the_largest_message_fits_however_it_is_written(web: str) -> None:
    body = '{"client_id": "a", "text": "' + r"\ud83d\ude00" * 2000 + '"}'
    browser = Browser(web)
    response = httpx.post(
        f"{web}/api/webchat/messages",
        content=body,
        headers={**browser.headers, "Content-Type": "application/json"},
    )
    assert response.status_code == 202


def test_pages_carry_a_strict_policy(web: str) -> None:
    headers = httpx.get(f"{web}/healthz").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_no_personal_number_reaches_the_disk(
    web: str, installation: Installation, assistant: FakeRasa
) -> None:
    bsn, iban, card = "123456782", "NL91ABNA0417164300", "4111111111111111"
    browser = Browser(web)
    browser.send(f"mijn bsn is {bsn}, rekening {iban}, kaart {card}, wachtwoord: Geheim99")
    assert browser.wait_for("[BSN]")
    # The same in every place where a message could be repeated by an error.
    browser.post("messages", {"client_id": "b", "text": 5, bsn: iban})
    httpx.get(f"{web}/api/webchat/{bsn}/{iban}")
    httpx.get(f"{web}/api/tickets/{bsn}")
    assistant.reply = lambda body: Reply(f"boom {bsn} {iban}".encode(), status=500)
    browser.send("nog iets", "c")
    assert browser.wait_for("T-1")
    written = installation.log.read_bytes()
    for file in installation.log.parent.glob("desk.sqlite3*"):
        written += file.read_bytes()
    for secret in (bsn, iban, card, "Geheim99"):
        assert secret.encode() not in written
    assert b"[BSN]" in written
