from django.apps import AppConfig


class MailInConfig(AppConfig):
    name = "mail_in"

    def ready(self) -> None:
        """Have employees' answers mailed; look at the settings at the start; show the operator whether mail is read."""
        from mail_in import answering, checks, watching

        answering.connect()
        checks.register()
        watching.register()
