"""The page where people say of what they want to hear, how, and when not."""

from datetime import time

import pytest
from django.test import Client
from pytest_django import Settings as DjangoSettings

from accounts.models import User
from notifications.door import notify
from notifications.events import Email
from notifications.models import Digest, Mute, Notification, Preference, Settings
from notifications.web_push.vapid import new_private_key
from notifications.wishes.choosing import chosen, offered
from notifications.wishes.settings_forms import SettingsForm
from tests.notifications.clocks import Clock
from tests.notifications.digests import be_quiet, change_settings, wish

pytestmark = pytest.mark.django_db

PATH = "/notifications/settings/"


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def shown(user: User) -> dict[str, str]:
    """What a browser would send of the page as it is shown."""
    form = SettingsForm(None, user)
    fields = [*form, *(field for of_event in form.events for field in of_event)]
    values = {field.html_name: field.initial for field in fields}
    texts = {name: f"{value:%H:%M}" if isinstance(value, time) else value for name, value in values.items()}
    return {
        name: "on" if value is True else str(value) for name, value in texts.items() if value is not False
    }


def page_of(client: Client) -> str:
    return client.get(PATH).content.decode()


def save(client: Client, user: User, typed: dict[str, str], *, without: tuple[str, ...] = ()) -> str:
    """Save the page with these fields otherwise, and those unchecked; gives what is shown then."""
    data = {name: value for name, value in {**shown(user), **typed}.items() if name not in without}
    answer = client.post(PATH, data, follow=True)
    assert answer.redirect_chain == [(PATH, 302)]
    return answer.content.decode()


def refused(client: Client, user: User, typed: dict[str, str]) -> str:
    answer = client.post(PATH, {**shown(user), **typed})
    assert answer.status_code == 422
    assert not Settings.objects.exists()
    assert not Preference.objects.exists()
    return answer.content.decode()


def test_saving_it_as_it_is_keeps_nothing_of_events(signed_in: Client, owner: User) -> None:
    before = chosen(owner)
    assert "Saved. It holds from now on." in save(signed_in, owner, {})
    assert chosen(owner) == before
    assert not Preference.objects.exists()


def test_only_what_differs_is_kept_and_what_does_no_more_is_not(signed_in: Client, owner: User) -> None:
    save(signed_in, owner, {"task.finished-email": "digest"}, without=("task.finished-in_app",))
    stored = Preference.objects.get()
    assert (stored.user, stored.event) == (owner, "task.finished")
    assert (stored.in_app, stored.email, stored.in_quiet_hours) == (False, "digest", False)
    assert stored.push  # its column is not even shown
    save(signed_in, owner, {"task.finished-in_app": "on", "task.finished-email": "off"})
    assert not Preference.objects.exists()


def test_every_event_has_a_line_and_what_has_none_comes_last(signed_in: Client) -> None:
    page = page_of(signed_in)
    places = [page.index(f">{event.title}</span>") for event in offered()]
    assert places == sorted(places)
    assert offered()[-1].title == "Anything else"
    assert "As the reminder says" in page
    assert 'name="reminder-email"' not in page


def test_what_is_not_for_choosing_cannot_be_chosen(signed_in: Client, owner: User) -> None:
    save(signed_in, owner, {"broadcast-email": "now", "reminder-email": "now", "broadcast-push": "on"})
    assert not Preference.objects.exists()


def test_an_unknown_choice_is_refused_where_it_was_made(signed_in: Client, owner: User) -> None:
    page = refused(signed_in, owner, {"task.failed-email": "pigeon"})
    assert "Select a valid choice. pigeon is not one of the available choices." in page
    assert 'id="id_task.failed-email_error"' in page
    assert "Nothing was saved yet." in page


