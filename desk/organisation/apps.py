from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "organisation"

    def ready(self) -> None:
        """Refuse to start without the facts that customers need when all else fails, or with settings that are wrong."""
        from organisation.loader import current
        from organisation.service import service

        current()
        service()
