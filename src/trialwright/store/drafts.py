"""Drafts: what somebody has typed into a form or a page and not saved. Kept per person, aged, and never a record.

They live here and not in the browser, so a shared tablet keeps nothing (principles of conduct, 14). Saving a form
deletes its draft; nothing reads a draft into the ledger but the person who goes on with it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.store.turn import turn_of

PAGE = "@"
"""No form of a study has a name that begins like this."""
_KEY = ("person", "participant", "encounter", "form", "repeat")
_WHERE = " AND ".join(f"{column} = %s" for column in _KEY)
_COLUMNS = f"{', '.join(_KEY)}, text, updated_at"
_WRITE = (
    f"INSERT INTO draft ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s) "
    f"ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at"
)


@dataclass(frozen=True, slots=True)
class DraftKey:
    """Whose draft of which form: person, participant, encounter ('' for forms at any time), form, repeat.

    Of what is no form of the study, ``encounter`` is the page's path, ``form`` the name of the part with ``PAGE``
    before it, and ``participant`` '' where the page is about nobody.
    """

    person: str
    participant: str
    encounter: str
    form: str
    repeat: int = 1

    @property
    def is_of_page(self) -> bool:
        """Whether it is of a page and not of a form of the study."""
        return self.form.startswith(PAGE)

    def _columns(self) -> tuple[str | int, ...]:
        return self.person, self.participant, self.encounter, self.form, self.repeat


@dataclass(frozen=True, slots=True)
class DraftHeld:
    """A draft: its texts by item as they were typed, and when it was last written (with zone)."""

    key: DraftKey
    texts: Mapping[str, str]
    updated_at: datetime

    def compute_age(self, now: datetime) -> timedelta:
        """How long ago it was last written."""
        return now - self.updated_at


def write_draft(connection: BaseDatabaseWrapper, key: DraftKey, texts: Mapping[str, str], now: datetime) -> None:
    """Keep a draft in place of the one before."""
    at = now.astimezone(UTC).isoformat(timespec="microseconds")
    with turn_of(connection), connection.cursor() as cursor:
        cursor.execute(_WRITE, (*key._columns(), json.dumps(dict(texts), ensure_ascii=False, sort_keys=True), at))


def read_draft(connection: BaseDatabaseWrapper, key: DraftKey) -> DraftHeld | None:
    """The draft of a form by a person; None where there is none."""
    found = _read(connection, _WHERE, key._columns())
    return found[0] if found else None


def read_page_drafts(connection: BaseDatabaseWrapper, person: str, path: str) -> list[DraftHeld]:
    """A person's drafts of the parts of one page."""
    return [one for one in _read(connection, "person = %s AND encounter = %s", (person, path)) if one.key.is_of_page]


def delete_draft(connection: BaseDatabaseWrapper, key: DraftKey) -> bool:
    """Throw a draft away; whether there was one."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM draft WHERE {_WHERE}", key._columns())
        if cursor.fetchone() is None:
            return False  # a DELETE of nothing would wait for the write lock all the same
    with turn_of(connection), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM draft WHERE {_WHERE}", key._columns())
        return bool(cursor.rowcount)


def read_others_drafts(connection: BaseDatabaseWrapper, key: DraftKey) -> list[DraftHeld]:
    """The drafts of the same form by other people, so that two who type at once can be told."""
    same = "participant = %s AND encounter = %s AND form = %s AND repeat = %s AND person <> %s"
    return _read(connection, same, (key.participant, key.encounter, key.form, key.repeat, key.person))


def read_old_drafts(connection: BaseDatabaseWrapper, before: datetime, person: str = "") -> list[DraftHeld]:
    """Drafts last written before a moment, the oldest first; those of one person where one is named."""
    at = before.astimezone(UTC).isoformat(timespec="microseconds")
    where = "updated_at < %s" + (" AND person = %s" if person else "")
    return _read(connection, where, (at, person) if person else (at,))


def delete_drafts_holding(connection: BaseDatabaseWrapper, texts: frozenset[str]) -> int:
    """Throw away everybody's drafts, of whatever, in which one of the texts stands; how many there were."""
    wanted = {text.casefold() for text in texts}
    rows = _read(connection, "1 = 1", ())
    held = [one.key for one in rows if any(text in said.casefold() for said in one.texts.values() for text in wanted)]
    return sum(delete_draft(connection, key) for key in held)


def _read(connection: BaseDatabaseWrapper, where: str, parameters: tuple[str | int, ...]) -> list[DraftHeld]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM draft WHERE {where} ORDER BY updated_at, participant, form", parameters)
        rows = cursor.fetchall()
    return [DraftHeld(DraftKey(*row[:5]), json.loads(row[5]), datetime.fromisoformat(row[6])) for row in rows]
