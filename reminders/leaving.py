"""What somebody would lose with their account of what reminds them. All of it goes with their tasks."""

from collections.abc import Iterator

from accounts.belongings import belongings, counted
from accounts.models import User
from reminders.models import CalendarFeed, Reminder


@belongings
def reminders(user: User) -> Iterator[str]:
    mine = Reminder.objects.visible_to(user)
    yield from counted(mine.count(), "reminder, which rings no more", "reminders, which ring no more")
    if CalendarFeed.objects.filter(user=user).exists():
        yield "The address under which calendar programs read your reminders"
