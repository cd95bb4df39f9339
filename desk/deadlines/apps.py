from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "deadlines"

    def ready(self) -> None:
        """Follow the history of tickets."""
        from deadlines import services

        services.connect()
