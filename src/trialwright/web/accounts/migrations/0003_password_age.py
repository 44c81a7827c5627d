"""When a password was set; of those that are there nobody knows, and they count from the account's beginning."""

from typing import Any, ClassVar

from django.db import migrations, models


def guard_again(_: Any, editor: Any) -> None:
    """SQLite may make the table anew to alter it, and loses its trigger without a word."""
    if editor.connection.vendor == "sqlite":
        editor.execute(
            "CREATE TRIGGER IF NOT EXISTS account_delete BEFORE DELETE ON account "
            "BEGIN SELECT RAISE(ABORT, 'an account is never deleted: deactivate it'); END"
        )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0002_encrypted_factor")]

    operations: ClassVar = [
        migrations.AddField("account", "password_set_at", models.DateTimeField(null=True)),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
    ]
