"""What an owner wrote about a task stands on its page and in the admin."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from tasks.door import Schedule, schedule, start
from tasks.models import LONGEST_DESCRIPTION, Task
from tests.factories import make_user
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db

WORDS = "For the <b>board</b>\n\nSee the minutes."


@pytest.fixture(autouse=True)
def steps() -> Iterator[None]:
    with handled_by(lambda run: None):
        yield


def test_it_stands_on_the_page_as_it_was_written(client: Client, owner: User) -> None:
    task = start(NAME, owner=owner, params=Steps(), description=WORDS).task
    client.force_login(owner)
    page = client.get(task.get_absolute_url()).text
    assert "For the &lt;b&gt;board&lt;/b&gt;" in page
    assert "See the minutes." in page


def test_it_stands_in_the_admin(client: Client, owner: User) -> None:
    daily = Schedule("UTC", crontab="0 9 * * *")
    task = schedule(NAME, owner=owner, params=Steps(), schedule=daily, description=WORDS)
    client.force_login(make_user("operator", is_staff=True, is_superuser=True))
    assert "See the minutes." in client.get(f"/admin/tasks/task/{task.pk}/change/").text


def test_one_that_is_too_long_is_refused(owner: User) -> None:
    with pytest.raises(ValidationError) as caught:
        start(NAME, owner=owner, params=Steps(), description="x" * (LONGEST_DESCRIPTION + 1))
    assert caught.value.message_dict == {"description": ["At most 2000 characters."]}
    assert not Task.objects.exists()
