"""An assistant on a real socket that answers, and fails, as a test tells it."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

LONGEST_WAIT_SECONDS = 20


@dataclass
class Reply:
    """What is sent back.

    Attributes:
        body: JSON value, or bytes as they are.
        status: HTTP status.
        cut: close the connection instead of answering.
        wait_for: answer when this is set.
        drip: send the headers and then nothing, until `wait_for` is set.
    """

    body: Any = None
    status: int = 200
    cut: bool = False
    wait_for: threading.Event | None = None
    drip: bool = False


def says(*texts: str, buttons: list[dict[str, str]] | None = None) -> Reply:
    """Ordinary answers; the buttons go with the last one."""
    body: list[dict[str, Any]] = [{"recipient_id": "x", "text": text} for text in texts]
    if buttons is not None:
        body[-1]["buttons"] = buttons
    return Reply(body)


class FakeRasa:
    """Rasa's REST channel.

    Attributes:
        url: base address.
        requests: the bodies that came in on the chat channel, in order.
        parsed: the texts that were only to be understood, in order.
        intents: what is understood, by text; anything else is `nlu_fallback`.
        reply: makes the reply to one body; by default an echo.
        arrived: set at every request.
    """

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.parsed: list[str] = []
        self.intents: dict[str, str] = {}
        self.parse: Callable[[dict[str, Any]], Reply] = self._understood
        self.reply: Callable[[dict[str, Any]], Reply] = lambda body: says(f"Antwoord op: {body['message']}")
        self.arrived = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True).start()

    @property
    def messages(self) -> list[str]:
        """The texts that came in."""
        return [request["message"] for request in self.requests]

    def _understood(self, body: dict[str, Any]) -> Reply:
        name = self.intents.get(body["text"], "nlu_fallback")
        return Reply({"text": body["text"], "intent": {"name": name, "confidence": 0.9}, "entities": []})

    def stop(self) -> None:
        """Stop listening: the next connection is refused."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if urlsplit(self.path).path == "/model/parse":
                    fake.parsed.append(body["text"])
                    reply = fake.parse(body)
                else:
                    assert self.path == "/webhooks/rest/webhook"
                    fake.requests.append(body)
                    reply = Reply([]) if body["message"] == "/session_start" else fake.reply(body)
                    fake.arrived.set()
                content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                if reply.wait_for and not reply.drip:
                    reply.wait_for.wait(LONGEST_WAIT_SECONDS)
                if reply.cut:
                    self.close_connection = True
                    self.connection.shutdown(2)
                    return
                self.send_response(reply.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if reply.wait_for and reply.drip:
                    reply.wait_for.wait(LONGEST_WAIT_SECONDS)
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the desk stopped waiting
                    self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        return Handler
