from django.db import migrations, models
from django.utils import timezone


def mark_erased(apps, schema_editor):
    """Until now a place without a name was always one whose person had been forgotten."""
    apps.get_model("events", "Place").objects.filter(last_name="").update(erased_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0002_prices_and_held_places"),
    ]

    operations = [
        migrations.AddField(
            model_name="place",
            name="erased_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="name erased"),
        ),
        migrations.AddField(
            model_name="place",
            name="ticket_version",
            field=models.PositiveSmallIntegerField(
                default=1,
                editable=False,
                help_text="Grows when the place is passed on: earlier tickets no longer count.",
            ),
        ),
        migrations.RunPython(mark_erased, migrations.RunPython.noop, elidable=True),
    ]
