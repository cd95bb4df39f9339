from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        """Let every app register its periodic work: its module `jobs`."""
        autodiscover_modules("jobs")
