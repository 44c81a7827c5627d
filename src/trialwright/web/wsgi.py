"""The WSGI application that ``trialwright serve`` hands to its server; one study, one ledger, per process."""

import gc
import sys
from pathlib import Path

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from trialwright.definition.compile import compile_study
from trialwright.definition.load import read_files
from trialwright.settings import load_settings
from trialwright.store.connect import configure
from trialwright.store.site_rows import NOBODY, SETTING
from trialwright.web.config import make_settings
from trialwright.web.trial import NotServable, start

_SWITCH_SECONDS = 0.001
"""Whoever holds the write lock waits no longer than this for Python's own, after each wait for the disk."""


def make_application() -> WSGIHandler:
    """The application of what the environment names: database, study, secret key."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    ours = load_settings()
    configure(ours.database_url, make_settings(ours.secret_key, ours.hosts, is_plain=ours.is_plain))
    connections.databases["default"]["CONN_MAX_AGE"] = None  # a connection for each thread, kept
    definition = compile_study(read_files(Path(ours.study))).definition
    if definition is None:
        raise NotServable(f"the study in {ours.study} has errors; run: trialwright check {ours.study}")
    start(definition, ours.clock_ahead)
    connections["default"].close()
    if connections["default"].vendor == "postgresql":
        # A connection sees no row of a site until a request has said whose it may see.
        connections.databases["default"]["OPTIONS"]["options"] = f"-c {SETTING}={NOBODY}"
    handler = WSGIHandler()
    # The study and the libraries stay for as long as the process does: looking through them for garbage again and
    # again would hold up whoever saves at that moment.
    gc.collect()
    gc.freeze()
    return handler
