from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        """Write down what happens to accounts, and who logs in."""
        from audit import watch

        watch.connect()
