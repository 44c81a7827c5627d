"""What is measured and why: endpoints, their parameters, and how events are recognised (ICH E9(R1))."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trialwright.definition.base import CodeId, ItemPath, Part
from trialwright.vocabulary.codelists import NoticeKind, Role

ParameterCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$")]


class EndpointKind(StrEnum):
    """The kind decides which analyses make sense."""

    CONTINUOUS = "continuous"
    BINARY = "binary"
    TIME_TO_EVENT = "time_to_event"
    ORDINAL = "ordinal"
    ADVERSE_EVENTS = "adverse_events"


class EventRule(Part):
    """How an event is recognised in the records of one form.

    ONCE: the first record of which ``when`` is true. CONSECUTIVE: the first of ``count`` records in a row of which
    ``when`` is true, at least ``apart_hours`` between first and last. SUSTAINED: the start of the first stretch of at
    least ``hours`` in which every record makes ``when`` true. DEATH: the participant's death.
    """

    kind: Literal["ONCE", "CONSECUTIVE", "SUSTAINED", "DEATH"]
    when: str = ""
    count: Annotated[int, Field(ge=2)] = 2
    apart_hours: Annotated[float, Field(ge=0)] = 0
    hours: Annotated[float, Field(ge=0)] = 0
    max_gap_hours: Annotated[float, Field(gt=0)] = 36

    @model_validator(mode="after")
    def _check_when(self) -> Self:
        if (self.kind == "DEATH") == bool(self.when):
            raise ValueError("an event needs when: (a rule over one form), but DEATH has none")
        return self


class Parameter(Part):
    """One measured quantity or event of an endpoint (ADaM PARAM).

    ``item`` is read at visits, over ``divided_by`` (an item of the same form) where the parameter is a ratio; ``event``
    turns records into a time from day 0. ``population`` is a rule that says who is at risk. ``scale`` log means that
    change is the ratio to baseline. ``better`` is the direction of benefit.
    """

    code: ParameterCode
    label: str
    item: ItemPath | None = None
    divided_by: ItemPath | None = None
    event: EventRule | None = None
    population: str = ""
    scale: Literal["linear", "log"] = "linear"
    better: Literal["lower", "higher", ""] = ""
    horizon_day: Annotated[int, Field(gt=0)] | None = None
    competing: Literal["", "DEATH"] = ""
    lloq: Annotated[float, Field(gt=0)] | None = None
    ctcae: str = ""
    assumed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_source(self) -> Self:
        if (self.item is None) == (self.event is None):
            raise ValueError(f"parameter {self.code} needs either an item or an event, and not both")
        if self.divided_by and (self.item or "").partition(".")[0] != self.divided_by.partition(".")[0]:
            raise ValueError(f"parameter {self.code} divides by an item of another form")
        if self.event is not None and self.horizon_day is None:
            raise ValueError(f"parameter {self.code} is an event, so it needs horizon_day: (until which day)")
        return self


class Endpoint(Part):
    """One outcome of the record, verbatim, with what measures it and when."""

    id: Annotated[str, Field(pattern=r"^[A-Z]\d{1,2}$")]
    level: Literal["primary", "secondary", "other"]
    kind: EndpointKind
    title: str
    description: str = ""
    time_frame: str
    at: tuple[CodeId, ...] = Field(min_length=1)
    parameters: tuple[Parameter, ...] = ()
    primary_at: CodeId | None = None
    only: CodeId | None = None
    assumed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_parameters(self) -> Self:
        if not self.parameters and self.kind is not EndpointKind.ADVERSE_EVENTS:
            raise ValueError(f"endpoint {self.id} needs parameters: (what measures it)")
        return self


class Evaluation(Part):
    """A phrase of the record's summary that promises an evaluation, and the items that keep the promise."""

    phrase: str
    items: tuple[ItemPath, ...] = Field(min_length=1)


class StoppingRule(Part):
    """The one binding stopping rule for toxicity (stated as data; evaluated by the safety room).

    A participant without toxicity counts as evaluated ``evaluation_hours`` after the latest infusion; a serious event
    within ``infusion_hours`` of one is a toxicity whatever its cause. The first ``sentinels`` participants are treated
    one by one, ``sentinel_hours`` apart.
    """

    kind: Literal["POCOCK", "BAYES"] = "POCOCK"
    arm: CodeId
    acceptable_rate: Annotated[float, Field(gt=0, lt=1)]
    error: Annotated[float, Field(gt=0, lt=1)] = 0.05
    prior: tuple[float, float] = (0.6, 1.4)
    certainty: Annotated[float, Field(gt=0, lt=1)] = 0.9
    grade: Annotated[int, Field(ge=1, le=5)] = 3
    evaluation_hours: Annotated[float, Field(gt=0)] = 24
    infusion_hours: Annotated[float, Field(gt=0)] = 24
    sentinels: Annotated[int, Field(ge=0)] = 0
    sentinel_hours: Annotated[float, Field(ge=0)] = 0
    assumed: tuple[str, ...] = ()


class NoticeRoute(Part):
    """Who is told of a kind of notice, and who else where nobody has acknowledged it after ``hours``."""

    of: NoticeKind
    to: Annotated[tuple[Role, ...], Field(min_length=1)]
    escalate_to: tuple[Role, ...] = ()
    hours: Annotated[float, Field(gt=0)] = 24


class Safety(Part):
    """How adverse events are graded, judged and counted; ``endpoint_deaths`` says whether the protocol exempts deaths that
    are an endpoint, and are not related, from reports one by one.

    ``propose_within_range``: a value inside its laboratory's own limits proposes an event of grade 1 where CTCAE compares
    it with the baseline alone (creatinine and fibrinogen in 4.03). Off, such values are graded in the tables and ask
    nobody; CTCAE 5.0 took these comparisons out of grade 1.
    """

    ctcae: Literal["4.03", "5.0"]
    related_from: Literal["POSSIBLE", "PROBABLE", "DEFINITE"] = "POSSIBLE"
    emergent_days: Annotated[int, Field(ge=0)]
    collected_from: Literal["CONSENT", "DAY_0"] = "CONSENT"
    stopping: StoppingRule | None = None
    endpoint_deaths: Literal["REPORT", "EXEMPT"] = "REPORT"
    propose_within_range: bool = False
    notices: tuple[NoticeRoute, ...] = ()
    assumed: tuple[str, ...] = ()
