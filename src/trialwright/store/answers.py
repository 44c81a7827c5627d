"""How the forms of many participants stand, with the values of a few of them, read from the entries that hold them."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from trialwright.store.read import Source, open_source

_MANY = 500
"""Above so many participants all are read and the others dropped: a list of names would be longer than the rows."""


class Standing(NamedTuple):
    """A form as it stands; ``values`` only where they were asked for."""

    participant: str
    encounter: str
    form: str
    repeat: int
    status: str
    values: Mapping[str, str] | None


def read_states(source: Source, with_values: Collection[str], participants: Collection[str]) -> Iterator[Standing]:
    """Every form of some participants in the order of the ledger, so that the last of a form is its latest.

    One statement, none without participants. A record that was redacted holds what its redaction carried forward.

    Parameters
    ----------
    with_values : collection of str
        The forms whose values are wanted.
    participants : collection of str
        Their codes.
    """
    if not participants:
        return
    session, asked = open_source(source), frozenset(participants)
    forms = sorted(with_values) or [""]
    where, parameters = "", list(forms)
    if len(asked) <= _MANY:
        where = f" WHERE f.participant IN ({_mark(asked)})"
        parameters += sorted(asked)
    rows = session.rows(
        "SELECT f.participant, f.encounter, f.form, f.repeat, f.status, e.payload FROM form_state f "
        f"LEFT JOIN ledger_entry e ON e.position = f.position AND f.form IN ({_mark(forms)}){where} ORDER BY f.position",
        parameters,
    )
    for participant, encounter, form, repeat, status, payload in rows:
        if participant in asked:
            known = json.loads(payload) if payload else {}
            yield Standing(
                participant, encounter, form, repeat, status, known.get("values", {}) if form in with_values else None
            )


def _mark(names: Collection[str]) -> str:
    return ", ".join(["%s"] * len(names))
