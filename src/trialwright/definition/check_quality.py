"""Quality tolerance limits: every form and visit that they name must be planned."""

from collections.abc import Iterator

from trialwright.definition.check_references import unknown
from trialwright.definition.check_schedule import list_forms_at
from trialwright.definition.load import StudyParts
from trialwright.vocabulary.findings import Finding


def check_quality(parts: StudyParts) -> Iterator[Finding]:
    """A finding for every form or visit of a limit that the study does not have, and for one that is never due."""
    encounters = [one.id for one in parts.study.encounters]
    source = parts.sources["study.yaml"]
    for index, limit in enumerate(parts.study.quality):
        for form in limit.forms:
            if form not in parts.forms:
                yield unknown("unknown-form", "form", form, parts.forms, source.place("quality", index, "forms"))
        for name in limit.at:
            here = source.place("quality", index, "at")
            if name not in encounters:
                yield unknown("unknown-encounter", "encounter", name, encounters, here)
            elif limit.forms and not set(limit.forms) & list_forms_at(parts, name):
                yield Finding("never-due", f"none of {', '.join(limit.forms)} is planned at {name}", here)
