"""Very many rows, fast."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, models


def store_copies(row: models.Model, count: int, columns: Mapping[str, str], **values: Any) -> None:
    """Insert copies of `row`, which differ in these columns: expressions of SQL over `number`, which runs
    from 1, and the `values`. PostgreSQL knows its statistics afterwards."""
    names = [str(field.column) for field in row._meta.concrete_fields if not field.primary_key]
    expressions = ", ".join(columns.get(name, f'"{name}"') for name in names)
    table, quoted = row._meta.db_table, ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({quoted}) SELECT {expressions} "
            f"FROM {table}, generate_series(1, %(count)s) AS number WHERE id = %(row)s",
            {"count": count, "row": row.pk, **values},
        )
        cursor.execute(f"VACUUM ANALYZE {table}")
