"""What people choose about being reminded in the app; whether by e-mail is asked with each reminder."""

from notifications.door import Email, Event, register

EVENT = register(
    Event(
        "reminder",
        "A reminder",
        "What you asked to be reminded of.",
        email=Email.OFF,
        in_quiet_hours=True,
        fixed=(("in_app", "As the reminder says"), ("email", "As the reminder says")),
    )
)
