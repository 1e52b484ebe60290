from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from notifications import leaving, receivers  # noqa: F401, PLC0415 - models are there only now
        from notifications.web_push import vapid  # noqa: PLC0415

        vapid.require_well_formed()
