"""The Django application that owns the ledger's tables."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class StoreConfig(AppConfig):
    """Registers the one signal of this project: the guards are put back after every migration."""

    name = "trialwright.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_reinstall_guards, sender=self, dispatch_uid="trialwright.guards")


def _reinstall_guards(using: str, **_: Any) -> None:
    from trialwright.store.guards import install_guards  # noqa: PLC0415  (models are not loaded when this file is)
    from trialwright.store.site_rows import install_rules  # noqa: PLC0415

    connection = connections[using]
    # A migration backwards to zero leaves no table to guard.
    if "ledger_entry" in connection.introspection.table_names():
        install_guards(connection)
        install_rules(connection)
