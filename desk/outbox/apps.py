from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        """Queue what happens to tickets; look at the settings when the desk starts."""
        from outbox import capture, checks

        capture.connect()
        checks.register()
