"""How much something matters, which is shown by its colour and its icon."""

from django.db import models


class Level(models.TextChoices):
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"
