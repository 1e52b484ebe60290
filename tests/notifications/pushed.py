"""Browsers that somebody lets us push to, and what is sent to them."""

from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications.models import PushSubscription
from tasks import engine
from tasks.models import Run
from tests.push_service import PushService, SubscribedBrowser


def signed_in(user: User) -> Client:
    client = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    client.force_login(user)
    return client


def turn_on(client: Client, browser: SubscribedBrowser, **fields: str) -> int:
    """As the page does; gives the status of the answer."""
    return client.post(reverse("notifications:subscriptions"), {**browser.fields, **fields}).status_code


def browser_of(user: User, service: PushService) -> SubscribedBrowser:
    """A browser in which somebody is signed in, and turned pushes on."""
    browser = service.subscribe()
    assert turn_on(signed_in(user), browser) == 204
    return browser


def subscription_of(browser: SubscribedBrowser) -> PushSubscription:
    return PushSubscription.objects.at(browser.endpoint).get()


def is_subscribed(browser: SubscribedBrowser) -> bool:
    return PushSubscription.objects.active().at(browser.endpoint).exists()


def pushing() -> list[Run]:
    """The runs that send, oldest first."""
    runs = Run.objects.filter(task__kind_name__startswith="notification.push")
    return list(runs.order_by("pk").select_related("task"))


def send() -> list[Run]:
    """Have everything sent that waits to be, as a worker does; gives all runs that ever sent."""
    while waiting := [run for run in pushing() if run.state == Run.State.PENDING and run.published_at]:
        for run in waiting:
            engine.execute(run.pk)
    return pushing()


def session_key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value
