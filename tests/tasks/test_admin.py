"""The engine in the admin: looked at, cancelled and retried; of tasks the schedule alone is edited.

Parameters are not shown.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tasks import admin_forms
from tasks.admin_forms import ScheduleAdminForm
from tasks.door import Schedule, schedule
from tasks.models import Attempt, Heartbeat, Run, Task
from tests.factories import make_user
from tests.tasks.factories import make_run
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user("admin", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", ["task", "run", "heartbeat"])
def test_lists_are_searched_and_nothing_is_added_or_changed(staff: Client, owner: User, model: str) -> None:
    run = make_run(owner, title="Steps of the owner")
    Attempt.objects.create(run=run, number=1)
    Heartbeat.objects.create(name="sweep")
    pk = {"task": run.task_id, "run": run.pk, "heartbeat": Heartbeat.objects.get().pk}[model]
    assert staff.get(reverse(f"admin:tasks_{model}_changelist"), {"q": "owner"}).status_code == 200
    assert staff.get(reverse(f"admin:tasks_{model}_add")).status_code == 403
    address = reverse(f"admin:tasks_{model}_change", args=[pk])
    page = staff.get(address)
    assert page.status_code == 200
    assert "View on site" not in page.text
    assert staff.post(address, {}).status_code == 403


def test_what_people_wrote_is_not_shown(staff: Client, owner: User) -> None:
    run = make_run(owner)
    Task.objects.update(params={"body": "between you and me"})
    for name, pk in (("task", run.task_id), ("run", run.pk)):
        assert "between you and me" not in staff.get(reverse(f"admin:tasks_{name}_change", args=[pk])).text


def test_a_tasks_page_leads_to_its_runs_and_stays_the_same_however_many_there_are(
    staff: Client, weekly: Task, owner: User
) -> None:
    address = reverse("admin:tasks_task_change", args=[weekly.pk])
    make_run(owner, title="Another task")

    def opened() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            page = staff.get(address)
        return len(queries), len(page.content)

    staff.get(address)  # content types are looked up once
    alone = opened()
    Run.objects.bulk_create(
        Run(task=weekly, due_at=timezone.now() - timedelta(days=day), tries_left=3) for day in range(200)
    )
    assert opened() == alone
    found = re.search(r'href="([^"]+)">All its runs<', staff.get(address).text)
    assert found
    listed = staff.get(unescape(found[1])).text
    assert "200 runs" in listed
    assert "Another task" not in listed


def test_runs_are_cancelled_and_tried_again(staff: Client, owner: User) -> None:
    run = make_run(owner)
    for action, state in (("cancel_runs", Run.State.CANCELLED), ("retry_runs", Run.State.PENDING)):
        with handled_by(lambda run: None):
            staff.post(
                reverse("admin:tasks_run_changelist"), {"action": action, "_selected_action": [run.pk]}
            )
        run.refresh_from_db()
        assert run.state == state


def test_who_may_only_look_neither_cancels_nor_tries_again(client: Client, owner: User) -> None:
    run = make_run(owner)
    onlooker = make_user("onlooker", is_staff=True)
    onlooker.user_permissions.add(Permission.objects.get(codename="view_run"))
    client.force_login(onlooker)
    address = reverse("admin:tasks_run_changelist")
    assert client.get(address).status_code == 200
    client.post(address, {"action": "cancel_runs", "_selected_action": [run.pk]})
    run.refresh_from_db()
    assert run.state == Run.State.PENDING


@pytest.fixture
def weekly(owner: User) -> Task:
    """At nine by the clock of Berlin, on Mondays."""
    with handled_by(lambda run: None):
        every_monday = Schedule("Europe/Berlin", starts=datetime(2030, 1, 7, 9), rrule="FREQ=WEEKLY;BYDAY=MO")
        return schedule(NAME, owner=owner, params=Steps(), title="Stand-up", schedule=every_monday)


def fields_of(task: Task, **changed: str) -> dict[str, str]:
    """What the form of the task sends, with changes."""
    fields = {
        "seen": ScheduleAdminForm(instance=Task.objects.get(pk=task.pk)).initial["seen"],
        "time_zone": task.time_zone,
        "begins": task.starts.isoformat(" ") if task.starts else "",
        "rrule": task.rrule,
        "crontab": task.crontab,
        "ends_at_0": "",
        "ends_at_1": "",
        "max_runs": "",
        "missed": task.missed,
        "expires_after": "",
    }
    return {name: value for name, value in (fields | changed).items() if value != "off"}


def save(staff: Client, task: Task, **changed: str) -> str:
    """The page that answers; the task is read anew."""
    return post(staff, task, fields_of(task, **changed))


def post(staff: Client, task: Task, fields: dict[str, str]) -> str:
    answer = staff.post(reverse("admin:tasks_task_change", args=[task.pk]), fields, follow=True)
    task.refresh_from_db()
    return "saved" if "was changed successfully" in answer.text else answer.text


def test_a_schedule_is_shown_in_words_with_its_next_time(staff: Client, weekly: Task) -> None:
    page = staff.get(reverse("admin:tasks_task_change", args=[weekly.pk])).text
    assert "Every Monday at 09:00" in page
    assert 'value="2030-01-07 09:00:00"' in page
    assert "Jan. 7, 2030" in staff.get(reverse("admin:tasks_task_changelist")).text


def test_a_schedule_is_changed_and_the_next_time_with_it(staff: Client, weekly: Task) -> None:
    assert save(staff, weekly, time_zone="America/New_York", rrule="FREQ=WEEKLY;BYDAY=TU", missed="skip") == (
        "saved"
    )
    assert weekly.next_run_at == datetime(2030, 1, 8, 14, tzinfo=UTC)
    assert weekly.missed == Task.Missed.SKIP
    assert (weekly.title, weekly.kind_name) == ("Stand-up", NAME)


def test_saving_without_a_change_moves_nothing(staff: Client, weekly: Task) -> None:
    soon = timezone.now() - timedelta(seconds=1)  # due, and not fired yet
    Task.objects.update(next_run_at=soon)
    assert save(staff, weekly, expires_after="600") == "saved"
    assert (weekly.next_run_at, weekly.expires_after) == (soon, 600)


def test_it_is_paused_and_resumed(staff: Client, weekly: Task) -> None:
    before = weekly.next_run_at
    assert save(staff, weekly, paused="on") == "saved"
    assert weekly.paused_at
    assert weekly.next_run_at is None
    assert save(staff, weekly, paused="on", rrule="FREQ=DAILY") == "saved"
    assert weekly.next_run_at is None
    assert save(staff, weekly, rrule="FREQ=WEEKLY;BYDAY=MO") == "saved"
    assert weekly.paused_at is None
    assert weekly.next_run_at == before


def test_what_is_over_is_paused_with_a_new_time_alone(staff: Client, weekly: Task) -> None:
    Task.objects.update(rrule="", starts=datetime(2020, 1, 1, 9), next_run_at=None)
    weekly.refresh_from_db()
    assert "That time has passed." in save(staff, weekly, paused="on")
    assert weekly.paused_at is None
    assert save(staff, weekly, paused="on", begins="2030-01-07 09:00") == "saved"
    assert weekly.paused_at


@pytest.mark.parametrize(
    "change", [Task.pause, lambda task: task.reschedule(replace(task.schedule, rrule="FREQ=DAILY"))]
)
def test_what_its_owner_changed_since_the_page_was_opened_is_not_undone(
    staff: Client, weekly: Task, change: Callable[[Task], None]
) -> None:
    opened = fields_of(weekly, expires_after="600")
    change(weekly)
    paused_at, next_run_at, rule = weekly.paused_at, weekly.next_run_at, weekly.rrule
    assert "It was changed meanwhile" in post(staff, weekly, opened)
    assert (weekly.paused_at, weekly.next_run_at, weekly.rrule) == (paused_at, next_run_at, rule)
    assert weekly.expires_after is None


def test_what_its_owner_changes_after_the_check_is_not_undone_either(weekly: Task) -> None:
    form = ScheduleAdminForm(fields_of(weekly), instance=Task.objects.get(pk=weekly.pk))
    assert form.is_valid()
    weekly.pause()
    with pytest.raises(ValidationError, match="It was changed meanwhile"):
        form.carry_out(form.instance)
    weekly.refresh_from_db()
    assert weekly.paused_at


def test_a_time_that_passes_between_the_check_and_the_save_changes_nothing(
    staff: Client, weekly: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr(admin_forms, "database_now", lambda: now - timedelta(minutes=2))
    passed = f"{now - timedelta(minutes=1):%Y-%m-%d %H:%M:%S}"
    page = save(staff, weekly, time_zone="UTC", rrule="", begins=passed, missed="skip")
    assert "That time has passed." in page
    assert (weekly.rrule, weekly.missed) == ("FREQ=WEEKLY;BYDAY=MO", Task.Missed.LATEST)
    assert not LogEntry.objects.exists()


def test_how_many_times_sets_the_end_and_another_one_is_refused(staff: Client, weekly: Task) -> None:
    assert save(staff, weekly, max_runs="2") == "saved"
    end = datetime(2030, 1, 14, 8, tzinfo=UTC)
    assert weekly.ends_at == end
    shown = {"max_runs": "2", "ends_at_0": "2030-01-14", "ends_at_1": "08:00:00"}
    words = "How many times in all sets the end"
    assert words in save(staff, weekly, **shown | {"ends_at_0": "2030-02-01"})
    assert weekly.ends_at == end
    assert save(staff, weekly, **shown | {"max_runs": "3"}) == "saved"
    assert weekly.ends_at == end + timedelta(days=7)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"time_zone": "Mars/Olympus"}, "is not a time zone we know"),
        ({"begins": "2030-02-30 09:00"}, "Write it like"),
        ({"begins": "2030-02-03 09:00+01:00"}, "leave the offset out"),
        ({"rrule": "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"}, "There is no day on which this could ever be."),
        ({"rrule": "", "crontab": "0 9 30 2 *"}, "There is no day on which this could ever be."),
        ({"crontab": "0 9 * * *"}, "Give a rule or a crontab, not both."),
        ({"rrule": "", "begins": "2020-01-01 09:00"}, "That time has passed."),
        ({"begins": ""}, "Say when."),
        ({"expires_after": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_can_never_fire_is_refused_at_its_field(
    staff: Client, weekly: Task, changed: dict[str, str], words: str
) -> None:
    before = weekly.next_run_at
    assert words in unescape(save(staff, weekly, **changed))
    assert weekly.next_run_at == before
    assert weekly.rrule == "FREQ=WEEKLY;BYDAY=MO"


def test_who_may_only_look_changes_no_schedule(client: Client, weekly: Task) -> None:
    onlooker = make_user("onlooker", is_staff=True)
    onlooker.user_permissions.add(Permission.objects.get(codename="view_task"))
    client.force_login(onlooker)
    address = reverse("admin:tasks_task_change", args=[weekly.pk])
    page = client.get(address).text
    assert "2030-01-07 09:00:00" in page
    assert 'name="rrule"' not in page
    assert client.post(address, fields_of(weekly)).status_code == 403


def test_the_scheduler_says_how_late_it_is(staff: Client, weekly: Task) -> None:
    Heartbeat.objects.create(name="scheduler")
    Task.objects.update(next_run_at=timezone.now() - timedelta(minutes=5))
    assert re.search(r"field-late\W+30\d\.\d<", staff.get(reverse("admin:tasks_heartbeat_changelist")).text)
