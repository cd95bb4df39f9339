"""Reads the assistant's records from RabbitMQ, some at a time."""

from __future__ import annotations

import logging
import time

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from turnlog.incoming import store

logger = logging.getLogger(__name__)

# As `turn_events/broker.py` declares them; either side may be the first.
EXCHANGE = "aanspreekpunt"
QUEUE = "aanspreekpunt.turns"
MOST_AT_ONCE = 500
# Far under the time for which a job is one process's own (`jobs.runner.LEASE_SECONDS`).
LONGEST_SECONDS = 10.0
_PATIENCE_SECONDS = 5.0


class BrokerSilent(Exception):
    """RabbitMQ cannot be used. The text names the kind of failure."""


def take_in(url: str) -> int:
    """Keep what is in the queue now, for at most `LONGEST_SECONDS`.

    A record leaves the queue after it was committed, so a process that dies in between leaves it to the next.

    Returns:
        How many messages left the queue.

    Raises:
        BrokerSilent: RabbitMQ cannot be reached.
    """
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = parameters.stack_timeout = _PATIENCE_SECONDS
    parameters.blocked_connection_timeout = _PATIENCE_SECONDS
    parameters.connection_attempts = 1
    try:
        connection = pika.BlockingConnection(parameters)
    except (AMQPError, OSError) as error:
        raise BrokerSilent(type(error).__name__) from error
    try:
        return _drain(connection.channel())
    except AMQPError as error:
        raise BrokerSilent(type(error).__name__) from error
    finally:
        if connection.is_open:
            connection.close()


def _drain(channel: BlockingChannel) -> int:
    channel.exchange_declare(EXCHANGE, "fanout")
    channel.queue_declare(QUEUE, durable=True)
    channel.queue_bind(QUEUE, EXCHANGE)
    end = time.monotonic() + LONGEST_SECONDS
    taken = 0
    while time.monotonic() < end:
        bodies, last = _batch(channel)
        if not bodies:
            break
        refused = store(bodies)
        if refused:
            logger.warning("%s messages in the queue %s are no records of turns", refused, QUEUE)
        channel.basic_ack(last, multiple=True)
        taken += len(bodies)
    return taken


def _batch(channel: BlockingChannel) -> tuple[list[bytes], int]:
    bodies: list[bytes] = []
    last = 0
    while len(bodies) < MOST_AT_ONCE:
        method, _, body = channel.basic_get(QUEUE)
        if method is None or body is None:
            break
        bodies.append(body)
        last = method.delivery_tag or last
    return bodies, last
