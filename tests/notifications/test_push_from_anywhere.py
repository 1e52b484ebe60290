"""Pushing works the same from sync and async code, from forked processes and from workers."""

import asyncio
import multiprocessing
import threading

import pytest
from celery import Celery
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from django.urls import path
from pytest_django import Settings

from accounts.models import User
from notifications.door import notify, push
from notifications.live.publisher import Publisher
from tasks.door import start
from tests.notifications.tabs import Tabs
from tests.servers import ValkeyServer
from tests.stack import Stack

pytestmark = [pytest.mark.any_database, pytest.mark.django_db(transaction=True)]
NEWS = {"topic": "run:7"}


async def pushing_view(request: HttpRequest) -> HttpResponse:
    """As an async view would: there is a running loop, and it is Django's."""
    push([int(request.GET["user"])], NEWS)
    return HttpResponse()


urlpatterns = [path("push/", pushing_view)]


def test_from_sync_code(tabs: Tabs, owner: User) -> None:
    tab = tabs.greeted(owner)
    push([owner.pk], NEWS)
    assert tab.next() == NEWS


def test_from_a_sync_view(tabs: Tabs, owner: User) -> None:
    notification = notify(owner, title="Something ended")
    tab = tabs.greeted(owner)
    client = Client()
    client.force_login(owner)
    assert client.post(f"/notifications/{notification.pk}/reading/").status_code == 302
    assert tab.next() == {"topic": "notifications"}


def test_from_an_async_function_with_a_loop_of_its_own(tabs: Tabs, owner: User) -> None:
    tab = tabs.greeted(owner)

    async def main() -> None:
        push([owner.pk], NEWS)

    asyncio.run(main())
    assert tab.next() == NEWS


def test_from_an_async_view(tabs: Tabs, owner: User, settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    tab = tabs.greeted(owner)
    assert asyncio.run(AsyncClient().get(f"/push/?user={owner.pk}")).status_code == 200
    assert tab.next() == NEWS


def test_from_threads(tabs: Tabs, owner: User) -> None:
    tab = tabs.greeted(owner)
    frames = [{"topic": f"run:{number}"} for number in range(8)]
    threads = [threading.Thread(target=push, args=([owner.pk], frame)) for frame in frames]
    for thread in threads:
        thread.start()
    heard = [tab.next() for _ in frames]
    assert sorted(heard, key=str) == sorted(frames, key=str)


def test_from_a_forked_process_whose_parent_has_pushed(tabs: Tabs, owner: User, publisher: Publisher) -> None:
    tab = tabs.greeted(owner)
    push([owner.pk], {"topic": "parent"})
    assert tab.next() == {"topic": "parent"}
    child = multiprocessing.get_context("fork").Process(target=_push_and_wait, args=(owner.pk, publisher))
    child.start()
    assert tab.next() == NEWS
    push([owner.pk], {"topic": "parent"})
    assert tab.next() == {"topic": "parent"}
    child.join(10)
    assert child.exitcode == 0


def _push_and_wait(user: int, publisher: Publisher) -> None:
    push([user], NEWS)
    assert publisher.wait_until_sent(10)


def test_from_a_worker(tabs: Tabs, web: Stack, owner: User, valkey: ValkeyServer) -> None:
    """Its children are forked from a process that has imported all of this."""
    tab = tabs.greeted(owner)
    notification = notify(owner, title="Something ended")
    run = start("notification.email", owner=owner, params={"notification": notification.pk})
    web.start_worker()
    try:
        with Celery(broker=valkey.url, set_as_current=False) as broker:
            broker.send_task("tasks.execute", args=[[run.pk]], queue="short")
        assert tab.wait_for(f"run:{run.pk}", 30)
    finally:
        web.stop("worker")


def test_from_a_process_that_ends_at_once(tabs: Tabs, web: Stack, owner: User) -> None:
    tab = tabs.greeted(owner)
    web.manage("shell", "-c", f"from notifications.door import push; push([{owner.pk}], {NEWS})")
    assert tab.next() == NEWS


def test_after_the_commit_when_a_transaction_is_open(tabs: Tabs, owner: User) -> None:
    tab = tabs.greeted(owner)
    with transaction.atomic():
        push([owner.pk], NEWS)
        assert tab.has_nothing(within=0.3)
    assert tab.next() == NEWS


def test_not_at_all_when_it_is_rolled_back(tabs: Tabs, owner: User) -> None:
    tab = tabs.greeted(owner)
    with transaction.atomic():
        push([owner.pk], NEWS)
        transaction.set_rollback(True)
    push([owner.pk], {"topic": "later"})
    assert tab.next() == {"topic": "later"}


def test_a_burst_arrives_whole_and_in_order(tabs: Tabs, owner: User) -> None:
    tab = tabs.greeted(owner)
    frames = [{"topic": f"run:{number}"} for number in range(500)]
    for frame in frames:
        push([owner.pk], frame)
    assert [tab.next() for _ in frames] == frames


def test_a_push_opens_no_connection_to_the_database(owner: User) -> None:
    """Nothing of it needs one; in an async view it would not even be allowed."""
    opened = []

    def in_a_thread_of_its_own() -> None:
        push([owner.pk], NEWS)
        opened.append(connection.connection)

    thread = threading.Thread(target=in_a_thread_of_its_own)
    thread.start()
    thread.join()
    assert opened == [None]
