from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ListsConfig(AppConfig):
    name = "lists"

    def ready(self) -> None:
        """Let every app register the lists that the organisation edits: its module `lists`."""
        autodiscover_modules("lists")
