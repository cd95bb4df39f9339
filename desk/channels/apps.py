from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "channels"

    def ready(self) -> None:
        """Queue what is said on messaging channels; look at their settings when the desk starts."""
        from channels import answers, capture, checks, gauges  # noqa: F401 - the answers register themselves

        capture.connect()
        checks.register()
        gauges.register()
