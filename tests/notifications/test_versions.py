"""An inbox's version is another one after whatever changed in it, and only then."""

import pytest

from accounts.models import User
from notifications.door import notify, settle, withdraw
from notifications.inbox.changing import change
from notifications.live.versions import versions_of
from notifications.models import AnnouncementCounter

pytestmark = pytest.mark.django_db


def version(user: User) -> str:
    return versions_of([user.pk])[user.pk]


def test_it_differs_after_each_change(owner: User, stranger: User) -> None:
    seen, of_stranger = [version(owner)], version(stranger)
    notify(owner, title="Something", url="/tasks/1/", panel="/panel/")
    seen.append(version(owner))
    settle(owner, "/panel/")
    seen.append(version(owner))
    withdraw(owner.pk, "/tasks/1/")
    seen.append(version(owner))
    AnnouncementCounter.objects.take_number()
    seen.append(version(owner))
    assert len(set(seen)) == len(seen)
    assert version(stranger).partition(".")[0] == of_stranger.partition(".")[0]


def test_it_stays_when_nothing_changed(owner: User) -> None:
    notify(owner, title="Something")
    change(owner.pk, lambda entries: entries.mark_read())
    before = version(owner)
    assert change(owner.pk, lambda entries: entries.mark_read()) == 0
    settle(owner, "/panel/")
    assert version(owner) == before
