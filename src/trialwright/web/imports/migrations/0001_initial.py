"""Uploads and mappings."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=60)),
                ("site", models.CharField(max_length=8)),
                ("laboratory", models.CharField(max_length=80)),
                ("form", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("digest", models.CharField(max_length=64)),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField()),
            ],
            options={"db_table": "import_upload"},
        ),
        migrations.CreateModel(
            name="Mapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("site", models.CharField(max_length=8)),
                ("laboratory", models.CharField(max_length=80)),
                ("form", models.CharField(max_length=60)),
                ("columns", models.JSONField()),
                ("person", models.CharField(max_length=60)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "db_table": "import_mapping",
                "constraints": [
                    models.UniqueConstraint(fields=("site", "laboratory", "form"), name="import_mapping_one")
                ],
            },
        ),
    ]
