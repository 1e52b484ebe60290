import django.db.models.deletion
from django.db import migrations, models


def copy_tasks(apps, schema_editor):
    Run, Sending = apps.get_model("tasks", "Run"), apps.get_model("notes", "Sending")
    task = Run.objects.filter(pk=models.OuterRef("run")).values("task")
    Sending.objects.filter(run__isnull=False).update(task=models.Subquery(task))


class Migration(migrations.Migration):

    dependencies = [
        ("notes", "0001_notes"),
        ("tasks", "0002_schedules"),
    ]

    operations = [
        migrations.AddField(
            model_name="sending",
            name="task",
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tasks.task"),
        ),
        migrations.RunPython(copy_tasks, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="sending", name="run"),
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
