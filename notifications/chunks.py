"""Users some hundred at a time: what one statement, or one call of Redis, is asked about."""

from collections.abc import Iterable, Iterator

USERS_AT_ONCE = 500


def chunks(users: Iterable[int]) -> Iterator[list[int]]:
    listed = list(users)
    for start in range(0, len(listed), USERS_AT_ONCE):
        yield listed[start : start + USERS_AT_ONCE]
