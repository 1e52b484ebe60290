"""Edition: what an e-mail of a note said."""

from django.db import models

from tasks.models import Run


class Edition(models.Model):
    """A note as it was when a scheduled e-mail of it fired: what all recipients of that run get."""

    run = models.OneToOneField(Run, editable=False, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"edition of run {self.run_id}"
