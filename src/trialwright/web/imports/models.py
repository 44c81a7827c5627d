"""Files on their way in, and what the columns of a laboratory's files mean. Neither is a record of the trial."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models


class Upload(models.Model):
    """A file that somebody looks at before it is taken in; gone when it is taken in or thrown away."""

    person: models.CharField[str, str] = models.CharField(max_length=60)
    site: models.CharField[str, str] = models.CharField(max_length=8)
    laboratory: models.CharField[str, str] = models.CharField(max_length=80)
    form: models.CharField[str, str] = models.CharField(max_length=60)
    name: models.CharField[str, str] = models.CharField(max_length=120)
    digest: models.CharField[str, str] = models.CharField(max_length=64)
    text: models.TextField[str, str] = models.TextField()
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        db_table = "import_upload"


class Mapping(models.Model):
    """What each column of the files of one laboratory is, for one form at one site."""

    site: models.CharField[str, str] = models.CharField(max_length=8)
    laboratory: models.CharField[str, str] = models.CharField(max_length=80)
    form: models.CharField[str, str] = models.CharField(max_length=60)
    columns: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    person: models.CharField[str, str] = models.CharField(max_length=60)
    updated_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        db_table = "import_mapping"
        constraints = (models.UniqueConstraint(fields=["site", "laboratory", "form"], name="import_mapping_one"),)
