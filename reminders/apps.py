from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "reminders"

    def ready(self) -> None:
        from reminders import leaving, receivers  # noqa: F401, PLC0415 - connects its receivers