def test_browser_push_is_offered_where_there_are_keys(
    signed_in: Client, owner: User, settings: DjangoSettings
) -> None:
    settings.WEB_PUSH_PRIVATE_KEY = ""
    assert "push" not in page_of(signed_in).replace("pushes", "")
    settings.WEB_PUSH_PRIVATE_KEY = new_private_key()
    assert 'name="task.failed-push"' in page_of(signed_in)
    save(signed_in, owner, {}, without=("task.failed-push",))
    assert not Preference.objects.get(event="task.failed").push


def test_quiet_hours(signed_in: Client, owner: User) -> None:
    assert "By the clock of UTC" in page_of(signed_in)
    save(signed_in, owner, {"quiet": "on", "quiet_from": "21:30", "quiet_until": "06:15"})
    stored = Settings.objects.get()
    assert (stored.quiet_from, stored.quiet_until) == (time(21, 30), time(6, 15))
    assert shown(owner)["quiet_from"] == "21:30"
    save(signed_in, owner, {}, without=("quiet",))
    stored.refresh_from_db()
    assert (stored.quiet_from, stored.quiet_until) == (None, None)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"quiet_from": ""}, "Give a time."),
        ({"quiet_until": ""}, "Give a time."),
        ({"quiet_from": "25:00"}, "Give a time, such as 22:00."),
        ({"quiet_from": "07:00"}, "Give another time than that at which they begin."),
        ({"digest_at": ""}, "Give a time."),
    ],
)
def test_what_is_wrong_with_a_time_is_said_there(
    signed_in: Client, owner: User, typed: dict[str, str], words: str
) -> None:
    page = refused(signed_in, owner, {"quiet": "on", **typed})
    [field] = typed
    if "another" in words:
        field = "quiet_until"
    assert words in page[page.index(f'id="id_{field}_error"') :][:900]


def test_toasts_and_digests(signed_in: Client, owner: User) -> None:
    save(signed_in, owner, {"digest_at": "18:00"}, without=("toasts",))
    stored = Settings.objects.get()
    assert (stored.toasts, stored.digests, stored.digest_at) == (False, True, time(18))
    page = save(signed_in, owner, {}, without=("digests",))
    stored.refresh_from_db()
    assert (stored.digests, stored.digest_at) == (False, time(18))
    assert "Digests are switched off, so nothing is e-mailed of: A scheduled task finished." in page


def test_it_leaves_alone_what_others_keep_there(signed_in: Client, owner: User) -> None:
    change_settings(owner, shows_presence=False)
    save(signed_in, owner, {})
    assert not Settings.objects.get().shows_presence


def test_what_is_held_follows_it(signed_in: Client, owner: User, clock: Clock) -> None:
    wish(owner, email=Email.NOW)
    be_quiet(owner, time(11), time(14))
    notify(owner, title="One")
    save(signed_in, owner, {"quiet_until": "16:00"})
    assert Digest.objects.get().due_at.hour == 16


def test_what_is_muted_can_be_unmuted(signed_in: Client, owner: User) -> None:
    assert "Nothing is muted." in page_of(signed_in)
    mute = Mute.objects.create(user=owner, thread="task:1", title="<i>Backup</i>")
    assert "Unmute “&lt;i&gt;Backup&lt;/i&gt;”" in page_of(signed_in)
    answer = signed_in.post(f"/notifications/mutes/{mute.pk}/delete/", follow=True)
    assert "You hear of “&lt;i&gt;Backup&lt;/i&gt;” again." in answer.content.decode()
    notify(owner, title="Backup", thread="task:1")
    assert Notification.objects.in_inbox().exists()


def test_nobody_sees_what_others_muted(signed_in: Client, stranger: User) -> None:
    Mute.objects.create(user=stranger, thread="task:1", title="Secret")
    assert "Secret" not in page_of(signed_in)


@pytest.mark.parametrize("page", ["/notifications/", "/accounts/profile/"])
def test_it_is_found_from(signed_in: Client, page: str) -> None:
    assert f'href="{PATH}"' in signed_in.get(page).content.decode()
