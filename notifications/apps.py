from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from notifications import receivers, vapid  # noqa: F401, PLC0415 - models are there only now

        vapid.require_well_formed()
