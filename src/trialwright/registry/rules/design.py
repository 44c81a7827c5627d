"""V44–V55: study type and design."""

from collections.abc import Iterator

from trialwright.registry.case import DESIGN, Case
from trialwright.registry.rule import Level, Rule, Trouble

_ROLES = {"NONE": (0,), "SINGLE": (1,), "DOUBLE": (2,), "TRIPLE": (3,), "QUADRUPLE": (4,)}
_PAIRS = ({"PHASE1", "PHASE2"}, {"PHASE2", "PHASE3"})
_PRODUCTS = frozenset({"DRUG", "BIOLOGICAL", "GENETIC", "RADIATION", "DIETARY_SUPPLEMENT", "COMBINATION_PRODUCT"})
_INFO = f"{DESIGN}.designInfo"


def _arms(case: Case) -> int:
    return len(case.protocol.arms.arm_groups)


def _check_interventional(case: Case) -> Iterator[Trouble]:
    if not case.is_interventional:
        return
    design = case.protocol.design
    for path, value, name in (
        (f"{_INFO}.primaryPurpose", design.design_info.primary_purpose, "primary purpose"),
        (f"{_INFO}.interventionModel", design.design_info.intervention_model, "intervention model"),
        (f"{_INFO}.maskingInfo.masking", design.design_info.masking_info.masking, "masking"),
        (f"{DESIGN}.phases", design.phases, "phase"),
    ):
        if not value:
            level = None if case.is_new else Level.WARNING
            yield Trouble(path, f"a trial has a {name}, and none is given", "", True, level)
    if not design.design_info.allocation and _arms(case) > 1:
        level = None if case.is_new else Level.WARNING
        wrong = "a trial with several arms says how subjects are allocated"
        yield Trouble(f"{_INFO}.allocation", wrong, "RANDOMIZED or NON_RANDOMIZED", True, level)


def _check_number_of_arms(case: Case) -> Iterator[Trouble]:
    """The public record has no number of arms: it is the length of the list, which a trial must have."""
    told = (case.protocol.design.model_extra or {}).get("numberOfArms")
    if isinstance(told, int) and told != _arms(case):
        wrong = f"{told} arms are announced and {_arms(case)} described"
        yield Trouble(f"{DESIGN}.numberOfArms", wrong, str(_arms(case)))
    if case.is_interventional and not _arms(case):
        level = None if case.is_new else Level.WARNING
        path = "protocolSection.armsInterventionsModule.armGroups"
        yield Trouble(path, "a trial describes its arms, and none is described", "at least one", True, level)


def _check_masking(case: Case) -> Iterator[Trouble]:
    masking = case.protocol.design.design_info.masking_info
    if masking.masking in _ROLES and len(masking.who_masked) not in _ROLES[masking.masking]:
        wrong = f"masking is {masking.masking} and {len(masking.who_masked)} roles are masked"
        right = f"{_ROLES[masking.masking][0]} roles, or another level"
        missing = not masking.who_masked
        level = None if case.is_new or masking.masking == "NONE" else Level.WARNING
        yield Trouble(f"{_INFO}.maskingInfo.whoMasked", wrong, right, missing, level)


def _check_single_allocation(case: Case) -> Iterator[Trouble]:
    allocation = case.protocol.design.design_info.allocation
    if not (case.is_interventional and allocation and _arms(case)):
        return
    if _arms(case) == 1 and allocation != "NA":
        yield Trouble(f"{_INFO}.allocation", f"there is one arm and allocation is {allocation}", "NA")
    if _arms(case) > 1 and allocation == "NA":
        wrong = f"there are {_arms(case)} arms and allocation does not apply"
        yield Trouble(f"{_INFO}.allocation", wrong, "RANDOMIZED or NON_RANDOMIZED")


def _check_single_group(case: Case) -> Iterator[Trouble]:
    if case.protocol.design.design_info.intervention_model == "SINGLE_GROUP" and _arms(case) > 1:
        wrong = f"a single-group design has {_arms(case)} arms"
        yield Trouble(f"{_INFO}.interventionModel", wrong, "one arm, unless they are dose cohorts")


def _check_several_arms(case: Case) -> Iterator[Trouble]:
    model = case.protocol.design.design_info.intervention_model
    if model in ("PARALLEL", "CROSSOVER", "FACTORIAL") and _arms(case) == 1:
        yield Trouble(f"{_INFO}.interventionModel", f"a {model.lower()} design has one arm", "at least two arms")


