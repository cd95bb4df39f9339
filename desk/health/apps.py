from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "health"

    def ready(self) -> None:
        """Count what happens in this process."""
        from health.metrics import connect

        connect()
