"""After a test that commits: Django's flush empties every table, full or not, and then makes all content
types and permissions anew, which takes longer than most of these tests."""

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

KEPT = {ContentType._meta.db_table, Permission._meta.db_table}  # what migrating made


def empty_all_tables() -> None:
    """Delete every row but those that migrating made. Foreign keys are checked at the end alone."""
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _not_empty(_tables() - KEPT):
            cursor.execute(f"DELETE FROM {quote(table)}")


def _tables() -> set[str]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in models if model._meta.managed and not model._meta.proxy}


def _not_empty(tables: Iterable[str]) -> list[str]:
    quote = connection.ops.quote_name
    looks = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quote(table)})" for table in sorted(tables))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(looks))
        return [table for (table,) in cursor.fetchall()]
