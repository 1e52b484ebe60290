from typing import Any

from django.core.management.base import BaseCommand

from notifications.web_push.vapid import new_private_key


class Command(BaseCommand):
    help = "Print a new key for browser push, as a line for .env."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"WEB_PUSH_PRIVATE_KEY={new_private_key()}")
