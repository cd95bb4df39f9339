from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        """Let changes ring the streams of this process, and of the others when Redis is set up."""
        from conversations import fanout, hub

        hub.connect()
        fanout.connect()
