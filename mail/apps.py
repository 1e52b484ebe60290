from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "mail"

    def ready(self) -> None:
        from mail import checks, leaving, receivers  # noqa: F401, PLC0415 - connects them
