"""The table of accounts, and the guard that refuses to delete one."""

from typing import Any, ClassVar

from django.db import migrations, models

_SQLITE = """CREATE TRIGGER account_delete BEFORE DELETE ON account
BEGIN SELECT RAISE(ABORT, 'an account is never deleted: deactivate it'); END"""
_POSTGRESQL = """CREATE FUNCTION account_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'an account is never deleted: deactivate it' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER account_delete BEFORE DELETE OR TRUNCATE ON account
FOR EACH STATEMENT EXECUTE FUNCTION account_delete()"""


def _guard(apps: Any, editor: Any) -> None:  # noqa: ARG001  (Django's signature)
    editor.execute(_POSTGRESQL if editor.connection.vendor == "postgresql" else _SQLITE)


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("person", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("role", models.CharField(max_length=30)),
                ("site", models.CharField(blank=True, max_length=8)),
                ("language", models.CharField(default="en", max_length=2)),
                ("is_active", models.BooleanField(default=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("locked_until", models.DateTimeField(null=True)),
                ("totp_secret", models.CharField(blank=True, max_length=64)),
                ("totp_last", models.BigIntegerField(default=0)),
                ("must_change_password", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
            ],
            options={"db_table": "account"},
        ),
        migrations.RunPython(_guard, migrations.RunPython.noop),
    ]
