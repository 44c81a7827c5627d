"""The first tables: the ledger, its heads, and the cached rows beside it."""

from typing import ClassVar

from django.db import migrations, models

from trialwright.store.models import LedgerText


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="FormState",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "participant",
                        "encounter",
                        "form",
                        "repeat",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("participant", LedgerText()),
                ("encounter", LedgerText()),
                ("form", LedgerText()),
                ("repeat", models.IntegerField()),
                ("revision", models.IntegerField()),
                ("position", models.IntegerField()),
                ("status", LedgerText()),
            ],
            options={
                "db_table": "form_state",
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("code", LedgerText(primary_key=True, serialize=False)),
                ("seq", models.IntegerField()),
                ("hash", LedgerText()),
                ("position", models.IntegerField()),
                ("at", LedgerText()),
                ("site", LedgerText()),
                ("status", LedgerText()),
                ("arm", LedgerText()),
                ("version", LedgerText()),
            ],
            options={
                "db_table": "participant",
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("position", models.IntegerField(primary_key=True, serialize=False)),
                ("format", LedgerText()),
                ("study", LedgerText()),
                ("participant", LedgerText()),
                ("seq", models.IntegerField()),
                ("act", LedgerText()),
                ("at", LedgerText()),
                ("actor", LedgerText()),
                ("role", LedgerText()),
                ("site", LedgerText()),
                ("version", LedgerText()),
                ("prev", LedgerText()),
                ("salt", LedgerText()),
                ("payload", LedgerText()),
                ("commitment", LedgerText()),
                ("hash", LedgerText()),
                ("seal", LedgerText()),
            ],
            options={
                "db_table": "ledger_entry",
                "indexes": [
                    models.Index(
                        condition=models.Q(("act", "redaction")), fields=["position"], name="ledger_entry_redaction"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("participant", "seq"), name="ledger_entry_chain")],
            },
        ),
        migrations.CreateModel(
            name="LedgerStudy",
            fields=[
                ("id", models.IntegerField(primary_key=True, serialize=False)),
                ("study", LedgerText()),
                ("purpose", LedgerText()),
                ("position", models.IntegerField()),
                ("seal", LedgerText()),
                ("at", LedgerText()),
                ("seq", models.IntegerField()),
                ("hash", LedgerText()),
            ],
            options={
                "db_table": "ledger_study",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="ledger_study_one")],
            },
        ),
    ]
