from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "console"

    def ready(self) -> None:
        """Let this process's own changes reach the open pages at once."""
        from console import watch

        watch.connect()
