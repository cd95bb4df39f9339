from django.apps import AppConfig


class TurnlogConfig(AppConfig):
    name = "turnlog"
