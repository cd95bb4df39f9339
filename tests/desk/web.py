"""A customer of the web chat, through Django's test client."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

JSON = "application/json"


class Customer:
    """Holds one conversation's token."""

    def __init__(self, client: Client) -> None:
        self.client = client
        body = client.post("/api/webchat/conversations", content_type="application/json").json()
        self.conversation: str = body["conversation"]
        self.token: str = body["token"]

    @property
    def headers(self) -> dict[str, str]:
        """What every call carries."""
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, path: str, body: Any, content_type: str = JSON) -> Any:
        """A POST below `/api/webchat/`; bytes and text go as they are."""
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.post(f"/api/webchat/{path}", data, content_type=content_type, headers=self.headers)

    def send(self, text: Any, client_id: Any = "a") -> Any:
        """Send one message."""
        return self.post("messages", {"client_id": client_id, "text": text})

    def read(self, after: Any = 0) -> Any:
        """Everything after a message."""
        return self.client.get("/api/webchat/messages", {"after": after}, headers=self.headers)

    def human(self) -> Any:
        """Press the human button."""
        return self.post("human", {})
