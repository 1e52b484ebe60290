"""A browser turns pushes on and off; who signs out, or in as somebody else, changes whose they are."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from notifications.door import notify
from notifications.models import PushSubscription
from notifications.models.subscriptions import MOST_BROWSERS
from tests.factories import PASSWORD
from tests.notifications.pushed import (
    browser_of,
    is_subscribed,
    send,
    session_key_of,
    signed_in,
    subscription_of,
    turn_on,
)
from tests.push_service import PushService

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/notifications/settings/"


def names_on_page(client: Client) -> int:
    return client.get(PAGE).content.decode().count("Remove Firefox on Linux")


def test_it_is_stored_with_its_session_and_a_name_people_know(push_service: PushService, owner: User) -> None:
    client, browser = signed_in(owner), push_service.subscribe()
    assert turn_on(client, browser) == 204
    stored = subscription_of(browser)
    assert (stored.user, stored.browser) == (owner, "Firefox on Linux")
    assert stored.session_key == session_key_of(client)


def test_turned_on_twice_it_is_one(push_service: PushService, owner: User) -> None:
    client, browser = signed_in(owner), push_service.subscribe()
    turn_on(client, browser)
    turn_on(client, browser)
    notify(owner, title="Ended")
    send()
    assert browser.shown == ["Ended"]


def test_turned_off_it_hears_nothing(push_service: PushService, owner: User) -> None:
    client, browser = signed_in(owner), push_service.subscribe()
    turn_on(client, browser)
    notify(owner, title="Ended")
    answer = client.post(reverse("notifications:delete_subscription"), {"endpoint": browser.endpoint})
    assert answer.status_code == 204
    assert send()[0].summary == "turned off meanwhile, not sent"
    assert browser.asked == 0


def test_nobody_turns_off_the_browser_of_another(
    push_service: PushService, owner: User, stranger: User
) -> None:
    browser = browser_of(owner, push_service)
    signed_in(stranger).post(reverse("notifications:delete_subscription"), {"endpoint": browser.endpoint})
    assert is_subscribed(browser)


def test_another_account_in_the_same_browser_takes_it_over(
    push_service: PushService, owner: User, stranger: User
) -> None:
    browser = browser_of(owner, push_service)
    assert turn_on(signed_in(stranger), browser, again="on") == 204
    notify(owner, title="For the owner")
    notify(stranger, title="For the stranger")
    send()
    assert browser.shown == ["For the stranger"]


def test_after_logging_out_it_hears_nothing(push_service: PushService, owner: User) -> None:
    client, browser, other = signed_in(owner), push_service.subscribe(), browser_of(owner, push_service)
    turn_on(client, browser)
    client.post(reverse("account_logout"))
    assert not is_subscribed(browser)
    notify(owner, title="Ended")
    send()
    assert (browser.asked, other.shown) == (0, ["Ended"])


def end_session(client: Client, user: User) -> None:
    client.session.delete()


def change_password(client: Client, user: User) -> None:
    user.set_password("another horse battery staple")
    user.save()


def disable(client: Client, user: User) -> None:
    user.is_active = False
    user.save()


@pytest.mark.parametrize("end", [change_password, disable])
def test_after_what_ends_its_session_it_hears_nothing(
    push_service: PushService, owner: User, end: Callable[[Client, User], None]
) -> None:
    client, browser = signed_in(owner), push_service.subscribe()
    turn_on(client, browser)
    end(client, owner)
    assert not is_subscribed(browser)
    notify(owner, title="Ended")
    send()
    assert browser.asked == 0


def change_password_unseen(client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(password="another")


def disable_unseen(client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("end", [end_session, change_password_unseen, disable_unseen])
def test_a_browser_whose_session_ended_otherwise_is_found_out_before_anything_is_sent(
    push_service: PushService, owner: User, end: Callable[[Client, User], None]
) -> None:
    client, browser = signed_in(owner), push_service.subscribe()
    turn_on(client, browser)
    end(client, owner)
    notify(owner, title="Ended")
    assert send()[0].summary == "signed out meanwhile, not sent"
    assert (browser.asked, is_subscribed(browser)) == (0, False)


def test_who_changes_the_password_there_keeps_it_by_the_next_page(
    push_service: PushService, owner: User
) -> None:
    client, browser = signed_in(owner), push_service.subscribe()
    turn_on(client, browser)
    before = client.get("/").content.decode().split("data-push-session=")[1][:20]
    new = "another horse battery staple"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    after = client.get("/").content.decode().split("data-push-session=")[1][:20]
    assert before != after  # so the page says that it is there
    turn_on(client, browser, again="on")
    notify(owner, title="Ended")
    send()
    assert browser.shown == ["Ended"]


def test_one_removed_from_elsewhere_hears_nothing_and_is_not_brought_back_by_itself(
    push_service: PushService, owner: User
) -> None:
    here, there, browser = signed_in(owner), signed_in(owner), push_service.subscribe()
    turn_on(there, browser)
    assert names_on_page(here) == 1
    assert names_on_page(there) == 0
    here.post(reverse("notifications:remove_subscription", args=[subscription_of(browser).pk]))
    assert names_on_page(here) == 0
    notify(owner, title="Ended")
    assert turn_on(there, browser, again="on") == 410
    assert not is_subscribed(browser)
    assert turn_on(there, browser) == 204
    assert is_subscribed(browser)


def test_the_oldest_of_too_many_goes(push_service: PushService, owner: User) -> None:
    client = signed_in(owner)
    browsers = [push_service.subscribe() for _ in range(MOST_BROWSERS + 1)]
    for browser in browsers:
        turn_on(client, browser)
    assert [is_subscribed(browser) for browser in browsers] == [False] + [True] * MOST_BROWSERS


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/x",
        "https://localhost:6379/x",
        "https://evil.example/fcm.googleapis.com",
        "https://evilfcm.googleapis.com.evil.example/x",
        "https://evil-fcm.googleapis.com/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://evil.example\\@fcm.googleapis.com/x",
        "https://evil.example#@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:6379/x",
        "https://fcm.googleapis.com:443/x",
        "https://fcm.googleapis.com/x y",
        "https://fcm.googleapis.com/x\r\nHost: evil.example",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com/" + "x" * 2000,
        "file:///etc/passwd",
        "//fcm.googleapis.com/x",
        "",
    ],
)
def test_an_address_elsewhere_is_refused(push_service: PushService, owner: User, endpoint: str) -> None:
    browser = push_service.subscribe()
    browser.endpoint = endpoint
    assert turn_on(signed_in(owner), browser) == 422
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("endpoint", ["https://fcm.googleapis.com/x:y", "https://a.fcm.googleapis.com/"])
def test_one_at_a_push_service_is_taken(push_service: PushService, owner: User, endpoint: str) -> None:
    browser = push_service.subscribe()
    browser.endpoint = endpoint
    assert turn_on(signed_in(owner), browser) == 204


def test_one_at_a_service_that_is_not_talked_to_any_more_is_not_posted_to(
    push_service: PushService, owner: User, settings: Settings
) -> None:
    browser = browser_of(owner, push_service)
    settings.WEB_PUSH_SERVICES = ["fcm.googleapis.com"]
    notify(owner, title="Ended")
    send()
    assert (browser.asked, is_subscribed(browser)) == (0, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"p256dh": ""},
        {"p256dh": "BBBB"},
        {"p256dh": "B" * 87},
        {"p256dh": "ä" * 87},
        {"p256dh": "A" * 43},
        {"auth": ""},
        {"auth": "AAAA"},
        {"auth": "A" * 23},
        {"auth": "AAAAAAAAAAAAAAAAAAAA+/"},
        {"auth": "not base64url at all!!"},
    ],
)
def test_keys_that_nothing_can_be_encrypted_with_are_refused(
    push_service: PushService, owner: User, wrong: dict[str, str]
) -> None:
    answer = signed_in(owner).post(
        reverse("notifications:subscriptions"), {**push_service.subscribe().fields, **wrong}
    )
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == list(wrong)
    assert not PushSubscription.objects.exists()


def test_a_form_of_another_site_subscribes_nobody(push_service: PushService, owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert turn_on(client, push_service.subscribe()) == 403


def test_without_a_key_there_is_nothing_of_it(
    push_service: PushService, owner: User, settings: Settings
) -> None:
    client = signed_in(owner)
    assert "data-push-key" in client.get("/").content.decode()
    settings.WEB_PUSH_PRIVATE_KEY = ""
    assert "data-push" not in client.get("/").content.decode()
    assert "push-toggle" not in client.get(PAGE).content.decode()
    assert turn_on(client, push_service.subscribe()) == 404


def test_what_is_news_is_asked_for_by_its_owner_alone(owner: User, stranger: User) -> None:
    unread, read = notify(owner, title="Unread"), notify(owner, title="Read")
    signed_in(owner).get(read.get_absolute_url())
    tags = [f"notification-{key}" for key in (unread.pk, read.pk, "x", "9" * 30)]
    asked = {"tag": [*tags, "x", "summary-1"]}
    assert signed_in(owner).get("/notifications/news/", asked).json() == {"news": [tags[0]]}
    assert signed_in(stranger).get("/notifications/news/", asked).json() == {"news": []}


def test_the_worker_serves_the_whole_site_and_is_asked_for_anew(client: Client) -> None:
    answer = client.get("/push-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert b"showNotification" in answer.content
