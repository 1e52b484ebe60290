import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0003_submission'),
    ]

    operations = [
        migrations.AlterField(
            model_name='task',
            name='expires_after',
            field=models.PositiveIntegerField(blank=True, help_text='Seconds after which it is too late to begin a run.', null=True, validators=[django.core.validators.MinValueValidator(1)]),
        ),
    ]
