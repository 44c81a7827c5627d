"""Which rule set binds a study: each condition is true, false or cannot be told, and says why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from trialwright.registry import case as parts
from trialwright.registry.case import Case

_EEA = frozenset(
    (
        "Austria",
        "Belgium",
        "Bulgaria",
        "Croatia",
        "Cyprus",
        "Czechia",
        "Denmark",
        "Estonia",
        "Finland",
        "France",
        "Germany",
        "Greece",
        "Hungary",
        "Iceland",
        "Ireland",
        "Italy",
        "Latvia",
        "Liechtenstein",
        "Lithuania",
        "Luxembourg",
        "Malta",
        "Netherlands",
        "Norway",
        "Poland",
        "Portugal",
        "Romania",
        "Slovakia",
        "Slovenia",
        "Spain",
        "Sweden",
        "Czech Republic",
    )
)
# 42 CFR 11.22(b): a site "in the United States or a U.S. territory"; named as in the registry's checklist for it.
_US = frozenset(
    (
        "United States",
        "American Samoa",
        "Guam",
        "Northern Mariana Islands",
        "Puerto Rico",
        "U.S. Virgin Islands",
        "Virgin Islands (U.S.)",
        "United States Minor Outlying Islands",
    )
)
_DRUGS = frozenset({"DRUG", "BIOLOGICAL", "GENETIC", "RADIATION", "DIETARY_SUPPLEMENT", "COMBINATION_PRODUCT"})
_DEVICES = frozenset({"DEVICE", "DIAGNOSTIC_TEST", "COMBINATION_PRODUCT"})


class Bind(StrEnum):
    """Whether a rule set binds. VOLUNTARY: it does not, and following it is good practice."""

    APPLIES = "applies"
    VOLUNTARY = "voluntary"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule set.

    Parameters
    ----------
    name : str
        What must hold.
    holds : bool or None
        None when the record does not tell.
    why : str
        What the record says.
    missing : str
        Path of the field that would tell, where ``holds`` is None.
    """

    name: str
    holds: bool | None
    why: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a rule set binds a study, for which reasons, and which fields are missing to tell."""

    regime: str
    bind: Bind
    reasons: tuple[str, ...]
    missing: tuple[str, ...] = ()


def decide_regime(regime: str, case: Case) -> Verdict:
    """The verdict for one rule set: one false condition settles it; otherwise an untold one leaves it open."""
    conditions = _CONDITIONS[regime](case)
    failed = [condition.why for condition in conditions if condition.holds is False]
    if failed:
        return Verdict(regime, Bind.VOLUNTARY, tuple(failed))
    untold = [condition for condition in conditions if condition.holds is None]
    if untold:
        reasons = tuple(condition.why for condition in untold)
        return Verdict(regime, Bind.CANNOT_TELL, reasons, tuple(condition.missing for condition in untold))
    return Verdict(regime, Bind.APPLIES, tuple(condition.why for condition in conditions))


def list_regimes() -> tuple[str, ...]:
    """The ids of all rule sets."""
    return tuple(_CONDITIONS)


def _is_trial(case: Case) -> Condition:
    study_type = case.protocol.design.study_type
    path = f"{parts.DESIGN}.studyType"
    if not study_type:
        return Condition("a trial", None, "the record does not say the study type", path)
    return Condition("a trial", study_type == "INTERVENTIONAL", f"the study is {study_type.lower()}")


def _is_not_early(case: Case) -> Condition:
    """A drug trial after phase 1, or a device trial that is not about feasibility."""
    design = case.protocol.design
    types = {intervention.type for intervention in case.protocol.arms.interventions}
    name = "not phase 1, and no device feasibility"
    if not types:
        return Condition(name, None, "the record names no intervention", f"{parts.ARMS}.interventions")
    drug, device = types & _DRUGS, types & _DEVICES
    if drug and not device:
        if not design.phases:
            return Condition(name, None, "the record does not say the phase", f"{parts.DESIGN}.phases")
        early = set(design.phases) <= {"PHASE1", "EARLY_PHASE1"}
        return Condition(name, not early, f"the phase is {' / '.join(design.phases)}")
    if device:
        purpose = design.design_info.primary_purpose
        if not purpose:
            path = f"{parts.DESIGN}.designInfo.primaryPurpose"
            return Condition(name, None, "the record does not say the primary purpose", path)
        return Condition(name, purpose != "DEVICE_FEASIBILITY", f"the primary purpose is {purpose}")
    return Condition(name, False, f"the interventions are {', '.join(sorted(types))}: neither drug nor device")


def _is_fda_regulated(case: Case) -> Condition:
    oversight = case.protocol.oversight
    flags = (oversight.is_fda_regulated_drug, oversight.is_fda_regulated_device)
    name = "an FDA-regulated product"
    if True in flags:
        return Condition(name, True, "the record says that an FDA-regulated product is studied")
    if None in flags:
        key = "isFdaRegulatedDrug" if flags[0] is None else "isFdaRegulatedDevice"
        wrong = "the record does not say whether the product is FDA-regulated"
        return Condition(name, None, wrong, f"{parts.OVERSIGHT}.{key}")
    return Condition(name, False, "the record says that neither an FDA-regulated drug nor device is studied")


def _is_tied_to_us(case: Case) -> Condition:
    """A site in the US, an IND or IDE, or a product made in the US and exported."""
    name = "a tie to the United States"
    countries = {place.country for place in case.protocol.contacts.locations if place.country}
    inside = sorted(countries & _US)
    if inside:
        return Condition(name, True, f"a location is in {', '.join(inside)}")
    known = case.background.is_ind
    if known or case.protocol.oversight.is_us_export:
        why = "the study runs under an IND or IDE" if known else "the product is exported from the United States"
        return Condition(name, True, why)
    if not countries:
        return Condition(name, None, "the record names no location", f"{parts.CONTACTS}.locations")
    if case.protocol.oversight.is_us_export is None and known is None and case.protocol.oversight.is_fda_regulated_drug:
        wrong = "no location is in the United States; whether there is an IND or an export is not said"
        return Condition(name, None, wrong, f"{parts.OVERSIGHT}.isUsExport")
    return Condition(name, False, f"the locations are in {', '.join(sorted(countries))}")


def _is_in_eea(case: Case) -> Condition:
    countries = {place.country for place in case.protocol.contacts.locations if place.country}
    name = "a location in the European Economic Area"
    if not countries:
        return Condition(name, None, "the record names no location", f"{parts.CONTACTS}.locations")
    inside = sorted(countries & _EEA)
    if inside:
        return Condition(name, True, f"a location is in {', '.join(inside)}")
    return Condition(name, False, f"the locations are in {', '.join(sorted(countries))}")


def _is_medicine(case: Case) -> Condition:
    types = {intervention.type for intervention in case.protocol.arms.interventions}
    name = "a medicinal product"
    if not types:
        return Condition(name, None, "the record names no intervention", f"{parts.ARMS}.interventions")
    medicine = types & {"DRUG", "BIOLOGICAL", "GENETIC", "COMBINATION_PRODUCT"}
    return Condition(name, bool(medicine), f"the interventions are {', '.join(sorted(types))}")


def _signed(case: Case) -> Condition:
    """Who pledged it (WHO's joint statement of 2017) is not in a record; a sponsor that did knows it."""
    sponsor = case.protocol.sponsor.lead_sponsor.name or "the sponsor"
    return Condition(
        "a sponsor that pledged to follow it", False, f"no record says that {sponsor} pledged to follow the statement"
    )


_CONDITIONS: Mapping[str, Callable[[Case], tuple[Condition, ...]]] = {
    "US": lambda case: (_is_trial(case), _is_not_early(case), _is_fda_regulated(case), _is_tied_to_us(case)),
    "ICMJE": lambda case: (_is_trial(case),),
    "WHO": lambda case: (_is_trial(case), _signed(case)),
    "EU_CTR": lambda case: (_is_trial(case), _is_medicine(case), _is_in_eea(case)),
    "CTGOV": lambda case: (Condition("a record", True, "the record is on ClinicalTrials.gov"),),
}
REGIME_NAMES = {
    "US": "42 CFR 11 (FDAAA 801)",
    "ICMJE": "ICMJE journals",
    "WHO": "WHO statement on disclosure",
    "EU_CTR": "EU clinical trials regulation",
    "CTGOV": "ClinicalTrials.gov",
}
