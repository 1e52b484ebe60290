from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import accounts.names


def keep_names(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What administrators typed into the two fields that went."""
    users = apps.get_model("accounts", "User").objects
    for user in users.exclude(first_name="", last_name="").only("first_name", "last_name").iterator():
        users.filter(pk=user.pk).update(name=f"{user.first_name} {user.last_name}".strip()[:60])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            "user",
            "avatar",
            models.CharField(
                blank=True,
                db_index=True,
                default="",
                editable=False,
                help_text="The name of the picture's file in the private storage.",
                max_length=100,
            ),
        ),
        migrations.AddField(
            "user",
            "name",
            models.CharField(
                blank=True,
                default="",
                help_text="What others call you; it stands beside your username.",
                max_length=60,
                validators=[accounts.names.validate_name],
            ),
        ),
        migrations.RunPython(keep_names, migrations.RunPython.noop),
        migrations.RemoveField("user", "first_name"),
        migrations.RemoveField("user", "last_name"),
    ]
