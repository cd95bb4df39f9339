from django.apps import AppConfig


class CannedConfig(AppConfig):
    name = "canned"
