"""The values of a few forms as they stand, of many participants at once, read from the entries that hold them."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from trialwright.ledger.entries import Redaction
from trialwright.store.read import Source, open_source
from trialwright.store.session import Session

_MANY = 500
"""Above so many participants all are read and the others dropped: a list of names would be longer than the rows."""


def read_latest_values(
    source: Source, forms: Collection[str], participants: Collection[str]
) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Participant, form and values of every record of some forms, in the order of the ledger: the last of a form is its latest.

    One statement, none where there is nothing to ask, and a second one where a record was redacted: then what its
    redaction carried forward counts.
    """
    if not forms or not participants:
        return
    session, asked = open_source(source), frozenset(participants)
    where, parameters = f"f.form IN ({_mark(forms)})", sorted(forms)
    if len(participants) <= _MANY:
        where += f" AND f.participant IN ({_mark(participants)})"
        parameters += sorted(participants)
    rows = session.rows(
        "SELECT f.participant, f.form, f.position, e.payload FROM form_state f "
        f"JOIN ledger_entry e ON e.position = f.position WHERE {where} ORDER BY f.position",
        parameters,
    )
    blanked = {position for participant, _, position, payload in rows if participant in asked and not payload}
    carried = _read_carried(session) if blanked else {}
    for participant, form, position, payload in rows:
        if participant in asked:
            known = json.loads(payload) if payload else carried.get(position, {})
            yield participant, form, known.get("values", {})


def _read_carried(session: Session) -> dict[int, Mapping[str, Any]]:
    rows = session.rows("SELECT payload FROM ledger_entry WHERE act = %s ORDER BY position", (Redaction.act,))
    told = [json.loads(payload) for (payload,) in rows if payload]
    return {one["position"]: one.get("carried", {}) for one in told}


def _mark(names: Collection[str]) -> str:
    return ", ".join(["%s"] * len(names))
