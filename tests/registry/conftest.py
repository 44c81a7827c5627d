"""The records that the tests read."""

from tests.record.conftest import page, page_bytes, shared

__all__ = ["page", "page_bytes", "shared"]
