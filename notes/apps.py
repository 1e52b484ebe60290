from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "notes"

    def ready(self) -> None:
        from notes import leaving  # noqa: F401, PLC0415 - connects its receiver
        from notes.exporting import expiry  # noqa: F401, PLC0415 - and its
        from notes.models import Note  # noqa: PLC0415 - models are not there before
        from reminders.door import remindable  # noqa: PLC0415 - this neither

        remindable(Note)
