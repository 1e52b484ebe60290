"""What staff and people do, as requests, or as the worker's part of it."""

from django.test import Client

from accounts.models import User
from notifications.broadcasts.asking import ask
from notifications.models import Announcement, Broadcast, Notification
from tasks.engine import execute


def publish(staff: User, title: str) -> Announcement:
    """From asking for it to its end in the worker's hands."""
    task = ask(Broadcast(title=title, text="The site is away from noon to one."), [], staff, None)
    run = task.runs.get()
    execute(run.pk)
    return Announcement.objects.get(run=run)


def browser_of(user: User) -> Client:
    """Signed in, and connected once before."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    client.get("/healthz")
    return client


def see(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def mark_read(client: Client, user: User) -> None:
    newest = Notification.objects.filter(user=user, read_at=None).latest("number")
    client.post(f"/notifications/{newest.pk}/reading/")
    newest.refresh_from_db()
    if newest.read_at is None:
        raise RuntimeError("it was not marked as read")
