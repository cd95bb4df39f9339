"""A server that behaves as Zammad's documentation of its REST API says, and fails as a test tells it.

Documentation: https://docs.zammad.org/en/latest/api/ (intro, ticket/index, ticket/articles, user). A search with a `query`
knows only what was there before the test, as an index that is behind; one with a `condition` knows everything.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "zammad-sleutel-van-de-test"
GROUP = "Klantenservice"
_LONGEST_WAIT_SECONDS = 60


@dataclass
class Mishap:
    """What goes wrong with one request.

    Attributes:
        method, path: of the request; the path's beginning.
        status, headers, body: what is answered.
        acts: do what was asked before going wrong.
        cut: close the connection: `before` the answer or `halfway` its body.
        reached: set when it gets here.
        wait_for: do not answer before this is set.
        times: how many requests.
    """

    method: str
    path: str
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"error": "klant@voorbeeld.example is de klant"}'
    acts: bool = False
    cut: str = ""
    reached: threading.Event | None = None
    wait_for: threading.Event | None = None
    times: int = 1


class FakeZammad:
    """One Zammad with one group and one agent's token.

    Attributes:
        url: base address.
        tickets, users: by id. A ticket's `articles` are in it.
        requests: method and path of all requests, in order.
        mishaps: what goes wrong, first come first served.
    """

    def __init__(self) -> None:
        self.tickets: dict[int, dict[str, Any]] = {}
        self.users: dict[int, dict[str, Any]] = {1: {"id": 1, "email": "agent@zammad.example"}}
        self.requests: list[tuple[str, str]] = []
        self.mishaps: list[Mishap] = []
        self._lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def made(self) -> int:
        """How many tickets there are."""
        return len(self.tickets)

    def subjects(self, ticket_id: int = 1) -> list[str]:
        """Subjects of a ticket's articles, in order."""
        return [article["subject"] for article in self.tickets[ticket_id]["articles"]]

    def answer(self, method: str, target: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Status and JSON of one request that goes well."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = parts.path.removeprefix("/api/v1/")
        with self._lock:
            match method, path.split("/"):
                case "GET", ["tickets", "search"]:
                    return 200, self._search(query)
                case "POST", ["tickets"]:
                    return self._create(body)
                case "PUT", ["tickets", number] if int(number) in self.tickets:
                    return self._update(self.tickets[int(number)], body)
                case "GET", ["ticket_articles", "by_ticket", number] if int(number) in self.tickets:
                    return 200, self.tickets[int(number)]["articles"]
                case "POST", ["tags", "add"] if int(body["o_id"]) in self.tickets:
                    return self._add_tag(self.tickets[int(body["o_id"])], body["item"])
                case "GET", ["users", "search"]:
                    return 200, [user for user in self.users.values() if query["query"] in user["email"]]
                case "POST", ["users"]:
                    return self._create_user(body["email"])
        return 404, {"error": "Couldn't find object"}

    def _search(self, query: dict[str, str]) -> Any:
        if query.get("query"):
            return []
        assert query["condition[ticket.title][operator]"] == "contains"
        wanted = query["condition[ticket.title][value]"]
        return [
            {name: value for name, value in ticket.items() if name != "articles"}
            for ticket in self.tickets.values()
            if wanted in ticket["title"]
        ]

    def _create(self, body: dict[str, Any]) -> tuple[int, Any]:
        if body["group"] != GROUP:
            return 422, {"error": f"No lookup value found for 'group': {body['group']!r}"}
        key = len(self.tickets) + 1
        ticket = {name: value for name, value in body.items() if name != "article"}
        ticket |= {"id": key, "number": f"22{key:03}", "state": "new", "articles": []}
        address = body["customer_id"].removeprefix("guess:").lower()
        known = [user["id"] for user in self.users.values() if user["email"] == address]
        ticket["customer_id"] = known[0] if known else self._create_user(address)[1]["id"]
        self.tickets[key] = ticket
        self._add_article(ticket, body["article"])
        return 201, {name: value for name, value in ticket.items() if name != "articles"}

    def _update(self, ticket: dict[str, Any], body: dict[str, Any]) -> tuple[int, Any]:
        ticket |= {name: value for name, value in body.items() if name != "article"}
        if "article" in body:
            self._add_article(ticket, body["article"])
        return 200, {name: value for name, value in ticket.items() if name != "articles"}

    def _add_tag(self, ticket: dict[str, Any], tag: str) -> tuple[int, Any]:
        tags = ticket["tags"].split(",")
        ticket["tags"] = ",".join(tags if tag in tags else [*tags, tag])
        return 201, True

    def _add_article(self, ticket: dict[str, Any], article: dict[str, Any]) -> None:
        ticket["articles"].append({"id": 100 * ticket["id"] + len(ticket["articles"]), **article})

    def _create_user(self, address: str) -> tuple[int, Any]:
        if any(user["email"] == address for user in self.users.values()):
            return 422, {"error": f"Email address '{address}' is already used for another user."}
        key = len(self.users) + 1
        self.users[key] = {"id": key, "email": address.lower()}
        return 201, self.users[key]

    def _mishap(self, method: str, path: str) -> Mishap | None:
        with self._lock:
            for mishap in self.mishaps:
                if mishap.method == method and path.startswith(f"/api/v1/{mishap.path}") and mishap.times:
                    mishap.times -= 1
                    return mishap
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(length)) if length else {}
                fake.requests.append((self.command, urlsplit(self.path).path))
                mishap = fake._mishap(self.command, self.path)
                if self.headers.get("Authorization") != f"Token token={TOKEN}":
                    return self._reply(401, b'{"error": "Invalid token"}', {})
                if mishap is None or mishap.acts:
                    status, value = fake.answer(self.command, self.path, body)
                    content = json.dumps(value).encode()
                if mishap is None:
                    return self._reply(status, content, {})
                if mishap.reached:
                    mishap.reached.set()
                if mishap.wait_for:
                    mishap.wait_for.wait(_LONGEST_WAIT_SECONDS)
                if mishap.cut == "before":
                    self.close_connection = True
                    self.connection.shutdown(2)
                    return None
                if mishap.cut == "halfway":
                    self.close_connection = True
                    return self._reply(200, b'{"id": 1, "numb', {}, length=4000)
                return self._reply(mishap.status, mishap.body, mishap.headers)

            do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the library's names

            def _reply(
                self, status: int, content: bytes, headers: dict[str, str], length: int | None = None
            ) -> None:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the desk stopped waiting
                    self.send_response(status)
                    for name, value in {"Content-Type": "application/json", **headers}.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content) if length is None else length))
                    self.end_headers()
                    self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        return Handler


@contextlib.contextmanager
def running() -> Iterator[FakeZammad]:
    """One that listens until the context ends."""
    server = FakeZammad()
    yield server
    server.stop()
