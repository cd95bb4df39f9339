from django.apps import AppConfig


class CannedConfig(AppConfig):
    name = "canned"

    def ready(self) -> None:
        """Changes of replies stand in the audit log: everybody's are said to customers in the organisation's name."""
        from auditlog.registry import auditlog

        from canned.models import CannedReply

        auditlog.register(CannedReply, exclude_fields=["changed_at"])
