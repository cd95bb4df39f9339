from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "deadlines"

    def ready(self) -> None:
        """Follow the history of tickets, and what is said."""
        from deadlines import services

        services.connect()
