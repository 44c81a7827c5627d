"""The folders of pages: each holds ``pages.py`` (PAGES), ``texts.py`` (TEXTS), ``templates/``, perhaps ``static/``."""

FOLDERS = (
    "accounts",
    "home",
    "participants",
    "forms",
    "imports",
    "safety",
    "product",
    "notices",
    "queries",
    "verification",
    "signatures",
    "locks",
    "datamanager",
    "screening",
    "sites",
    "study",
    "paper",
    "monitoring",
    "enquiries",
    "registry",
)
