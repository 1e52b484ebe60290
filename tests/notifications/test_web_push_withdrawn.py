"""What was pushed is taken back from browsers when it was read elsewhere, and only then."""

from collections.abc import Callable

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications.door import notify, settle, withdraw
from notifications.inbox.changing import change
from notifications.models import Notification, Preference, PushSubscription
from tasks.models import Run
from tests.notifications.digests import wish
from tests.notifications.pushed import browser_of, pushing, send, subscription_of
from tests.push_service import PushService, SubscribedBrowser

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[Notification], object]


def open_it(entry: Notification) -> None:
    client = Client()
    client.force_login(entry.user)
    client.get(entry.get_absolute_url())


def read_all(entry: Notification) -> None:
    client = Client()
    client.force_login(entry.user)
    client.post(reverse("notifications:reading_of_all"), {"until": entry.number})


WAYS: dict[str, Act] = {
    "opened": open_it,
    "all read": read_all,
    "settled": lambda entry: settle(entry.user, entry.panel),
    "withdrawn": lambda entry: withdraw(entry.user_id, entry.url),
    "archived": lambda entry: change(entry.user_id, lambda entries: entries.update(archived_at=Now())),
    "deleted": lambda entry: change(entry.user_id, lambda entries: entries.delete()[0]),
}


def pushed(browser: SubscribedBrowser, user: User, title: str = "Ended", **fields: str) -> Notification:
    """An entry that the browser shows."""
    entry = notify(user, title=title, url="/about/", panel="/about/", **fields)
    send()
    assert browser.shown[-1] == title
    return entry


@pytest.mark.parametrize("way", ["opened", "settled", "withdrawn", "deleted"])
def test_what_was_never_in_the_inbox_is_taken_back_all_the_same(
    push_service: PushService, owner: User, way: str
) -> None:
    browser = browser_of(owner, push_service)
    wish(owner, in_app=False, push=True)
    entry = pushed(browser, owner)
    for _ in range(2):
        WAYS[way](entry)
    send()
    assert browser.withdrawn == [entry.pk]


@pytest.mark.parametrize("way", WAYS)
def test_what_is_read_elsewhere_is_taken_back(push_service: PushService, owner: User, way: str) -> None:
    browser = browser_of(owner, push_service)
    entry = pushed(browser, owner)
    WAYS[way](entry)
    send()
    assert browser.withdrawn == [entry.pk]
    assert browser.received[-1].headers["Topic"] == browser.received[0].headers["Topic"]


def test_all_are_taken_back_by_one_message(push_service: PushService, owner: User) -> None:
    browser = browser_of(owner, push_service)
    entries = [pushed(browser, owner, f"Ended: {number}") for number in range(3)]
    read_all(entries[-1])
    send()
    assert sorted(browser.withdrawn) == [entry.pk for entry in entries]
    assert len(browser.received) == 4
    assert "Topic" not in browser.received[-1].headers


def test_what_was_not_pushed_is_not_taken_back(push_service: PushService, owner: User) -> None:
    browser_of(owner, push_service)
    entry = notify(owner, title="Ended")
    open_it(entry)
    assert len(pushing()) == 1


def test_it_is_taken_back_once(push_service: PushService, owner: User) -> None:
    browser = browser_of(owner, push_service)
    entry = pushed(browser, owner)
    for _ in range(2):
        open_it(entry)
    read_all(entry)
    send()
    assert browser.withdrawn == [entry.pk]


def test_what_is_still_unread_stays(push_service: PushService, owner: User) -> None:
    browser = browser_of(owner, push_service)
    first, second = pushed(browser, owner, "First"), pushed(browser, owner, "Second")
    open_it(first)
    send()
    assert browser.withdrawn == [first.pk]
    assert Notification.objects.get(pk=second.pk).pushed


def test_what_was_never_in_the_inbox_stays_when_something_else_is_read(
    push_service: PushService, owner: User
) -> None:
    browser = browser_of(owner, push_service)
    Preference.objects.create(
        user=owner, event="task.failed", in_app=False, email="off", push=True, in_quiet_hours=False
    )
    pushed(browser, owner, "Only here", event="task.failed")
    other = pushed(browser, owner, "Other")
    open_it(other)
    send()
    assert browser.withdrawn == [other.pk]


def test_what_repeats_takes_the_place_of_what_it_says_together_with_itself(
    push_service: PushService, owner: User
) -> None:
    browser = browser_of(owner, push_service)
    thread = {"thread": "task:7", "together": "{count} runs ended"}
    first = pushed(browser, owner, **thread)
    notify(owner, title="Ended again", **thread)
    send()
    assert browser.shown[-1] == "2 runs ended"
    assert browser.withdrawn == [first.pk]


def test_of_what_repeats_quickly_only_the_last_is_sent(push_service: PushService, owner: User) -> None:
    browser = browser_of(owner, push_service)
    for _ in range(3):
        notify(owner, title="Ended", thread="task:7", together="{count} runs ended")
    send()
    assert browser.shown == ["3 runs ended"]


def test_read_while_it_is_sent_it_is_taken_back_after_it_came(
    push_service: PushService, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of(owner, push_service)
    entry = notify(owner, title="Ended")
    deliver = browser.decrypt

    def read_first(body: bytes) -> dict[str, object]:
        """What another worker takes back meanwhile comes first."""
        if not browser.received:
            Notification.objects.filter(pk=entry.pk).update(read_at=Now(), pushed=False)
        return deliver(body)

    monkeypatch.setattr(browser, "decrypt", read_first)
    send()
    assert "show" in browser.received[0].content
    assert browser.received[-1].content == {"withdraw": [entry.pk]}


def test_a_second_try_after_it_was_read_takes_it_back(push_service: PushService, owner: User) -> None:
    """The first one may have come to the browser, and its worker been killed before it could note it."""
    browser = browser_of(owner, push_service)
    entry = notify(owner, title="Ended")
    Run.objects.update(attempts_made=1)
    open_it(entry)
    send()
    assert [one.content for one in browser.received] == [{"withdraw": [entry.pk]}]


def test_where_each_push_must_show_something_nothing_is_taken_back(
    push_service: PushService, owner: User, settings: object
) -> None:
    browser = browser_of(owner, push_service)
    entry = pushed(browser, owner)
    subscription = subscription_of(browser)
    PushSubscription.objects.filter(pk=subscription.pk).update(endpoint="https://web.push.apple.com/x")
    settings.WEB_PUSH_SERVICES = ["push.apple.com"]  # type: ignore[attr-defined]
    open_it(entry)
    assert send()[-1].summary == "would end the subscription there, not sent"
