"""The Django application that owns the table of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts of people."""

    name = "trialwright.web.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
