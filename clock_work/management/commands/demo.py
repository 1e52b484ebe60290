from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.crypto import get_random_string

from clock_work.demo import diary, notebook, people
from mail.transports import choose_transport
from mail.transports.files import FileTransport


class Command(BaseCommand):
    help = "Fill a development database with three people, notes, reminders and tasks, to look around in."

    def handle(self, *args: Any, **options: Any) -> None:
        _check_that_it_may()
        password = get_random_string(12)
        if people.are_there():
            people.give_password(password)
            self.stdout.write("The demo is there already, and stays as it is. It has a new password.")
        else:
            self._fill(password)
        self.stdout.write(f"\n    {settings.SITE_URL}/accounts/login/\n    password   {password}\n")
        self.stdout.write(f"    {people.DEMO}         looks around")
        self.stdout.write(f"    {people.FRIEND}  is somebody else")
        self.stdout.write(f"    {people.STAFF}   runs the site: broadcasts, /admin/\n")

    def _fill(self, password: str) -> None:
        """All of it or nothing: what breaks on the way leaves no half of a demo."""
        if taken := people.taken():
            raise CommandError(f"Somebody here has the name or address of {', '.join(taken)} already.")
        settings.EMAIL_FILE_SECONDS = 0  # nobody watches these go
        settings.TASKS_LEASE_SECONDS = 3600  # it is renewed from outside this transaction, in vain
        with transaction.atomic():
            everybody = people.invite(password)
            diary.fill(everybody, notebook.write(everybody.demo))
        self.stdout.write("The demo is ready. One mailing is left for the worker of bin/dev, to be watched.")


def _check_that_it_may() -> None:
    if not settings.DEBUG:
        raise CommandError("The demo is for development: it needs DEBUG=true.")
    if not isinstance(choose_transport(), FileTransport):
        raise CommandError("Its mail would leave this machine: unset EMAIL_HOST, so that it becomes files.")
