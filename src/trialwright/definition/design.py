"""Who is studied under what design: identity, arms, interventions, allocation, sites, assumptions."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from trialwright.definition.base import CodeId, ItemId, ItemPath, Part
from trialwright.vocabulary.codelists import ReportingRegime


class Identity(Part):
    """Name, version and size of the study. Registry texts are verbatim; ``days`` are days after day 0; ``regimes`` are the
    laws and guidelines by which serious events are reported."""

    id: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Za-z0-9_-]{2,29}$")]
    version: str
    title: str
    official_title: str
    acronym: str = ""
    other_ids: tuple[str, ...] = ()
    phase: Annotated[str, Field(pattern=r"^(EARLY_PHASE1|PHASE1|PHASE1_2|PHASE2|PHASE2_3|PHASE3|PHASE4|NA)$")]
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    sponsor: str
    responsible_party: str = ""
    planned_enrolment: Annotated[int, Field(gt=0)]
    follow_up_days: Annotated[int, Field(ge=0)]
    start: str = ""
    primary_completion: str = ""
    completion: str = ""
    share_participant_data: bool = False
    fda_drug: bool | None = None
    fda_device: bool | None = None
    regimes: tuple[ReportingRegime, ...] = ()
    assumed: tuple[str, ...] = ()


class Masking(StrEnum):
    """Who does not know the arm (registry terms)."""

    NONE = "NONE"
    SINGLE = "SINGLE"
    DOUBLE = "DOUBLE"
    TRIPLE = "TRIPLE"
    QUADRUPLE = "QUADRUPLE"


class Design(Part):
    """The design in the registry's terms."""

    allocation: Annotated[str, Field(pattern=r"^(RANDOMIZED|NON_RANDOMIZED|NA)$")]
    model: Annotated[str, Field(pattern=r"^(SINGLE_GROUP|PARALLEL|CROSSOVER|FACTORIAL|SEQUENTIAL)$")]
    masking: Masking
    who_masked: tuple[
        Annotated[str, Field(pattern=r"^(PARTICIPANT|CARE_PROVIDER|INVESTIGATOR|OUTCOMES_ASSESSOR)$")], ...
    ] = ()
    purpose: str
    multi_centre: bool = False
    assumed: tuple[str, ...] = ()


class Arm(Part):
    """One arm; ``day0`` says which act starts its clock (treated participants must not be immortal until then)."""

    id: CodeId
    title: str
    type: Annotated[
        str,
        Field(pattern=r"^(EXPERIMENTAL|ACTIVE_COMPARATOR|PLACEBO_COMPARATOR|SHAM_COMPARATOR|NO_INTERVENTION|OTHER)$"),
    ]
    planned: Annotated[int, Field(gt=0)]
    interventions: tuple[CodeId, ...]
    description: str = ""
    day0: Annotated[str, Field(pattern=r"^(FIRST_DOSE|ALLOCATION)$")] = "ALLOCATION"
    assumed: tuple[str, ...] = ()


class Dose(Part):
    """A planned dose per administration; ``record`` is the registry's own text, verbatim."""

    amount: Annotated[float, Field(gt=0)]
    unit: str
    route: str
    record: str = ""
    assumed: tuple[str, ...] = ()


class HoldCriterion(Part):
    """What holds a dose back: a rule over the latest record of each form.

    ``unknown`` says what happens where the rule cannot be decided: the dose is held, or the bedside decides (GO).
    """

    id: ItemId
    rule: str
    text: str
    unknown: Annotated[str, Field(pattern=r"^(HOLD|GO)$")] = "HOLD"


class Intervention(Part):
    """What is given. One with a dose is given at the encounters ``at``, recorded on ``form``.

    ``counted_from`` says from where the days of later doses count: from the first dose (DAY_0), or from the day on which
    the dose before was given (DOSE_BEFORE). ``hold`` names what holds a dose back.
    """

    id: CodeId
    type: str
    name: str
    description: str = ""
    other_names: tuple[str, ...] = ()
    dose: Dose | None = None
    at: tuple[CodeId, ...] = ()
    form: str = ""
    min_gap_hours: Annotated[float, Field(ge=0)] = 0
    counted_from: Annotated[str, Field(pattern=r"^(DAY_0|DOSE_BEFORE)$")] = "DAY_0"
    hold: tuple[HoldCriterion, ...] = ()
    assumed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_dose(self) -> Self:
        if self.dose and not (self.at and self.form):
            raise ValueError(
                f"intervention {self.id} has a dose, so it needs at: (when) and form: (where it is recorded)"
            )
        return self


