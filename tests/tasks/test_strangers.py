"""Somebody else's task or run does not exist: every address, every method."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tasks.urls import urlpatterns
from tests.tasks.factories import make_task

pytestmark = pytest.mark.django_db

METHODS = ["get", "head", "post", "put", "patch", "delete", "options"]
NAMES = [pattern.name for pattern in urlpatterns if "<int:pk>" in str(pattern.pattern)]


@pytest.mark.parametrize("name", NAMES)
def test_a_strangers_task_or_run_is_not_found_by_any_method(
    client: Client, owner: User, stranger: User, name: str
) -> None:
    task = make_task(owner)
    run = task.runs.get()
    address = reverse(f"tasks:{name}", args=[task.pk if name == "detail" else run.pk])
    client.force_login(stranger)
    for method in METHODS:
        assert getattr(client, method)(address).status_code == 404, method
    run.refresh_from_db()
    assert (run.state, run.cancel_requested_at) == ("pending", None)


@pytest.mark.parametrize("name", NAMES)
def test_its_owner_finds_it_there_and_others_are_asked_who_they_are(
    client: Client, owner: User, name: str
) -> None:
    task = make_task(owner)
    address = reverse(f"tasks:{name}", args=[task.pk if name == "detail" else task.runs.get().pk])
    assert client.get(address)["Location"].startswith(reverse("account_login"))
    client.force_login(owner)
    assert client.get(address).status_code in {200, 405}
