"""The Django application that owns the tables of uploads and of remembered mappings."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Files of results on their way in."""

    name = "trialwright.web.imports"
    label = "imports"
    default_auto_field = "django.db.models.BigAutoField"
