"""How soon a message is on the other side's stream, with web processes that share only a database.

    .venv/desk/bin/python -m benchmarks.live_chat [messages]

A customer posts at one web process and listens at another, as when a proxy spreads them; the turn's answers are not counted.
Prints the 50th and 95th percentile and the longest time in milliseconds, from the call to the event.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

from tests.desk.fake_rasa import FakeRasa
from tests.desk.processes import Browser, Installation

_PATIENCE_SECONDS = 60


def main(count: int) -> None:
    """Measure this many messages."""
    rasa = FakeRasa()
    with tempfile.TemporaryDirectory() as folder:
        desk = Installation(Path(folder), rasa.url)
        try:
            same, other = desk.web()[0], desk.web()[0]
            for name, url in (("one process", same), ("two processes", other)):
                _report(name, _measure(Browser(same), url, count))
        finally:
            desk.stop()
            rasa.stop()


def _measure(customer: Browser, url: str, count: int) -> list[float]:
    seen: dict[str, float] = {}
    arrived = threading.Condition()
    ready = threading.Event()

    def listen() -> None:
        address = f"{url}/api/webchat/stream"
        with httpx.stream("GET", address, headers=customer.headers, timeout=_PATIENCE_SECONDS) as response:
            for line in response.iter_lines():
                ready.set()
                text = json.loads(line[6:]).get("text") if line.startswith("data: ") else None
                if text:
                    with arrived:
                        seen[text] = time.perf_counter()
                        arrived.notify()
                if text == f"bericht {count - 1}":
                    return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    ready.wait(_PATIENCE_SECONDS)
    customer.post("human", {})  # so that no answer of the assistant comes in between
    taken = []
    for number in range(count):
        text = f"bericht {number}"
        began = time.perf_counter()
        customer.send(text, text)
        with arrived:
            if not arrived.wait_for(lambda text=text: text in seen, _PATIENCE_SECONDS):  # type: ignore[misc]
                raise SystemExit(f"{text} never came")
        taken.append(seen[text] - began)
    listener.join(_PATIENCE_SECONDS)
    return taken


def _report(name: str, taken: list[float]) -> None:
    milliseconds = sorted(seconds * 1000 for seconds in taken)
    cuts = statistics.quantiles(milliseconds, n=20)
    print(
        f"{name}: {len(taken)} messages, p50 {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms, longest {milliseconds[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
