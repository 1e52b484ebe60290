"""What has to be done for notes now and then."""

from celery import shared_task

from notes.exporting import expiry


@shared_task(name="notes.clean_up_exports")
def clean_up_exports() -> None:
    expiry.clean_up()
