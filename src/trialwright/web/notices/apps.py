"""The Django application that owns the outbox's tables: what was sent to whom is no record of the trial."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices on their way out."""

    name = "trialwright.web.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
