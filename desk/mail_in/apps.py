from django.apps import AppConfig


class MailInConfig(AppConfig):
    name = "mail_in"

    def ready(self) -> None:
        """Have employees' answers mailed; look at the settings when the desk starts."""
        from mail_in import answering, checks

        answering.connect()
        checks.register()
