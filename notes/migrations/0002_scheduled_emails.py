import django.db.models.deletion
from django.db import migrations, models


def keep_as_submissions(apps, schema_editor):
    Sending, Submission = apps.get_model("notes", "Sending"), apps.get_model("tasks", "Submission")
    for sending in Sending.objects.filter(run__isnull=False).select_related("run").iterator():
        Submission.objects.create(
            owner_id=sending.owner_id, key=sending.key, task_id=sending.run.task_id, created_at=sending.created_at
        )


class Migration(migrations.Migration):

    dependencies = [
        ("notes", "0001_notes"),
        ("tasks", "0003_submission"),
    ]

    operations = [
        migrations.RunPython(keep_as_submissions, migrations.RunPython.noop, elidable=True),
        migrations.DeleteModel(name="Sending"),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField(blank=True)),
                ("run", models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tasks.run")),
            ],
        ),
    ]
