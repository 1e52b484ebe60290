from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TasksConfig(AppConfig):
    name = "tasks"

    def ready(self) -> None:
        from tasks import connections  # noqa: F401, PLC0415 - connects its receiver

        autodiscover_modules("kinds", "asking")