class AllocationMethod(StrEnum):
    """How a participant comes to an arm."""

    INVESTIGATOR_ASSIGNED = "INVESTIGATOR_ASSIGNED"
    PERMUTED_BLOCK = "PERMUTED_BLOCK"
    STRATIFIED_BLOCK = "STRATIFIED_BLOCK"
    MINIMISATION = "MINIMISATION"
    SINGLE_ARM = "SINGLE_ARM"


class Allocation(Part):
    """The rules of allocation. ``capped`` holds a person who assigns to the places of each arm, and a list or
    minimisation to the planned enrolment.

    ``strata`` are screening items (or ``site``) whose codes make the strata, or the factors of minimisation;
    ``probability`` is Pocock and Simon's chance of the arm that balances best.
    """

    method: AllocationMethod
    capped: bool = False
    rationale: Annotated[str, Field(pattern=r"^(required|none)$")] = "none"
    blocks: tuple[Annotated[int, Field(gt=0)], ...] = ()
    ratio: dict[str, Annotated[int, Field(gt=0)]] = Field(default_factory=dict)
    strata: tuple[str, ...] = ()
    probability: Annotated[float, Field(gt=0.5, le=1)] = 0.8
    balance: tuple[ItemPath, ...] = ()
    assumed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_method(self) -> Self:
        blocked = self.method in (AllocationMethod.PERMUTED_BLOCK, AllocationMethod.STRATIFIED_BLOCK)
        if blocked and not self.blocks:
            raise ValueError("blocked allocation needs blocks:, for example [4, 6]")
        total = sum(self.ratio.values())
        if blocked and total and any(size % total for size in self.blocks):
            raise ValueError(f"every block must be a multiple of {total}, the sum of the ratio")
        if self.method is AllocationMethod.STRATIFIED_BLOCK and not self.strata:
            raise ValueError("stratified blocks need strata:")
        if self.method is AllocationMethod.MINIMISATION and not self.strata:
            raise ValueError("minimisation needs strata: (its factors)")
        return self


class Contact(Part):
    """A public contact of the study or a site, as the record prints it."""

    name: str
    degrees: str = ""
    phone: str = ""
    email: str = ""


class Site(Part):
    """A place where participants are seen."""

    id: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,8}$")]
    name: str
    city: str
    country: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    country_name: str = ""
    postal_code: str = ""
    time_zone: str = "UTC"
    status: str = ""
    contacts: tuple[Contact, ...] = ()
    assumed: tuple[str, ...] = ()


class AssumptionClass(StrEnum):
    """What kind of thing was assumed. The first nine block production until the principal investigator has signed."""

    DOSE = "DOSE"
    ELIGIBILITY = "ELIGIBILITY"
    DAY_0 = "DAY_0"
    SPACING = "SPACING"
    STOPPING_RULE = "STOPPING_RULE"
    PRIMARY_ENDPOINT = "PRIMARY_ENDPOINT"
    CAP = "CAP"
    ALLOCATION = "ALLOCATION"
    AE_WINDOW = "AE_WINDOW"
    WINDOW = "WINDOW"
    ENDPOINT_DEFINITION = "ENDPOINT_DEFINITION"
    ANALYSIS = "ANALYSIS"
    SCHEDULE = "SCHEDULE"
    SITE = "SITE"
    OTHER = "OTHER"


BLOCKING = frozenset(list(AssumptionClass)[:9])


class Assumption(Part):
    """Something that the record does not say and the study needs (principles of conduct, 4)."""

    id: ItemId
    kind: AssumptionClass
    record_says: str
    assumed: str
    reason: str

    @property
    def needs_signature(self) -> bool:
        """Whether a PRODUCTION ledger refuses to open while this is unsigned."""
        return self.kind in BLOCKING
