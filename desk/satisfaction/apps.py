from typing import Any

from django.apps import AppConfig


class SatisfactionConfig(AppConfig):
    name = "satisfaction"

    def ready(self) -> None:
        """Look at what customers write, once it has been answered."""
        from turns.signals import turn_settled

        turn_settled.connect(_look, dispatch_uid="satisfaction")


def _look(sender: Any, message: Any, **kwargs: Any) -> None:
    from satisfaction.assistant import ask_after_goodbye

    ask_after_goodbye(message)
