"""Before anything is collected: Django's settings, which doctest collection and module-level connections need."""

from trialwright.store.connect import configure
from trialwright.web.config import make_settings

configure(
    "sqlite:///:memory:", make_settings("only for tests, fifty characters long, and never for anything", is_plain=True)
)

collect_ignore_glob = ["src/trialwright/store/migrations/*", "src/trialwright/web/*/migrations/*"]
