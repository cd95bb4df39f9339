from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        """Let changes of this process ring its streams."""
        from conversations.hub import connect

        connect()
