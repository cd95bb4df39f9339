"""A small real HTTP server that answers as Rasa's REST channel does, for tests of what stands in front of it."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

QUESTION = "Wat is uw bestelnummer?"
ANSWER = "Uw bestelling is onderweg. Volg hem op https://www.lindenhof.example/volgen."
CHOICE = {"title": "Ik weet het niet", "payload": "/order_number_unknown"}


class RasaDouble:
    """Answers `POST /webhooks/rest/webhook`: a question with a button, an answer with a link, or an echo.

    Attributes:
        url: base address, for `RASA_URL`.
        heard: every message that came in, in order; `/session_start` left out.
        is_broken: answer with status 500 instead.
    """

    def __init__(self) -> None:
        """Listen on a free port."""
        self.heard: list[str] = []
        self.is_broken = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answers(self, message: str) -> list[dict[str, Any]]:
        """What is said to one message."""
        if message == "/session_start":
            return []
        self.heard.append(message)
        if "bestelling" in message.lower():
            return [{"text": QUESTION, "buttons": [CHOICE]}]
        if message.isdigit():
            return [{"text": ANSWER}]
        return [{"text": f"U schreef: {message}"}]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = 500 if double.is_broken else 200
                answers = [] if double.is_broken else double.answers(body["message"])
                for answer in answers:
                    answer["recipient_id"] = body["sender"]
                payload = json.dumps(answers).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, format: str, *args: Any) -> None:
                """Keep the test's output to the tests."""

        return Handler
