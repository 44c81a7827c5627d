"""The concealed allocation lists."""

from typing import ClassVar

from django.db import migrations, models

from trialwright.store.models import LedgerText


class Migration(migrations.Migration):
    dependencies: ClassVar = [("store", "0001_initial")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="AllocationSlot",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "stratum", "slot", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stratum", LedgerText()),
                ("slot", models.IntegerField()),
                ("arm", LedgerText()),
            ],
            options={"db_table": "allocation_slot"},
        ),
    ]
