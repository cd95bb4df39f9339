from django.apps import AppConfig


class PresenceConfig(AppConfig):
    name = "presence"

    def ready(self) -> None:
        """Begin and end somebody's presence with the log-in."""
        from presence import activity

        activity.connect()
