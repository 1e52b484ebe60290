"""What a note's page shows of its e-mails."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notes.models import Note
from tasks.models import Run, Task
from tests.notes.factories import make_note

pytestmark = pytest.mark.django_db


def make_email(note: Note) -> Run:
    task = Task.objects.create(owner=note.owner, kind_name="note.email", title="E-mail", about=note)
    return Run.objects.create(task=task, tries_left=6)


def test_each_has_its_bar_and_the_last_one_its_recipients(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    first, last = make_email(note), make_email(note)
    page = signed_in.get(note.get_absolute_url()).text
    for run in (first, last):
        assert (
            f'<live-fragment src="{reverse("tasks:progress", args=[run.pk])}" topic="run:{run.pk}">' in page
        )
    assert f'src="{reverse("mail:deliveries", args=[last.pk])}"' in page
    assert reverse("mail:deliveries", args=[first.pk]) not in page
    assert page.index(f"run:{last.pk}") < page.index(f"run:{first.pk}")


def test_those_of_another_note_stand_there(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    make_email(make_note(owner))
    assert "E-mails of this note" not in signed_in.get(note.get_absolute_url()).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_there_are(
    signed_in: Client, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    note = make_note(owner)
    for _ in range(count):
        make_email(note)
    signed_in.get(note.get_absolute_url())
    with django_assert_num_queries(5):
        signed_in.get(note.get_absolute_url())
