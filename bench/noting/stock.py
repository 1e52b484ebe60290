"""Very many notes at once, some of which are those of one user."""

from django.db import connection

MOST_OF_ONE = 100_000
OTHERS = 200  # users who have the rest
RARE, COMMON, FOREIGN = "zanzibar", "weekly", "elsewhere"
RARE_NOTES = 12

# Of 5,000 words 40 in each body, then one that is in every note. A few of the user's have the rare one, and
# one that all notes of all others have.
NOTES = """
    INSERT INTO notes_note (owner_id, title, body, created_at, updated_at, archived_at, pinned_at)
    SELECT
        %(first)s + number %% %(owners)s, 'Minutes of meeting ' || number,
        E'# Agreed\n\n- **' || (
            SELECT string_agg('w' || (number * 7919 + step * 104729 * (1 + number %% 97)) %% 5000, ' ')
            FROM generate_series(1, 40) AS step
        ) || '** weekly' || CASE WHEN number %% %(every)s = 0 THEN ' zanzibar' ELSE '' END
        || CASE WHEN %(owners)s > 1 OR number %% %(every)s = 0 THEN ' elsewhere' ELSE '' END,
        now() - interval '1 year', now() - number * interval '1 minute',
        CASE WHEN number %% 10 = 0 THEN now() END, CASE WHEN number < 3 THEN now() END
    FROM generate_series(1::bigint, %(notes)s) AS number
"""
USERS = """
    INSERT INTO accounts_user (
        password, is_superuser, username, name, is_staff, is_active, date_joined, email,
        time_zone, usercode, avatar
    )
    SELECT '!', false, 'person' || number, '', false, true, now(), 'person' || number || '@example.com',
        'UTC', lpad(number::text, 6, '0'), ''
    FROM generate_series(1, %s) AS number
"""
TAGGED = """
    INSERT INTO notes_note_tags (note_id, tag_id)
    SELECT id, %s FROM notes_note WHERE owner_id = %s AND id %% %s = 0
"""


def fill(notes: int, most_of_one: int = MOST_OF_ONE) -> None:
    """Up to so many of them are those of `owner`, who has a tag on every second and one on few."""
    from notes.models import Tag  # noqa: PLC0415 - models are there only now
    from tests.factories import make_user  # noqa: PLC0415

    owner = make_user("owner")
    mine = min(notes, most_of_one)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX note_words")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        _write(first=owner.pk, owners=1, notes=mine, every=mine // RARE_NOTES)
        if notes > mine:
            cursor.execute(USERS, [OTHERS])
            _write(first=owner.pk + 1, owners=OTHERS, notes=notes - mine, every=mine)
        for name, every in (("often", 2), ("seldom", mine // RARE_NOTES)):
            cursor.execute(TAGGED, [Tag.objects.create(owner=owner, name=name, key=name).pk, owner.pk, every])
        cursor.execute("CREATE INDEX note_words ON notes_note USING gin (words) WITH (fastupdate = off)")
        cursor.execute("VACUUM ANALYZE")


def _write(**numbers: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NOTES, numbers)
