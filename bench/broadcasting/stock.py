"""What is in the database for each number of users."""

from django.db import connection

USERS = """
    INSERT INTO accounts_user (
        password, is_superuser, username, name, is_staff, is_active, date_joined, email,
        time_zone, usercode, avatar
    )
    SELECT '!', false, 'person' || number, '', false, true, now() - interval '1 year',
        'person' || number || '@example.com', 'UTC', lpad(number::text, 6, '0'), ''
    FROM generate_series(1, %s - 1) AS number
"""
INBOXES = """
    INSERT INTO notifications_inbox (user_id, head, version, announcements_seen)
    SELECT id, 1, 1, %s FROM accounts_user
"""
ENTRIES = """
    INSERT INTO notifications_notification (
        user_id, number, event, title, body, level, url, panel, thread, together, count, folded,
        announcement_id, created_at, read_at
    )
    SELECT id, 1, 'broadcast', %s, '', 'info', '', '', '', '', 1, false, %s, now(),
        CASE WHEN id %% 2 = 0 THEN now() END
    FROM accounts_user
"""


def fill(users: int) -> None:
    """So many, the first of whom is staff, with an earlier broadcast in everybody's inbox."""
    from bench.broadcasting.acts import publish  # noqa: PLC0415 - models are there only now
    from tests.factories import make_user  # noqa: PLC0415

    earlier = publish(make_user("staff", is_staff=True, is_superuser=True), "Earlier")
    with connection.cursor() as cursor:
        cursor.execute(USERS, [users])
        cursor.execute(INBOXES, [earlier.number])
        cursor.execute(ENTRIES, [earlier.title, earlier.pk])
        cursor.execute("VACUUM ANALYZE")
