"""Whatever becomes of pushes, every open tab shows what the database says: soon, and without a reload."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from accounts.models import User
from notes.models import Note
from notes.sending import send
from notifications.door import notify, push
from notifications.live.versions import versions_of
from notifications.models import Notification
from tasks.models import Run
from tests.factories import make_user
from tests.faults.lossy import DROPPED
from tests.notifications.browsers import Bell, Browsers, get
from tests.notifications.processes import publishing_over
from tests.notifications.tabs import cookie_of
from tests.servers import ValkeyServer, wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.any_database, pytest.mark.django_db(transaction=True)]

PEOPLE = 25
MAILS = 4  # of each
BEAT_SECONDS = 3
SOON = 15  # seconds; a tab whose socket works asks by itself after 20 at the earliest


@pytest.fixture
def people(transactional_db: None) -> list[User]:
    return [make_user(f"person{number}") for number in range(PEOPLE)]


@pytest.fixture
def web(
    processes: Stack, valkey: ValkeyServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stack]:
    """Not started yet; what this process pushes arrives in its tabs."""
    processes.environment.update(SECRET_KEY=django_settings.SECRET_KEY, PUSH_BEAT_SECONDS=str(BEAT_SECONDS))
    with publishing_over(valkey, settings, monkeypatch):
        yield processes


def two_tabs_each(site: str, people: list[User]) -> Browsers:
    return Browsers(site, [cookie for person in people for cookie in [cookie_of(person)] * 2])


def all_show_the_truth(browsers: Browsers, people: list[User]) -> bool:
    versions = versions_of(person.pk for person in people)
    bells = [
        Bell(versions[person.pk], Notification.objects.visible_to(person).unread().count())
        for person in people
    ]
    return [tab.bell for tab in browsers.tabs] == [bell for bell in bells for _ in range(2)]


def tell(people: list[User], title: str) -> None:
    """Everybody something new, and every second one has read what was before."""
    for person in people[::2]:
        Notification.objects.visible_to(person).mark_read()
        push([person.pk], {"topic": "notifications"})
    for person in people:
        notify(person, title=title)


def test_redis_and_the_web_process_come_and_go(web: Stack, valkey: ValkeyServer, people: list[User]) -> None:
    def redis_is_killed() -> None:
        valkey.kill()
        tell(people, "While Redis is dead")
        wait_until(lambda: browsers.are_cut_off, 30)
        valkey.start()

    def redis_is_frozen() -> None:
        valkey.pause()
        tell(people, "While Redis is frozen")
        wait_until(lambda: browsers.are_cut_off, 30)
        valkey.resume()

    def web_is_killed() -> None:
        web.kill("web")
        tell(people, "While nobody serves")
        wait_until(lambda: browsers.are_cut_off, 10)
        web.start_web()

    web.start_web()
    with two_tabs_each(web.url, people) as browsers:
        wait_until(lambda: browsers.are_open, 30)
        faults: list[Callable[[], None]] = [redis_is_killed, redis_is_frozen, web_is_killed]
        for fault in faults:
            fault()
            wait_until(lambda: browsers.are_open, 60)
            wait_until(lambda: all_show_the_truth(browsers, people), SOON)
            tell(people, "Afterwards")
            wait_until(lambda: all_show_the_truth(browsers, people), SOON)


def test_three_in_a_hundred_pushes_get_lost(people: list[User], web: Stack) -> None:
    """On the way from a worker, and from a web process in which people read what they are told."""
    web.environment["DJANGO_SETTINGS_MODULE"] = "tests.faults.lossy"
    web.start_web()
    web.start_worker()
    with two_tabs_each(web.url, people) as browsers:
        wait_until(lambda: browsers.are_open, 30)
        for person in people:
            note = Note.objects.create(owner=person, title="Shopping", body="Milk")
            for _ in range(MAILS):
                send(note, key=uuid4(), recipients=["guest@example.net"], subject=note.title)
        wait_until(lambda: not Run.objects.unfinished().exists(), 60)
        wait_until(lambda: all_show_the_truth(browsers, people), SOON)
        for person in people:
            for notification in Notification.objects.visible_to(person)[: MAILS - 1]:
                get(web.url, notification.get_absolute_url(), cookie_of(person))
        wait_until(lambda: all_show_the_truth(browsers, people), SOON)
    assert [tab.bell.unread for tab in browsers.tabs if tab.bell] == [1] * 2 * PEOPLE
    assert DROPPED in web.log("worker")
    assert DROPPED in web.log("web")
