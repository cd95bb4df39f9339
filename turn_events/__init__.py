"""What the assistant tells the desk about its turns, through RabbitMQ (docs/contracts.md, section 9)."""

import log_privacy

log_privacy.install()
