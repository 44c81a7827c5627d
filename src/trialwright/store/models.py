"""The tables. The hot path writes them with plain SQL; pages may read the cached ones with the ORM.

``ledger_entry`` is the trial. ``ledger_study`` and ``participant`` hold the heads of the chains, which a writer locks;
beside them ``participant`` and ``form_state`` cache what lists need, and can be rebuilt from the entries.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:  # the types that only the stubs know
    _Text = models.TextField[str, str]
    _Number = models.IntegerField[int, int]
else:
    _Text = models.TextField
    _Number = models.IntegerField


class LedgerText(_Text):
    """A text compared byte by byte: collation C on PostgreSQL; SQLite's own collation does so already."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return dict(parameters)


class LedgerEntry(models.Model):
    """One entry: the fields of ``ledger.envelope.Envelope``, in its order."""

    position = _Number(primary_key=True)
    format = LedgerText()
    study = LedgerText()
    participant = LedgerText()
    seq = _Number()
    act = LedgerText()
    at = LedgerText()
    actor = LedgerText()
    role = LedgerText()
    site = LedgerText()
    version = LedgerText()
    prev = LedgerText()
    salt = LedgerText()
    payload = LedgerText()
    commitment = LedgerText()
    hash = LedgerText()
    seal = LedgerText()

    class Meta:
        db_table = "ledger_entry"
        constraints = (models.UniqueConstraint(fields=["participant", "seq"], name="ledger_entry_chain"),)
        # Nearly empty, so it costs nothing; the guard asks it whether a blanked entry is named by a redaction.
        indexes = (
            models.Index(fields=["position"], name="ledger_entry_redaction", condition=models.Q(act="redaction")),
        )


class LedgerStudy(models.Model):
    """The one row that says whose ledger this is and where it ends: position, seal, time, and the study's own chain."""

    id = _Number(primary_key=True)
    study = LedgerText()
    purpose = LedgerText()
    position = _Number()
    seal = LedgerText()
    at = LedgerText()
    seq = _Number()
    hash = LedgerText()

    class Meta:
        db_table = "ledger_study"
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="ledger_study_one"),)


class Participant(models.Model):
    """A participant: the head of the chain (seq, hash, position, at) and what lists show (a rebuildable cache)."""

    code = LedgerText(primary_key=True)
    seq = _Number()
    hash = LedgerText()
    position = _Number()
    at = LedgerText()
    site = LedgerText()
    status = LedgerText()
    arm = LedgerText()
    version = LedgerText()
    allocated_at = LedgerText()
    ended_on = LedgerText()

    class Meta:
        db_table = "participant"


class FormState(models.Model):
    """The form of a participant at an encounter as it stands: which entry holds it (a rebuildable cache)."""

    pk = models.CompositePrimaryKey("participant", "encounter", "form", "repeat")
    participant = LedgerText()
    encounter = LedgerText()
    form = LedgerText()
    repeat = _Number()
    revision = _Number()
    position = _Number()
    status = LedgerText()

    class Meta:
        db_table = "form_state"
        indexes = (
            models.Index(fields=["participant"], name="form_state_queried", condition=models.Q(status="QUERIED")),
        )


class DoseState(models.Model):
    """A dose of a participant as it was last recorded (a rebuildable cache); day 0 may hang on the first."""

    pk = models.CompositePrimaryKey("participant", "intervention", "number")
    participant = LedgerText()
    intervention = LedgerText()
    number = _Number()
    encounter = LedgerText()
    started_at = LedgerText()

    class Meta:
        db_table = "dose_state"


class DeviationState(models.Model):
    """A deviation and the entry that noted it (a rebuildable cache)."""

    pk = models.CompositePrimaryKey("participant", "position")
    participant = LedgerText()
    position = _Number()
    code = LedgerText()
    encounter = LedgerText()
    form = LedgerText()
    at = LedgerText()

    class Meta:
        db_table = "deviation_state"
        indexes = (models.Index(fields=["position"], name="deviation_state_position"),)


class Appointment(models.Model):
    """The day on which a visit is to happen (a rebuildable cache)."""

    pk = models.CompositePrimaryKey("participant", "encounter")
    participant = LedgerText()
    encounter = LedgerText()
    day = LedgerText()

    class Meta:
        db_table = "appointment"
        indexes = (models.Index(fields=["day"], name="appointment_day"),)


class AllocationSlot(models.Model):
    """One place of a concealed allocation list. Only allocation reads it; the ledger holds the list's commitment.

    Slot 0 of stratum '' holds the nonce of the commitment in ``arm``.
    """

    pk = models.CompositePrimaryKey("stratum", "slot")
    stratum = LedgerText()
    slot = _Number()
    arm = LedgerText()

    class Meta:
        db_table = "allocation_slot"


class Draft(models.Model):
    """What a person has typed into a form and not saved: never a record, and gone when the form is saved."""

    pk = models.CompositePrimaryKey("person", "participant", "encounter", "form", "repeat")
    person = LedgerText()
    participant = LedgerText()
    encounter = LedgerText()
    form = LedgerText()
    repeat = _Number()
    text = LedgerText()
    updated_at = LedgerText()

    class Meta:
        db_table = "draft"
