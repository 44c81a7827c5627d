"""Notices, their deliveries, addresses, and how far the ledger was read."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Address",
            fields=[
                ("person", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("address", models.CharField(max_length=200)),
            ],
            options={
                "db_table": "notice_address",
            },
        ),
        migrations.CreateModel(
            name="NoticeRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("site", models.CharField(max_length=20)),
                ("participant", models.CharField(max_length=40)),
                ("text", models.TextField()),
                ("position", models.BigIntegerField()),
                ("raised_at", models.DateTimeField()),
                ("escalated_at", models.DateTimeField(null=True)),
                ("closed", models.BooleanField(db_index=True, default=False)),
            ],
            options={
                "db_table": "notice",
            },
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(default=0)),
                ("ran_at", models.DateTimeField()),
            ],
            options={
                "db_table": "notice_outbox",
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=60)),
                ("level", models.PositiveSmallIntegerField(default=1)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("failure", models.CharField(default="", max_length=300)),
                ("notice", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="notices.noticerow")),
            ],
            options={
                "db_table": "notice_delivery",
                "indexes": [
                    models.Index(condition=models.Q(("sent_at", None)), fields=["next_try_at"], name="notice_due")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "person", "level"), name="notice_delivery_one")
                ],
            },
        ),
    ]
