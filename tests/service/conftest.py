"""Databases for the tests of the service."""

from tests.databases import database, fresh_url, postgres_template, sqlite_template

__all__ = ["database", "fresh_url", "postgres_template", "sqlite_template"]
