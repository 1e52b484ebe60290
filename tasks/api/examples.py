"""What programs may write, as the description of the API shows it."""

from drf_spectacular.utils import OpenApiExample

TASK_EXAMPLES = [
    OpenApiExample(
        "At once",
        request_only=True,
        value={"kind": "note.email", "params": {"note": 12, "recipients": ["anna@example.org"]}},
    ),
    OpenApiExample(
        "Every weekday",
        request_only=True,
        value={
            "kind": "reminder",
            "title": "Stand-up",
            "params": {"text": "Bring what you found out."},
            "crontab": "30 9 * * MON-FRI",
            "timezone": "Europe/Vienna",
        },
    ),
    OpenApiExample(
        "At one moment",
        request_only=True,
        value={
            "kind": "note.email",
            "title": "The minutes",
            "description": "For those who could not come.",
            "params": {"note": 12, "recipients": ["anna@example.org", "ben@example.net"]},
            "run_at": "2027-01-08T08:30:00+01:00",
        },
    ),
]
