"""The worker's part in the records of turns."""

import logging

from django.conf import settings

from jobs.registry import periodic
from turnlog.rabbitmq import BrokerSilent, take_in

logger = logging.getLogger(__name__)


@periodic(seconds=2)
def take_in_turns() -> None:
    """What the assistant told since the last time, when RabbitMQ is set up."""
    if not settings.BROKER_URL:
        return
    try:
        take_in(settings.BROKER_URL)
    except BrokerSilent as silent:
        logger.info("what the assistant told of its turns is read later: %s", silent)
