from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TasksConfig(AppConfig):
    name = "tasks"

    def ready(self) -> None:
        from tasks import connections, leaving  # noqa: F401, PLC0415 - connect their receivers

        autodiscover_modules("kinds", "asking")
