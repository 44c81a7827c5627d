"""What a sealed copy is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialwright.definition.compiled import Definition
from trialwright.ledger.envelope import Envelope
from trialwright.ledger.seal import Seal
from trialwright.ledger.subject import SubjectState


@dataclass(frozen=True, slots=True)
class Material:
    """What a copy holds, as of a seal.

    Parameters
    ----------
    site, person, role, at : str
        Whose copy it is, who takes it, in which role, and when (the server's time, UTC).
    seal : Seal
        The end of the whole ledger.
    entries : sequence of Envelope
        The site's entries by position.
    left_out : int
        How many of the site's entries were left out, because they tell an arm to whom the study is masked.
    hashes : sequence of str
        The hash of every entry of the ledger, from position 1 to that of the seal: they tell nothing of other sites.
    states : mapping of str to SubjectState
        The site's participants by code.
    language : str
        ``en`` or ``zh``, of the pages for people.
    """

    definition: Definition
    purpose: str
    site: str
    person: str
    role: str
    at: str
    seal: Seal
    entries: Sequence[Envelope]
    left_out: int
    hashes: Sequence[str]
    states: Mapping[str, SubjectState]
    language: str = "en"
