"""The outbox: notices as they were raised, their deliveries, people's addresses, and how far the ledger was read."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class NoticeRow(models.Model):
    """A notice that was raised; ``escalated_at`` when others were told too. Whether it is acknowledged the ledger says."""

    key: models.CharField[str, str] = models.CharField(max_length=200, unique=True)
    kind: models.CharField[str, str] = models.CharField(max_length=20)
    site: models.CharField[str, str] = models.CharField(max_length=20)
    participant: models.CharField[str, str] = models.CharField(max_length=40)
    text: models.TextField[str, str] = models.TextField()
    position: models.BigIntegerField[int, int] = models.BigIntegerField()
    raised_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    escalated_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    closed: models.BooleanField[bool, bool] = models.BooleanField(default=False, db_index=True)

    class Meta:
        db_table = "notice"


class Delivery(models.Model):
    """A mail to one person about one notice; ``failing_since`` is set while it could not be delivered, and why."""

    notice: models.ForeignKey[NoticeRow, NoticeRow] = models.ForeignKey(NoticeRow, on_delete=models.CASCADE)
    person: models.CharField[str, str] = models.CharField(max_length=60)
    level: models.PositiveSmallIntegerField[int, int] = models.PositiveSmallIntegerField(default=1)
    tries: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    next_try_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    sent_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    failing_since: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    failure: models.CharField[str, str] = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "notice_delivery"
        constraints = (models.UniqueConstraint(fields=["notice", "person", "level"], name="notice_delivery_one"),)
        indexes = (models.Index(fields=["next_try_at"], name="notice_due", condition=models.Q(sent_at=None)),)


class Address(models.Model):
    """Where a person is told."""

    person: models.CharField[str, str] = models.CharField(max_length=60, primary_key=True)
    address: models.CharField[str, str] = models.CharField(max_length=200)

    class Meta:
        db_table = "notice_address"


class Outbox(models.Model):
    """The one row of the outbox: up to which entry it has read the ledger, when it last ran, and when it counted limits."""

    position: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    ran_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    looked_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        db_table = "notice_outbox"

    def __str__(self) -> str:
        return f"read up to {self.position} at {self.ran_at}"
