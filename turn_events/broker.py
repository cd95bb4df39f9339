"""Rasa's event broker for who sets `BROKER_URL`: one small record per turn, without a word of what was said.

Rasa's own RabbitMQ broker publishes every event with the customer's words, and does not let Rasa start without RabbitMQ.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import Any

from rasa.core.brokers.pika import PikaEventBroker
from rasa.utils.endpoints import EndpointConfig

from turn_events.record import Turn, begins, ends

logger = logging.getLogger(__name__)

EXCHANGE = "aanspreekpunt"
QUEUE = "aanspreekpunt.turns"
_PAUSE_SECONDS = 5.0
# Turns that have begun and not ended, of conversations that were broken off; the oldest go first.
_MOST_BEGUN = 10_000
# Records that wait for RabbitMQ to come back. They are statistics: a long outage may cost some.
_MOST_WAITING = 10_000


class TurnEvents(PikaEventBroker):
    """Publishes a record of each turn. RabbitMQ may be away, also at the start: the assistant answers all the same."""

    def __init__(self, url: str, **settings: Any) -> None:
        """Nothing is connected yet; `url` is `amqp://user:password@host:port/virtual-host`."""
        super().__init__(url, "", "", queues=[QUEUE], exchange_name=EXCHANGE, **settings)
        self._begun: OrderedDict[str, Turn] = OrderedDict()
        self._connecting: asyncio.Task[None] | None = None

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig | None, event_loop: Any = None
    ) -> TurnEvents | None:
        """The broker of `endpoints.yml`, connecting in the background."""
        if broker_config is None:
            return None
        broker = cls(broker_config.url)
        broker._connecting = asyncio.create_task(broker._connect_at_last())
        return broker

    def publish(self, event: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        """Take an event in; when it ends a turn, its record is sent."""
        sender = event.get("sender_id")
        if not isinstance(sender, str):
            return
        turn = begins(event)
        if turn is not None:
            self._begun[sender] = turn
            if len(self._begun) > _MOST_BEGUN:
                self._begun.popitem(last=False)
        elif sender in self._begun:
            self._begun[sender].note(event)
            if ends(event):
                self._send(self._begun.pop(sender).record(sender, event))

    def _send(self, record: dict[str, Any]) -> None:
        if self.is_ready() and self._exchange is not None:
            super().publish(record)
        elif len(self._unpublished_events) < _MOST_WAITING:
            self._unpublished_events.append(record)

    def _publish_unpublished_messages(self, *_: Any, **__: Any) -> None:
        # What cannot be sent comes back to the end, so only what is here now is tried.
        for _number in range(len(self._unpublished_events)):
            PikaEventBroker.publish(self, self._unpublished_events.popleft())

    async def _connect_at_last(self) -> None:
        self._connection_attempts = 1
        self._retry_delay_in_seconds = 0
        while True:
            try:
                await self.connect()
            except Exception as error:  # whatever it is, a broker must not keep the assistant from answering
                logger.warning(
                    "turns are not reported yet: RabbitMQ cannot be used (%s)", type(error).__name__
                )
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                self._publish_unpublished_messages()
                return

    def _configure_url(self) -> str:
        # Rasa's own puts user name and password in front of an address that has them already.
        return str(self.host)

    async def close(self) -> None:
        """Stop connecting, and close the connection."""
        if self._connecting is not None:
            self._connecting.cancel()
        await super().close()


__all__ = ["EXCHANGE", "QUEUE", "TurnEvents"]
