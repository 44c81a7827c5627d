"""The adverse events of a record as EudraCT's upload file (adverseEvents.xsd, version 1.1).

EudraCT asks of serious events what ClinicalTrials.gov does not: how many occurrences were related to the treatment and
how many people died of them. Where ``details`` gives these they are written; otherwise they are left out and told.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from trialwright.record.results_section import AdverseEvents, Event, EventGroup, EventStat
from trialwright.registry.prs_writer import Losses, Tree
from trialwright.registry.rules.numbers import read_number
from trialwright.registry.tables import load_rows

NAMESPACE = "http://eudract.ema.europa.eu/schema/clinical_trial_result/adverse_events"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_ASSESSMENTS = {
    "SYSTEMATIC_ASSESSMENT": "ADV_EVT_ASSESS_TYPE.systematic",
    "NON_SYSTEMATIC_ASSESSMENT": "ADV_EVT_ASSESS_TYPE.non_systematic",
}
_SHORTEST_TITLE, _LONGEST_TITLE = 2, 62


@dataclass(frozen=True, slots=True)
class SeriousDetail:
    """What EudraCT asks about one serious term in one group."""

    related: int
    deaths: int
    related_deaths: int


Details = Mapping[tuple[str, str], SeriousDetail]
_NO_DETAILS: Details = {}


@dataclass(frozen=True, slots=True)
class EudractFile:
    """The upload file and what could not be written as it is: path and reason."""

    xml: bytes
    losses: tuple[tuple[str, str], ...]


def render_eudract(
    events: AdverseEvents, dictionary: str, details: Details = _NO_DETAILS, *, term_version: int = 20
) -> EudractFile:
    """The upload file of a record's adverse events.

    Parameters
    ----------
    events : AdverseEvents
        From a results section that passes V123 to V131.
    dictionary : str
        Version of MedDRA, such as ``27.1``.
    details : mapping of (term, group id) to SeriousDetail, optional
        Relatedness and deaths of serious events.
    term_version : int, optional
        Version that EudraCT gives its organ-system terms.
    """
    losses = Losses()
    root = etree.Element(f"{{{NAMESPACE}}}adverseEvents", nsmap={"aev": NAMESPACE, "xsi": _XSI})
    tree = Tree(root)
    tree.text("description", _cut(events.description, 350, "description", losses))
    threshold = read_number(events.frequency_threshold)
    tree.text("nonSeriousEventFrequencyThreshold", "" if threshold is None else f"{threshold:g}")
    tree.text("timeFrame", _cut(events.time_frame, 255, "timeFrame", losses))
    _add_dictionary(tree.child("dictionary"), dictionary)
    groups = tree.child("reportingGroups")
    for group in events.event_groups:
        _add_group(groups.child("reportingGroup"), group, losses)
    for tag, one_tag, terms, serious in (
        ("nonSeriousAdverseEvents", "nonSeriousAdverseEvent", events.other_events, False),
        ("seriousAdverseEvents", "seriousAdverseEvent", events.serious_events, True),
    ):
        table = tree.child(tag)
        for event in terms:
            writer = _EventWriter(serious, details, term_version, losses)
            writer.add(table.child(one_tag), event)
    xml = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return EudractFile(xml, tuple(dict.fromkeys(losses.found)))


def _cut(text: str, most: int, path: str, losses: Losses) -> str:
    """A text no longer than EudraCT takes; a cut is told."""
    if len(text) <= most:
        return text
    losses.add(path, f"cut from {len(text)} to {most} characters")
    return f"{text[: most - 1]}…"


def _add_dictionary(tree: Tree, version: str) -> None:
    etree.SubElement(tree.element, "otherName").set(f"{{{_XSI}}}nil", "true")
    tree.text("version", version, always=True)
    tree.child("name").text("value", "ADV_EVT_DICTIONARY_NAME.meddra")


def _add_number(tree: Tree, tag: str, number: int | None) -> None:
    """A number, or the explicit nothing that the schema asks for."""
    if number is None:
        etree.SubElement(tree.element, tag).set(f"{{{_XSI}}}nil", "true")
    else:
        tree.text(tag, str(number))


def _add_group(tree: Tree, group: EventGroup, losses: Losses) -> None:
    path = f"eventGroups.{group.id}"
    tree.element.set("id", f"ReportingGroup-{group.id}")
    title = _cut(group.title, _LONGEST_TITLE, f"{path}.title", losses)
    tree.text("title", title.ljust(_SHORTEST_TITLE, "."), always=True)
    tree.text("description", _cut(group.description, 999, f"{path}.description", losses), always=True)
    _add_number(tree, "subjectsAffectedByNonSeriousAdverseEvents", group.other_num_affected)
    _add_number(tree, "subjectsAffectedBySeriousAdverseEvents", group.serious_num_affected)
    exposed = group.serious_num_at_risk or group.other_num_at_risk or None
    _add_number(tree, "subjectsExposed", exposed)
    _add_number(tree, "deathsAllCauses", group.deaths_num_affected)
    _add_number(tree, "deathsResultingFromAdverseEvents", None)
    losses.add("deathsResultingFromAdverseEvents", "the record does not tell deaths that adverse events caused")


@dataclass(frozen=True, slots=True)
class _EventWriter:
    """Writes the events of one table."""

    serious: bool
    details: Details
    term_version: int
    losses: Losses

    def add(self, tree: Tree, event: Event) -> None:
        """One event with its counts by group."""
        tree.text("description", _cut(event.notes, 250, f"{event.term}.notes", self.losses))
        tree.text("term", event.term, always=True)
        number = _ORGAN_SYSTEMS.get(event.organ_system)
        if number:
            system = tree.child("organSystem")
            system.text("eutctId", number)
            system.text("version", str(self.term_version))
        else:
            self.losses.add(f"{event.term}.organSystem", f"{event.organ_system!r} is no organ system")
        if event.assessment_type in _ASSESSMENTS:
            tree.child("assessmentMethod").text("value", _ASSESSMENTS[event.assessment_type])
        tree.text("dictionaryOverridden", "false")
        values = tree.child("values")
        for stat in event.stats:
            self._add_value(values.child("value"), event, stat)

    def _add_value(self, tree: Tree, event: Event, stat: EventStat) -> None:
        tree.element.set("reportingGroupId", f"ReportingGroup-{stat.group_id}")
        tree.text("occurrences", "" if stat.num_events is None else str(stat.num_events))
        tree.text("subjectsAffected", "" if stat.num_affected is None else str(stat.num_affected))
        tree.text("subjectsExposed", str(stat.num_at_risk) if stat.num_at_risk else "")
        if not self.serious:
            return
        detail = self.details.get((event.term, stat.group_id))
        if detail is None:
            self.losses.add("seriousEvents", "relatedness and deaths of serious events are not given")
            return
        tree.text("occurrencesCausallyRelatedToTreatment", str(detail.related))
        deaths = tree.child("fatalities")
        deaths.text("deaths", str(detail.deaths))
        deaths.text("deathsCausallyRelatedToTreatment", str(detail.related_deaths))


_ORGAN_SYSTEMS = {row["registry"]: row["eutct_id"] for row in load_rows("organ_systems")}
