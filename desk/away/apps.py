from django.apps import AppConfig


class AwayConfig(AppConfig):
    name = "away"
