from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "organisation"

    def ready(self) -> None:
        """Refuse to start without the facts that customers need when everything else fails."""
        from organisation.loader import current

        current()
