"""The secret of the second factor is kept encrypted, which is longer; what was kept as it was is encrypted here."""

from typing import Any, ClassVar

from django.db import migrations, models


def encrypt_all(apps: Any, _: Any) -> None:
    from trialwright.web.accounts.vault import encrypt  # noqa: PLC0415  (a migration is read before its keys are needed)

    for account in apps.get_model("accounts", "Account").objects.exclude(totp_secret=""):
        account.totp_secret = encrypt(account.totp_secret)
        account.save(update_fields=["totp_secret"])


def guard_again(_: Any, editor: Any) -> None:
    """SQLite makes the table anew to alter it, and loses its trigger without a word."""
    if editor.connection.vendor == "sqlite":
        editor.execute(
            "CREATE TRIGGER IF NOT EXISTS account_delete BEFORE DELETE ON account "
            "BEGIN SELECT RAISE(ABORT, 'an account is never deleted: deactivate it'); END"
        )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]

    operations: ClassVar = [
        migrations.AlterField("account", "totp_secret", models.CharField(blank=True, max_length=255)),
        migrations.RunPython(encrypt_all, migrations.RunPython.noop),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
    ]
