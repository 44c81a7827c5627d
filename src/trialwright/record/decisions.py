"""What a record leaves open and a person must decide."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Decision:
    """One open question.

    Parameters
    ----------
    id : str
        Short name, quoted by ``assumed`` in the draft.
    kind : str
        Class of the assumption: DOSE, ELIGIBILITY, DAY_0, PRIMARY_ENDPOINT, CAP, ALLOCATION, AE_WINDOW, WINDOW,
        ENDPOINT_DEFINITION, SCHEDULE, SITE or OTHER.
    question : str
        The question, for a physician.
    record_says : str
        The record's own words, or that it is silent.
    proposal : str
        What the draft takes until somebody decides; empty where it takes nothing.
    reason : str
        Why the question arises.
    """

    id: str
    kind: str
    question: str
    record_says: str
    proposal: str = ""
    reason: str = ""


@dataclass(slots=True)
class Decisions:
    """Collects the questions of one draft, in the order in which they arise."""

    found: list[Decision] = field(default_factory=list)

    def ask(self, decision: Decision) -> str:
        """Add a question and return its id; the same id is asked once."""
        if all(other.id != decision.id for other in self.found):
            self.found.append(decision)
        return decision.id


def render_decisions(title: str, decisions: tuple[Decision, ...]) -> str:
    """The questions as a Markdown page to print and answer."""
    lines = [f"# {title}: what a person must still decide", ""]
    lines.append(f"{len(decisions)} questions. Nothing below is in the record; the draft study marks each as assumed.")
    for number, decision in enumerate(decisions, start=1):
        lines += ["", f"## {number}. {decision.question}", "", f"- class: {decision.kind} (`{decision.id}`)"]
        lines.append(f"- the record says: {_one_line(decision.record_says)}")
        lines.append(f"- proposal: {_one_line(decision.proposal) or 'none, somebody must say'}")
        if decision.reason:
            lines.append(f"- why it is asked: {_one_line(decision.reason)}")
        lines.append("- decided: ______________________  by: ______________  on: __________")
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
