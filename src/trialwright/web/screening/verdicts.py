"""The verdict on every criterion as a person reads it: met, not met or unknown, whether that is good, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from trialwright.capture.screen import ANSWERS, Screen, compute_verdicts, read_screening
from trialwright.definition.compiled import CompiledCriterion, Definition
from trialwright.rules.explain import explain
from trialwright.rules.values import Value
from trialwright.vocabulary.codelists import Verdict
from trialwright.vocabulary.findings import Reason
from trialwright.web.catalogue import render_text
from trialwright.web.screening.questions import Answers, find_label, render_value


@dataclass(frozen=True, slots=True)
class Because:
    """One answer that decided: what was asked, and what was said ('' for nothing yet)."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion and its verdict. ``tone``: good (lets in), bad (keeps out), warn (unknown)."""

    id: str
    kind: str
    verdict: str
    tone: str
    because: tuple[Because, ...]

    @property
    def given(self) -> tuple[Because, ...]:
        """The answers that decided."""
        return tuple(one for one in self.because if one.value)

    @property
    def missing(self) -> tuple[Because, ...]:
        """The questions without an answer that keep it open."""
        return tuple(one for one in self.because if not one.value)


@dataclass(frozen=True, slots=True)
class Screening:
    """All verdicts, and every answer that cannot be read."""

    judged: tuple[Judged, ...]
    unreadable: tuple[Reason, ...]

    def count(self, tone: str) -> int:
        """How many criteria have this tone."""
        return sum(one.tone == tone for one in self.judged)

    @property
    def good(self) -> int:
        """Criteria that let in."""
        return self.count("good")

    @property
    def bad(self) -> int:
        """Criteria that keep out."""
        return self.count("bad")

    @property
    def unknown(self) -> int:
        """Criteria of which nothing is known yet."""
        return self.count("warn")


def judge(definition: Definition, answers: Answers, site: str, language: str) -> Screening:
    """The verdicts that a screening with these answers would have; nothing is kept."""
    read, unreadable = read_screening(definition, Screen(site, answers.values, answers.judgements))
    verdicts = compute_verdicts(definition, read, answers.judgements)
    judged = tuple(
        Judged(
            one.criterion.id, one.criterion.kind, verdicts[one.criterion.id].value,
            compute_tone(one.criterion.kind, verdicts[one.criterion.id]),
            _explain(definition, one, read, answers, language),
        )
        for one in definition.criteria
    )  # fmt: skip
    return Screening(judged, tuple(unreadable))


def compute_tone(kind: str, verdict: str) -> str:
    """Whether a verdict lets somebody in: good, bad, or warn while unknown."""
    if verdict == Verdict.UNKNOWN:
        return "warn"
    return "good" if (verdict == Verdict.MET) == (kind == "inclusion") else "bad"


def _explain(
    definition: Definition, one: CompiledCriterion, read: Mapping[str, Value], answers: Answers, language: str
) -> tuple[Because, ...]:
    if one.rule is None:
        said = answers.judgements.get(one.criterion.id, "")
        told = render_text(f"code.answer.{said}", language) if said in ANSWERS else ""
        return (Because(render_text("screening.judged_by", language), told),)
    names = dict.fromkeys(name for condition in explain(one.rule, read).deciding for name, _ in condition.values)
    return tuple(
        Because(
            find_label(definition, name, language),
            render_value(definition, name, answers.values.get(name, ""), language),
        )
        for name in names
    )
