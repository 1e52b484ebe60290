"""The list of one's tasks: newest first, by state, in pages, at the same cost however long."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tasks.models import Run, Task
from tasks.pages import TASKS_PER_PAGE
from tests.tasks.factories import make_task

pytestmark = pytest.mark.django_db

LIST, ROWS = "/tasks/", "/tasks/rows/"


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def titles(client: Client, address: str = LIST) -> list[str]:
    return [task.title for task in client.get(address).context["page"].tasks]


@pytest.mark.parametrize("address", [LIST, ROWS])
def test_it_holds_ones_own_tasks_newest_first(
    signed_in: Client, owner: User, stranger: User, address: str
) -> None:
    make_task(owner, "first")
    make_task(stranger, "not mine")
    make_task(owner, "second")
    assert titles(signed_in, address) == ["second", "first"]


def test_tasks_are_found_by_the_state_of_their_last_run(signed_in: Client, owner: User) -> None:
    failed_once = make_task(owner, "failed once", state=Run.State.FAILED)
    Run.objects.create(task=failed_once, tries_left=3, due_at=timezone.now(), state=Run.State.COMPLETED)
    make_task(owner, "failed", state=Run.State.FAILED)
    assert titles(signed_in, f"{LIST}?state=failed") == ["failed"]
    assert titles(signed_in, f"{LIST}?state=completed") == ["failed once"]
    assert titles(signed_in, f"{LIST}?state=expired") == []


@pytest.mark.parametrize("query", ["state=nonsense", "before=x", "before=-1", "before=²", f"before={9**30}"])
def test_a_query_without_sense_shows_the_first_page(signed_in: Client, owner: User, query: str) -> None:
    make_task(owner, "only")
    assert titles(signed_in, f"{LIST}?{query}") == ["only"]


def test_pages_lead_from_one_to_the_next_and_keep_the_state(signed_in: Client, owner: User) -> None:
    for number in range(TASKS_PER_PAGE + 2):
        make_task(owner, str(number), state=Run.State.FAILED)
    first = signed_in.get(f"{LIST}?state=failed").context["page"]
    second = signed_in.get(LIST + first.older).context["page"]
    assert [task.title for task in second.tasks] == ["1", "0"]
    assert (second.older, second.newest) == ("", "?state=failed")
    assert f"{ROWS}{second.query.replace('&', '&amp;')}" in signed_in.get(LIST + second.query).text


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_however_many_there_are(
    signed_in: Client, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for state in list(Run.State)[:count]:
        make_task(owner, state=state)
    signed_in.get(ROWS)
    with django_assert_num_queries(3):
        assert len(titles(signed_in, ROWS)) == count


def test_a_task_that_has_not_run_yet_is_listed_too(signed_in: Client, owner: User) -> None:
    Task.objects.create(owner=owner, kind_name="test.steps", title="later")
    assert titles(signed_in) == ["later"]


def test_an_empty_list_says_so(signed_in: Client) -> None:
    assert "No tasks yet" in signed_in.get(LIST).text
    assert "None like this" in signed_in.get(f"{LIST}?state=failed").text
