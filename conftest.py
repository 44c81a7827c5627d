"""Before anything is collected: Django's settings, which doctest collection and module-level connections need."""

from trialwright.store.connect import configure

configure("sqlite:///:memory:")

collect_ignore_glob = ["src/trialwright/store/migrations/*"]
