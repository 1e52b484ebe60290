from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "notes"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created  # noqa: PLC0415 - as those below

        from notes import leaving  # noqa: F401, PLC0415 - connects its receiver
        from notes.exporting import expiry  # noqa: F401, PLC0415 - and its
        from notes.models import Note  # noqa: PLC0415 - models are not there before
        from notes.searching.sqlite import teach_words  # noqa: PLC0415 - for what is below
        from reminders.door import remindable  # noqa: PLC0415 - this neither

        connection_created.connect(teach_words)
        remindable(Note)
