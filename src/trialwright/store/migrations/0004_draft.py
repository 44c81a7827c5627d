"""The drafts of forms."""

from typing import ClassVar

from django.db import migrations, models

from trialwright.store.models import LedgerText


class Migration(migrations.Migration):
    dependencies: ClassVar = [("store", "0003_lists")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person", "participant", "encounter", "form", "repeat",
                        blank=True, editable=False, primary_key=True, serialize=False,
                    ),
                ),
                ("person", LedgerText()),
                ("participant", LedgerText()),
                ("encounter", LedgerText()),
                ("form", LedgerText()),
                ("repeat", models.IntegerField()),
                ("text", LedgerText()),
                ("updated_at", LedgerText()),
            ],
            options={"db_table": "draft"},
        ),
    ]  # fmt: skip
