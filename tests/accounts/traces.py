"""What is found of somebody, wherever something is kept: in each table, in Redis, among the files."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from redis import Redis

from accounts.models import User

USERS = User._meta.db_table
WITHOUT_PEOPLE = {"django_migrations", "sqlite_sequence"}


def in_tables(pk: int, words: Iterable[str]) -> set[str]:
    """The columns, as "table.column", that name the user by their key, or hold one of the words."""
    small = [word.lower() for word in words]
    found = {place for place, value in _texts() if any(word in value for word in small)}
    return found | set(_keys(pk)) | set(_generic_keys(pk)) | set(_sessions(small))


def tables_with_rows() -> set[str]:
    return {table for table in _tables() if _rows(table)[1]}


def in_redis(server: Redis, words: Iterable[str]) -> set[str]:
    """The keys that are called so, or hold one of the words."""
    small = [word.lower().encode() for word in words]
    return {
        key.decode(errors="replace")
        for key in server.scan_iter(count=1000)
        if any(word in (key + _content_of(server, key)).lower() for word in small)
    }


def in_files(folder: Path, words: Iterable[str]) -> set[str]:
    small = [word.lower().encode() for word in words]
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    return {
        str(path.relative_to(folder))
        for path in files
        if any(word in (str(path).encode() + path.read_bytes()).lower() for word in small)
    }


def _content_of(server: Any, key: bytes) -> bytes:
    match server.type(key):
        case b"string":
            return bytes(server.get(key) or b"")
        case b"zset":
            return b" ".join(server.zrange(key, 0, -1))
        case b"list":
            return b" ".join(server.lrange(key, 0, -1))
        case b"set":
            return b" ".join(server.smembers(key))
        case b"hash":
            return b" ".join(part for pair in server.hgetall(key).items() for part in pair)
    return b""


def _tables() -> list[str]:
    return [name for name in connection.introspection.table_names() if name not in WITHOUT_PEOPLE]


def _rows(table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return [column[0] for column in cursor.description], cursor.fetchall()


def _texts() -> Iterator[tuple[str, str]]:
    for table in _tables():
        columns, rows = _rows(table)
        for row in rows:
            yield from (
                (f"{table}.{column}", str(value).lower()) for column, value in zip(columns, row, strict=True)
            )


def _keys(pk: int) -> Iterator[str]:
    for table in _tables():
        with connection.cursor() as cursor:
            relations = connection.introspection.get_relations(cursor, table)
        columns, rows = _rows(table)
        for column, target in relations.items():
            if target[1] == USERS and pk in [row[columns.index(column)] for row in rows]:
                yield f"{table}.{column}"


def _generic_keys(pk: int) -> Iterator[str]:
    """Of models that point at a row of any model: by its type and key."""
    about_users = ContentType.objects.get_for_model(User).pk
    for table in _tables():
        columns, rows = _rows(table)
        for kind, key in (("about_type_id", "about_id"), ("content_type_id", "object_id")):
            if {kind, key} <= set(columns):
                pairs = [(row[columns.index(kind)], str(row[columns.index(key)])) for row in rows]
                if (about_users, str(pk)) in pairs:
                    yield f"{table}.{key}"


def _sessions(words: Iterable[str]) -> Iterator[str]:
    """They are written down in a way of their own."""
    for session in Session.objects.all():
        if any(word in str(session.get_decoded()).lower() for word in words):
            yield "django_session.session_data"