def _check_factorial(case: Case) -> Iterator[Trouble]:
    if case.protocol.design.design_info.intervention_model != "FACTORIAL":
        return
    interventions = len(case.protocol.arms.interventions)
    if interventions < 2 or _arms(case) < 3:
        wrong = f"a factorial design has {interventions} interventions in {_arms(case)} arms"
        yield Trouble(f"{_INFO}.interventionModel", wrong, "at least 2 interventions and 3 arms", level=Level.WARNING)


def _check_phases(case: Case) -> Iterator[Trouble]:
    phases = case.protocol.design.phases
    known = {"NA", "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4"}
    if any(phase not in known for phase in phases) or (len(phases) > 1 and set(phases) not in _PAIRS):
        wrong = f"{' / '.join(phases)} is no phase"
        yield Trouble(f"{DESIGN}.phases", wrong, "one phase, PHASE1 with PHASE2, or PHASE2 with PHASE3")


def _check_phase_needs_product(case: Case) -> Iterator[Trouble]:
    phases = set(case.protocol.design.phases) - {"NA"}
    types = {intervention.type for intervention in case.protocol.arms.interventions}
    if phases and types and not types & _PRODUCTS:
        wrong = f"a phase is given and the interventions are {', '.join(sorted(types))}"
        yield Trouble(f"{DESIGN}.phases", wrong, "NA, for phases are for drugs and biologics")


def _check_observational(case: Case) -> Iterator[Trouble]:
    if case.protocol.design.study_type != "OBSERVATIONAL":
        return
    info, eligibility = case.protocol.design.design_info, case.protocol.eligibility
    for path, value, name in (
        (f"{_INFO}.observationalModel", info.observational_model, "observational model"),
        (f"{_INFO}.timePerspective", info.time_perspective, "time perspective"),
        ("protocolSection.eligibilityModule.studyPopulation", eligibility.study_population, "study population"),
        ("protocolSection.eligibilityModule.samplingMethod", eligibility.sampling_method, "sampling method"),
    ):
        if not value:
            yield Trouble(path, f"an observational study has a {name}, and none is given", "", missing=True)
    for path, given, name in (
        (f"{DESIGN}.phases", bool(case.protocol.design.phases), "phase"),
        (f"{_INFO}.allocation", bool(info.allocation), "allocation"),
        (f"{_INFO}.maskingInfo", bool(info.masking_info.masking), "masking"),
    ):
        if given:
            yield Trouble(path, f"an observational study has no {name}", "leave it out")


def _check_registry(case: Case) -> Iterator[Trouble]:
    design = case.protocol.design
    if design.patient_registry and not design.target_duration:
        wrong = "a patient registry says how long a patient is followed"
        yield Trouble(f"{DESIGN}.targetDuration", wrong, "such as 5 Years", missing=True)


def _check_enrollment(case: Case) -> Iterator[Trouble]:
    info, path = case.protocol.design.enrollment_info, f"{DESIGN}.enrollmentInfo"
    if info.count is None:
        if case.protocol.design.study_type != "EXPANDED_ACCESS":
            level = None if case.is_new else Level.WARNING
            yield Trouble(f"{path}.count", "the number of subjects is missing", "planned or reached", True, level)
    elif info.count < 0:
        yield Trouble(f"{path}.count", f"{info.count} is no number of subjects", "0 or more")
    elif info.count == 0 and info.type == "ESTIMATED" and case.status != "WITHDRAWN":
        yield Trouble(f"{path}.count", "nobody is planned to be enrolled", "more than 0")


RULES = (
    Rule("V44", Level.ERROR, "a trial has purpose, model, masking, phase and allocation", _check_interventional),
    Rule("V45", Level.ERROR, "as many arms as announced", _check_number_of_arms),
    Rule("V46", Level.ERROR, "as many masked roles as the level says", _check_masking),
    Rule("V47", Level.WARNING, "allocation applies if and only if there are several arms", _check_single_allocation),
    Rule("V48", Level.WARNING, "a single-group design has one arm", _check_single_group),
    Rule("V49", Level.WARNING, "a comparative design has at least two arms", _check_several_arms),
    Rule("V50", Level.ERROR, "a factorial design has two interventions and three arms", _check_factorial),
    Rule("V51", Level.ERROR, "one phase, 1/2 or 2/3", _check_phases),
    Rule("V52", Level.WARNING, "a phase belongs to a product", _check_phase_needs_product),
    Rule("V53", Level.ERROR, "an observational study has its own design fields only", _check_observational),
    Rule("V54", Level.ERROR, "a patient registry has a target duration", _check_registry),
    Rule("V55", Level.ERROR, "a number of subjects", _check_enrollment),
)
