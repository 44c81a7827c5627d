"""The table of accounts. Role, site and activity repeat what the ledger says, for a quick look at every request."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, NoReturn

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by the person's id."""


class Account(AbstractBaseUser):
    """One person. ``person`` stands as the actor on every entry that they write; it is never given to anybody else."""

    person: models.CharField[str, str] = models.CharField(max_length=60, primary_key=True)
    name: models.CharField[str, str] = models.CharField(max_length=120)
    role: models.CharField[str, str] = models.CharField(max_length=30)
    site: models.CharField[str, str] = models.CharField(max_length=8, blank=True)
    language: models.CharField[str, str] = models.CharField(max_length=2, default="en")
    is_active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    failures: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    locked_until: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    totp_secret: models.CharField[str, str] = models.CharField(max_length=255, blank=True)
    totp_last: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    password_set_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    must_change_password: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    USERNAME_FIELD = "person"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]
    objects = AccountManager()

    class Meta:
        db_table = "account"

    def is_locked(self, now: datetime) -> bool:
        """Whether too many failures have locked the account for now."""
        return self.locked_until is not None and now < self.locked_until

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        """Never: an account is deactivated, so that its name is never given to another person."""
        raise TypeError("accounts are never deleted; deactivate it")
