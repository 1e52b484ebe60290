"""Programs see what became of each e-mail of a run, and decide where nobody knows."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from mail.models import Delivery
from tasks.models import Run
from tests.api.clients import program_of
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - fixtures
from tests.factories import make_user
from tests.mail.kinds import carried_out, mailing, registered, seen_through, states
from tests.smtp_sink import Sink
from tests.tasks.api.answers import keys, path_of
from tests.together import together

pytestmark = pytest.mark.django_db

LOST = "lost-1.y@example.org"


@pytest.fixture(autouse=True)
def kind_of_mailing() -> Iterator[None]:
    with registered(links={"deliveries": "api_run_deliveries"}):
        yield


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)


def deliveries(program: APIClient, run: Run, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = program.get(f"/api/runs/{run.pk}/deliveries/{query}").json()["results"]
    return found


def decide(program: APIClient, delivery: Delivery, choice: str) -> Any:
    return program.post(f"/api/deliveries/{delivery.pk}/decision/", {"choice": choice}, format="json")


def test_a_run_leads_to_its_deliveries_which_say_what_became_of_them(
    program: APIClient, owner: User, sink: Sink
) -> None:
    friend = make_user("friend", email="secret@example.org")
    addresses = ("anna@example.org", "data-550.x@example.org", LOST)
    run = carried_out(mailing(owner, *addresses, users=[friend]))
    link = program.get(f"/api/runs/{run.pk}/").json()["links"]["deliveries"]
    answer = program.get(path_of(link))
    shown = {each["recipient"]: each for each in answer.json()["results"]}
    assert list(shown) == [*addresses, "friend"], "in the order in which they are sent"
    assert [each["state"] for each in shown.values()] == ["sent", "failed", "unknown", "sent"]
    assert "550" in shown["data-550.x@example.org"]["error"]
    assert shown["anna@example.org"]["sent_at"].endswith("Z")
    assert shown[LOST]["sent_at"] is None
    assert "secret@example.org" not in answer.text
    decidable = [name for name, each in shown.items() if "decision" in each["links"]]
    assert decidable == [LOST]


def test_they_are_found_by_state_and_come_in_pages(program: APIClient, owner: User, sink: Sink) -> None:
    run = carried_out(mailing(owner, *(f"{name}@example.org" for name in "abcde"), "data-550.x@example.org"))
    assert [each["state"] for each in deliveries(program, run, "?state=failed")] == ["failed"]
    first = program.get(f"/api/runs/{run.pk}/deliveries/?limit=4")
    rest = program.get(path_of(first.json()["next"]))
    everything = list(Delivery.objects.order_by("pk").values_list("pk", flat=True))
    assert keys(first) + keys(rest) == everything
    assert program.get(f"/api/runs/{run.pk}/deliveries/?state=lost").status_code == 400


@pytest.mark.parametrize("count", [1, 30])
def test_they_cost_the_same_however_many_there_are(
    program: APIClient, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run = mailing(owner)
    users = [make_user(f"user{number}") for number in range(count)]
    Delivery.objects.bulk_create(Delivery(run=run, user=user, address=user.email) for user in users)
    with django_assert_num_queries(3):  # the token, the run, its deliveries with their users
        assert len(deliveries(program, run, "?limit=100")) == count


def test_what_nobody_knows_is_sent_again(program: APIClient, owner: User, sink: Sink) -> None:
    run = carried_out(mailing(owner, LOST))
    answer = decide(program, Delivery.objects.get(), "send")
    assert (answer.status_code, answer.json()["state"]) == (201, "pending")
    assert "decision" not in answer.json()["links"]
    assert states(seen_through(run)) == {LOST: "sent"}


def test_what_nobody_knows_is_taken_as_sent(program: APIClient, owner: User, sink: Sink) -> None:
    run = carried_out(mailing(owner, LOST))
    answer = decide(program, Delivery.objects.get(), "leave")
    assert (answer.status_code, answer.json()["state"]) == (201, "sent")
    assert seen_through(run).state == "completed"


def test_what_is_known_needs_no_decision(program: APIClient, owner: User, sink: Sink) -> None:
    carried_out(mailing(owner, "anna@example.org"))
    answer = decide(program, Delivery.objects.get(), "send")
    assert answer.status_code == 409
    assert answer.json()["detail"] == "There is nothing to decide: it is known what became of it."
    assert Delivery.objects.get().state == "sent"


@pytest.mark.parametrize("choice", ["", "again", None, ["send"]])
def test_another_choice_is_refused(program: APIClient, owner: User, sink: Sink, choice: Any) -> None:
    carried_out(mailing(owner, LOST))
    answer = decide(program, Delivery.objects.get(), choice)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["choice"]


def test_somebody_elses_deliveries_do_not_exist(owner: User, stranger: User, sink: Sink) -> None:
    run = carried_out(mailing(owner, LOST))
    other = program_of(stranger)
    assert other.get(f"/api/runs/{run.pk}/deliveries/").status_code == 404
    assert decide(other, Delivery.objects.get(), "send").status_code == 404
    assert Delivery.objects.get().state == "unknown"


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_the_same_moment_one_counts(owner: User, sink: Sink) -> None:
    carried_out(mailing(owner, LOST))
    delivery = Delivery.objects.get()
    answers: list[Any] = together(
        lambda: decide(program_of(owner, name="one"), delivery, "send"),
        lambda: decide(program_of(owner, name="two"), delivery, "leave"),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
