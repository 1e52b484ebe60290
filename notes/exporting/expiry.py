"""How long exports are kept, and that no file outlasts its row."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import User
from notes.exporting.files import discard, discard_orphans
from notes.models import Export

KEPT_FOR = timedelta(days=7)
KEPT = 10  # of each person, the newest; a schedule could make one every minute
ROWS_PER_TRANSACTION = 200


def clean_up() -> None:
    """Delete exports that have expired, and files whose row is gone. Idempotent.

    Raises OSError when the storage is away; then the rest is found the next time.
    """
    while expired := list(Export.objects.expired().values_list("pk", flat=True)[:ROWS_PER_TRANSACTION]):
        Export.objects.filter(pk__in=expired).delete()
    discard_orphans()


def keep_the_newest(owner: User) -> None:
    """Delete what is older than the last `KEPT` of this person."""
    newest = Export.objects.visible_to(owner).order_by("-pk").values_list("pk", flat=True)[:KEPT]
    Export.objects.visible_to(owner).exclude(pk__in=list(newest)).delete()


@receiver(post_delete, sender=Export)
def delete_file(instance: Export, **_: Any) -> None:
    """With whatever deletes the row: its time, its task, its owner."""
    transaction.on_commit(partial(discard, instance.file_name), robust=True)
