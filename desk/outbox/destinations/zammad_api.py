"""The parts of Zammad's REST API that the desk uses.

Facts are from Zammad's documentation, https://docs.zammad.org/en/latest/api/ (`intro`, `ticket/index`, `ticket/articles`,
`ticket/tags`, `user`): the token travels as `Authorization: Token token=…`; a ticket is made with its first article, and
`customer_id: "guess:<address>"` makes the customer when there is none; `PUT` changes a ticket and adds an article in one
call; `expand=true` gives lists of whole objects.

Finding a ticket again right after its making is the one thing that the documentation leaves open. Zammad's source
(`app/models/concerns/can_search.rb`) tells that a search with a `query` goes to Elasticsearch, which knows a new ticket only
after a while, and that one with a `condition` alone asks the database, which knows it at once. So a `condition` it is.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings

from outbox.http import Answer, Exchange
from outbox.problems import DeliveryProblem

_FEW = 10


class ZammadApi:
    """Calls of one attempt. Each raises `DeliveryProblem` when Zammad does not do what is asked."""

    def __init__(self, exchange: Exchange) -> None:
        """Calls go through `exchange`, which carries the token."""
        self._exchange = exchange

    def ticket_with(self, reference: str) -> dict[str, Any] | None:
        """The ticket whose title holds this reference, or None. Of several, the oldest."""
        answer = self._get(
            "tickets/search",
            {
                "condition[ticket.title][operator]": "contains",
                "condition[ticket.title][value]": reference,
                "limit": _FEW,
                "expand": "true",
            },
        )
        found = [ticket for ticket in _objects(answer, "Ticket") if reference in str(ticket.get("title"))]
        return min(found, key=_id_of, default=None)

    def create_ticket(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Make a ticket; the whole of it."""
        try:
            return _object(self._send("POST", "tickets", fields))
        except DeliveryProblem as problem:
            if problem.name == "refused":
                # 422: of all that we send, the group is what an installation fills in itself.
                raise DeliveryProblem("unknown_group", str(fields["group"]), is_final=True) from problem
            raise

    def update_ticket(self, ticket_id: str, fields: dict[str, Any]) -> None:
        """Change a ticket; an `article` among the fields is added to it."""
        _object(self._send("PUT", f"tickets/{quote(ticket_id, safe='')}", fields))

    def add_tag(self, ticket_id: str, tag: str) -> None:
        """Put a tag on a ticket; one that it has stays."""
        self._send("POST", "tags/add", {"item": tag, "object": "Ticket", "o_id": ticket_id})

    def article_subjects(self, ticket_id: str) -> set[str]:
        """The subjects of a ticket's articles."""
        answer = self._get(f"ticket_articles/by_ticket/{quote(ticket_id, safe='')}", {})
        return {str(article.get("subject")) for article in _objects(answer, "TicketArticle")}

    def customer_id(self, address: str) -> int:
        """The id of the customer with this address, made when there is none."""
        answer = self._get("users/search", {"query": address, "limit": _FEW, "expand": "true"})
        for user in _objects(answer, "User"):
            if str(user.get("email")).lower() == address.lower():
                return _id_of(user)
        try:
            return _id_of(
                _object(self._send("POST", "users", {"email": address, "firstname": "", "lastname": ""}))
            )
        except DeliveryProblem as problem:
            if problem.name == "refused":
                # There is one, and the search does not know it yet.
                raise DeliveryProblem("not_found_yet", problem.detail) from problem
            raise

    def _get(self, path: str, parameters: dict[str, Any]) -> Answer:
        return _checked(path, self._exchange.request("GET", _url(path), changes=False, params=parameters))

    def _send(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        return _checked(path, self._exchange.request(method, _url(path), changes=True, json=body))


def _checked(path: str, answer: Answer) -> Answer:
    if answer.status == 404 and not any(letter.isdigit() for letter in path):
        # Not a ticket is missing, but the whole of Zammad.
        raise DeliveryProblem("wrong_address", str(answer.status))
    return answer.require_success()


def _url(path: str) -> str:
    return f"{settings.OUTBOX_ZAMMAD_URL}/api/v1/{path}"


def _object(answer: Answer) -> dict[str, Any]:
    value = answer.json()
    if not isinstance(value, dict) or not isinstance(value.get("id"), int):
        raise DeliveryProblem("not_json", is_uncertain=answer.changes)
    return value


def _objects(answer: Answer, kind: str) -> list[dict[str, Any]]:
    """The objects of a list; some versions of Zammad give them by id among the `assets`."""
    value = answer.json()
    if isinstance(value, dict) and isinstance(value.get("assets"), dict):
        value = list(value["assets"].get(kind, {}).values())
    if not isinstance(value, list) or not all(isinstance(item, dict) and "id" in item for item in value):
        raise DeliveryProblem("not_json", is_uncertain=answer.changes)
    return value


def _id_of(item: dict[str, Any]) -> int:
    return int(item["id"])
