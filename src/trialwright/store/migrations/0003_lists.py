"""What lists need: when a participant was allocated and ended, doses, deviations, appointments. Filled by a rebuild."""

from typing import ClassVar

from django.db import migrations, models

from trialwright.store.models import LedgerText


def _key(*names: str) -> models.CompositePrimaryKey:
    return models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("store", "0002_allocation_slot")]

    operations: ClassVar = [
        migrations.AddField("participant", "allocated_at", LedgerText(default=""), preserve_default=False),
        migrations.AddField("participant", "ended_on", LedgerText(default=""), preserve_default=False),
        migrations.AddIndex(
            "formstate",
            models.Index(condition=models.Q(status="QUERIED"), fields=["participant"], name="form_state_queried"),
        ),
        migrations.CreateModel(
            "DoseState",
            [
                ("pk", _key("participant", "intervention", "number")),
                ("participant", LedgerText()),
                ("intervention", LedgerText()),
                ("number", models.IntegerField()),
                ("encounter", LedgerText()),
                ("started_at", LedgerText()),
            ],
            {"db_table": "dose_state"},
        ),
        migrations.CreateModel(
            "DeviationState",
            [
                ("pk", _key("participant", "position")),
                ("participant", LedgerText()),
                ("position", models.IntegerField()),
                ("code", LedgerText()),
                ("encounter", LedgerText()),
                ("form", LedgerText()),
                ("at", LedgerText()),
            ],
            {
                "db_table": "deviation_state",
                "indexes": [models.Index(fields=["position"], name="deviation_state_position")],
            },
        ),
        migrations.CreateModel(
            "Appointment",
            [
                ("pk", _key("participant", "encounter")),
                ("participant", LedgerText()),
                ("encounter", LedgerText()),
                ("day", LedgerText()),
            ],
            {"db_table": "appointment", "indexes": [models.Index(fields=["day"], name="appointment_day")]},
        ),
    ]
