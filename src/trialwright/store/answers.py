"""The values of a few forms as they stand, of many participants at once, read from the entries that hold them."""

import json
from collections.abc import Collection, Iterator, Mapping

from trialwright.store.read import Source, open_source

_MANY = 500
"""Above so many participants all are read and the others dropped: a list of names would be longer than the rows."""


def read_latest_values(
    source: Source, forms: Collection[str], participants: Collection[str]
) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Participant, form and values of every record of some forms, in the order of the ledger: the last of a form is its latest.

    One statement, none where there is nothing to ask. A record that was redacted holds what its redaction carried forward.
    """
    if not forms or not participants:
        return
    session, asked = open_source(source), frozenset(participants)
    where, parameters = f"f.form IN ({_mark(forms)})", sorted(forms)
    if len(participants) <= _MANY:
        where += f" AND f.participant IN ({_mark(participants)})"
        parameters += sorted(participants)
    rows = session.rows(
        "SELECT f.participant, f.form, e.payload FROM form_state f "
        f"JOIN ledger_entry e ON e.position = f.position WHERE {where} ORDER BY f.position",
        parameters,
    )
    for participant, form, payload in rows:
        if participant in asked:
            yield participant, form, json.loads(payload).get("values", {}) if payload else {}


def _mark(names: Collection[str]) -> str:
    return ", ".join(["%s"] * len(names))
