from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        """Queue what happens to tickets; look at the settings when the desk starts; show the backlog to the operator."""
        from outbox import capture, checks, gauges

        capture.connect()
        checks.register()
        gauges.register()
