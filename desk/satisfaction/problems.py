"""Why an answer about satisfaction is not kept."""


class NotAsked(Exception):
    """There is no such question in this conversation, or it is not open (any more)."""


class AlreadyRated(Exception):
    """The customer has answered; the first answer counts."""
