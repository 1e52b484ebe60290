from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = "API"

    def ready(self) -> None:
        from api import leaving, schema_extensions  # noqa: F401, PLC0415 - register themselves
