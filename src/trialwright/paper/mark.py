"""What identifies a sheet of paper: one line of text, and the same as a QR code."""

from dataclasses import dataclass
from io import BytesIO

import segno

from trialwright.definition.compiled import Definition

PREFIX = "TW1"
_NONE = "-"


@dataclass(frozen=True, slots=True)
class Mark:
    """Which sheet of which study under which version. ``revision`` is 0 for a sheet to fill in."""

    study: str
    version: str
    digest: str
    kind: str
    site: str = ""
    participant: str = ""
    encounter: str = ""
    form: str = ""
    repeat: int = 0
    revision: int = 0

    @property
    def text(self) -> str:
        """The line, its parts between bars; parts that do not apply are a dash.

        >>> Mark("S1", "1.0", "ab12", "FORM", "BJ302", "BJ302-001", "D3", "vital_signs", 1).text
        'TW1|S1|1.0|ab12|FORM|BJ302|BJ302-001|D3|vital_signs|1|0'
        """
        parts = (
            self.study,
            self.version,
            self.digest,
            self.kind,
            self.site,
            self.participant,
            self.encounter,
            self.form,
        )
        return "|".join((PREFIX, *(one or _NONE for one in parts), str(self.repeat), str(self.revision)))


def make_mark(definition: Definition, kind: str, site: str = "", participant: str = "") -> Mark:
    """The mark of a paper of a study; twelve digits of the definition's hash tell its version."""
    return Mark(definition.id, definition.version, definition.digest[:12], kind, site, participant)


def render_code(text: str) -> str:
    """The QR code of a text as SVG, readable with a seventh of it soiled (ISO/IEC 18004, level M)."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=1, xmldecl=False, svgclass=None, lineclass=None
    )
    return out.getvalue().decode("ascii").strip()
