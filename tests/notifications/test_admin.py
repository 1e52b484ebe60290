"""Operators see that and when somebody was told something, and change nothing of it."""

import pytest
from django.apps import apps
from django.test import Client

from accounts.models import User
from notifications.door import notify
from notifications.events import Email
from notifications.models import Mute, Notification
from notifications.wishes import muting
from tests.factories import make_user
from tests.notifications.digests import change_settings, wish
from tests.notifications.inboxes import backup_finished, lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(make_user("operator", is_staff=True, is_superuser=True))
    return client


def test_the_lists_and_the_search_work(operator: Client, owner: User) -> None:
    notify(owner, title="Something ended")
    assert "Something ended" in operator.get("/admin/notifications/notification/?q=owner").content.decode()
    assert "owner" in operator.get("/admin/notifications/inbox/?q=owner").content.decode()


@pytest.mark.parametrize("model", ["digest", "held", "settings", "preference", "mute"])
def test_operators_see_what_somebody_wishes_and_change_nothing_of_it(
    operator: Client, owner: User, model: str
) -> None:
    wish(owner, email=Email.DIGEST)
    change_settings(owner, toasts=False)
    Mute.objects.create(user=owner, thread="task:1", title="Backup")
    notify(owner, title="Something ended")
    [row] = apps.get_model("notifications", model).objects.all()
    path = f"/admin/notifications/{model}/"
    assert f"{path}{row.pk}/change/" in operator.get(f"{path}?q=owner").content.decode()
    assert operator.get(f"{path}{row.pk}/change/").status_code == 200
    assert operator.post(f"{path}{row.pk}/change/", {}).status_code == 403
    assert operator.get(f"{path}add/").status_code == 403


def test_the_text_is_not_shown_and_nothing_can_be_changed(operator: Client, owner: User) -> None:
    notification = notify(owner, title="Something ended", body="Between us")
    address = f"/admin/notifications/notification/{notification.pk}/change/"
    page = operator.get(address).content.decode()
    assert "Something ended" in page
    assert "Between us" not in page
    assert operator.post(address, {"title": "Changed"}).status_code == 403
    assert operator.get("/admin/notifications/notification/add/").status_code == 403


def test_a_person_can_be_deleted_with_all_they_were_told(operator: Client, owner: User) -> None:
    notify(owner, title="Something ended")
    operator.post(f"/admin/accounts/user/{owner.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=owner.pk).exists()


def test_an_entry_is_deleted_with_what_is_folded_into_it(operator: Client, owner: User) -> None:
    backup_finished(owner), notify(owner, title="Something ended")
    newest = backup_finished(owner)
    operator.post(f"/admin/notifications/notification/{newest.pk}/delete/", {"post": "yes"})
    assert lines(owner) == [("Something ended", True)]
    fields = {"action": "delete_selected", "_selected_action": Notification.objects.get().pk, "post": "yes"}
    operator.post("/admin/notifications/notification/", fields)
    assert not Notification.objects.exists()


def test_what_is_muted_is_listed(operator: Client, owner: User) -> None:
    muting.mute(backup_finished(make_user("friend")))
    muting.mute(backup_finished(owner))
    page = operator.get("/admin/notifications/mute/?q=owner").content.decode()
    assert "Runs of Backup finished for owner" in page
    assert "for friend" not in page
