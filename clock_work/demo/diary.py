"""What happened in the demo: of every state of a task, of a reminder and of a notification there is one."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Unpack
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from clock_work.demo.clock import BERLIN, days_ago, every, in_days, minutes_ago, once
from clock_work.demo.past import happening
from clock_work.demo.people import DOMAIN, People
from mail.refusals import refuse
from notes.exporting.kind import KIND as EXPORT
from notes.kinds import KIND as EMAIL
from notes.models import Note
from notes.sending import send, title_of
from notifications.broadcasts.asking import ask
from notifications.door import notify
from notifications.inbox.marking import mark
from notifications.models import Broadcast, Notification, Settings
from reminders.door import Ways, remind
from reminders.models import Occurrence, Reminder
from tasks.door import schedule, start
from tasks.engine import execute
from tasks.models import Run, Task

Notes = dict[str, Note]
Entry = tuple[datetime, Callable[[], object]]  # when it happened, and what

NOWHERE = "nobody@nowhere.invalid"  # refused, as by any mail server
FLOORS, SIDES = ("first", "second", "third"), ("left", "right")
NEIGHBOURS = [f"{floor}-{side}@{DOMAIN}" for floor in FLOORS for side in SIDES]
STREET = [f"house-{number}@{DOMAIN}" for number in range(1, 61)]


def fill(people: People, notes: Notes) -> Run:
    """Everything, in the order in which it happened; gives the run that is left for people to watch."""
    entries = [*mailings(people, notes), *reminders(people, notes), *others(people)]
    for moment, happened in sorted(entries, key=lambda entry: entry[0]):
        with happening(moment):
            happened()
    tidy_inbox(people.demo)
    return email(notes["05-minutes"], STREET)


def mailings(people: People, notes: Notes) -> Iterator[Entry]:
    """E-mails of notes that went well, in part, or not at all, and exports."""
    demo, newsletter, minutes, soup = (
        people.demo,
        notes["06-newsletter"],
        notes["05-minutes"],
        notes["03-soup"],
    )
    yield days_ago(23, 18), lambda: carry_out(start(EXPORT, owner=demo, params={}))
    yield days_ago(22, 19), lambda: refuse(NEIGHBOURS[-1], demo)
    weekly: list[Task] = []
    members = [*NEIGHBOURS, people.friend.username]
    yield days_ago(22, 20), lambda: weekly.append(email_regularly(newsletter, members, "0 9 * * 1"))
    for days in (21, 14, 7):
        yield days_ago(days, 9), lambda: carry_out(weekly[0].run_now())
    some = [people.friend.username, *NEIGHBOURS[:3], NOWHERE]
    yield days_ago(5, 20), lambda: carry_out(email(minutes, some))
    yield days_ago(4, 12), lambda: email(soup, NEIGHBOURS).cancel()
    yield days_ago(3, 9), lambda: come_too_late(email(notes["04-backup"], [people.staff.username]))
    yield days_ago(3, 13), lambda: carry_out(email(soup, [people.friend.username]))
    monthly = every("0 10 1 * *")
    yield days_ago(2, 11), lambda: schedule(EXPORT, owner=demo, params={}, schedule=monthly).pause()


def reminders(people: People, notes: Notes) -> Iterator[Entry]:
    """To come, again and again, paused; and of those that rang: done, failed, overdue, snoozed, nagging."""
    demo, packing = people.demo, notes["01-packing-list"]
    daily, monthly, twice = every("30 8 * * 1-5"), every("0 10 1 * *"), every("0 7 * * 2,5")
    yield days_ago(15, 12), lambda: remind(demo, title="Stand-up", schedule=daily, email=False)
    yield days_ago(15, 13), lambda: remind(demo, title="Pay the rent", schedule=monthly, calendar=True)
    yield days_ago(15, 14), lambda: remind(demo, title="Running", schedule=twice, email=False).pause()
    eve = once(in_days(3, 18))
    yield days_ago(6, 10), lambda: remind(demo, title="Pack", schedule=eve, about=packing, text="By train.")
    yield ring(demo, days_ago(3, 17), "Take the bread out of the oven", Occurrence.acknowledge)
    yield ring(demo, days_ago(2, 12), "Tell all about the film night", recipients=[NOWHERE], in_app=False)
    yield ring(demo, days_ago(2, 17), "Bring the books back", text="Two of them, and the map.")
    tomorrow = in_days(1, 9)
    yield ring(demo, days_ago(1, 10), "Call the dentist", lambda rang: rang.snooze(tomorrow))
    yield ring(demo, days_ago(1, 20), "Take the medicine", nag_every=120)


def others(people: People) -> Iterator[Entry]:
    """What the friend wrote, and what staff had to say, once and again and again."""
    friend, staff = people.friend, people.staff
    private = {"title": "Only mine", "body": "Nobody else sees this."}
    yield days_ago(1, 15), lambda: Note.objects.create(owner=friend, **private)
    for user, minutes in ((friend, 12), (staff, 200)):
        Settings.objects.create(user=user, last_seen_at=minutes_ago(minutes))
    film = Broadcast(title="Film night on Friday", text="In the garden if it is dry. Bring a blanket.")
    yield minutes_ago(120), lambda: carry_out(ask(film, [], staff, None).runs.get())
    away = Broadcast(title="The site is away for ten minutes", level="warning", expires_after=3600)
    yield minutes_ago(60), lambda: ask(away, [], staff, every("0 3 * * 0"))
    hello = {"title": "Welcome to the demo", "body": "Everything here is made up. Change what you like."}
    yield minutes_ago(20), lambda: notify(people.demo, **hello)


def tidy_inbox(user: User) -> None:
    """The oldest entry was put away, and of those that happened once the older ones were read."""
    entries = list(Notification.objects.filter(user=user, count=1).order_by("number"))
    mark(entries[0], read=True, archived=True)
    for entry in entries[2:5]:
        mark(entry, read=True)


def email(note: Note, recipients: Sequence[str]) -> Run:
    return send(note, key=uuid4(), recipients=list(recipients), subject=note.title)


def email_regularly(note: Note, recipients: Sequence[str], crontab: str) -> Task:
    params, title = {"note": note.pk, "recipients": list(recipients)}, title_of(note)
    return schedule(EMAIL, owner=note.owner, params=params, schedule=every(crontab), title=title, about=note)


def ring(
    owner: User,
    due_at: datetime,
    title: str,
    then: Callable[[Occurrence], object] = lambda rang: None,
    **ways: Unpack[Ways],
) -> Entry:
    """A reminder of one time, which is past, and what its owner did `then`."""

    def happened() -> None:
        reminder = remind(owner, title=title, schedule=once(in_days(1, 9)), **ways)
        carry_out(reminder.run_now())
        came_once(reminder, due_at)
        then(reminder.occurrences.get())

    return due_at, happened


def came_once(reminder: Reminder, due_at: datetime) -> None:
    """Let its one time be that. No door lets anybody ask for what is past."""
    wall = due_at.astimezone(BERLIN).replace(tzinfo=None)
    Reminder.objects.filter(pk=reminder.pk).update(starts=wall, next_run_at=None)


def carry_out(run: Run) -> None:
    """Do what a worker does. Raises RuntimeError if that is not the end of it."""
    execute(run.pk)
    run.refresh_from_db()
    if not run.is_final:
        raise RuntimeError(f"{run} is {run.state}: {run.error}")


def come_too_late(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(expires_at=timezone.now())
    carry_out(run)
