"""A trial in memory for tests of the acts: opened, staffed, one site active."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from tests.studies import load_definition
from trialwright.access.policy import Actor
from trialwright.capture.allocate import Allocate
from trialwright.capture.consent import Consent
from trialwright.capture.enrol import Enrol
from trialwright.ledger.entries import DeviationNoted, Entry
from trialwright.ledger.subject import SubjectState
from trialwright.simulate.memory import MemoryLedger, Written
from trialwright.simulate.screening import Answers, make_eligible
from trialwright.simulate.staff import find_staff, list_opening
from trialwright.simulate.steps import Perform, Result, Step
from trialwright.simulate.values import Occasion, Person, ValueMaker
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Refusal

BEGIN = datetime(2020, 1, 27, 8, tzinfo=ZoneInfo("Asia/Shanghai"))


class InMemory:
    """A trial whose time moves a minute with every act."""

    def __init__(self, *, opened: bool = True, perform: Perform | None = None) -> None:
        self.definition = load_definition()
        rng = np.random.default_rng(7)
        self.ledger = MemoryLedger(self.definition, lambda: rng.bytes(16).hex(), {}, rng.random)
        self.perform = perform or self.ledger.perform
        self.now = BEGIN
        self.site = next(iter(self.definition.sites))
        self.maker = ValueMaker(self.definition)
        self.person = Person(np.random.default_rng(3))
        if opened:
            for step in list_opening(self.definition, BEGIN, "", 0, supplied=False):
                assert isinstance(self.perform(step), Written)
                self.now = step.at

    def do(self, command: object, role: Role | Actor = Role.INVESTIGATOR) -> Result:
        """Do an act a minute later."""
        self.now += timedelta(minutes=1)
        actor = role if isinstance(role, Actor) else find_staff(self.site, role)
        return self.perform(Step(self.now, command, actor))

    def must(self, command: object, role: Role | Actor = Role.INVESTIGATOR) -> tuple[Entry, ...]:
        """Do an act that has to go through."""
        result = self.do(command, role)
        assert isinstance(result, Written), str(result)
        return result.written

    def refused(self, command: object, role: Role | Actor = Role.INVESTIGATOR) -> set[str]:
        """The codes of the reasons for which an act is refused."""
        result = self.do(command, role)
        assert isinstance(result, Refusal), "it was not refused"
        return {reason.code for reason in result.reasons}

    def state(self, participant: str) -> SubjectState:
        """The participant's state."""
        return self.ledger.subjects[participant]

    def deviations(self, participant: str) -> set[str]:
        """The codes of the participant's deviations."""
        return {one.code for one in self.state(participant).deviations}

    # --- a participant on the way ---------------------------------------------------------------------------------

    def answers(self) -> Answers:
        """Answers of somebody eligible."""
        return make_eligible(self.definition, self.maker, self.person, self.occasion())

    def occasion(self) -> Occasion:
        """Now, at the site."""
        return Occasion(self.now.replace(tzinfo=None), 0.0)

    def screened(self, answers: Answers | None = None) -> str:
        """A new participant who was screened."""
        result = self.do((answers or self.answers()).compute_command(self.site), Role.COORDINATOR)
        assert isinstance(result, Written), str(result)
        return result.participant

    def consent(self, code: str, **changes: str) -> Consent:
        """A consent now."""
        given = {"given_at": f"{self.now:%Y-%m-%dT%H:%M}", "form_version": "1.0", "language": "ZH"}
        explained = {"explained_by": find_staff(self.site, Role.INVESTIGATOR).person}
        return Consent(code, **{**given, **explained, **changes})

    def consented(self) -> str:
        """A new participant who was screened and has consented."""
        code = self.screened()
        self.must(self.consent(code))
        return code

    def enrolled(self) -> str:
        """A new participant who is enrolled."""
        code = self.consented()
        self.must(Enrol(code))
        return code

    def allocated(self, arm: str) -> str:
        """A new participant in an arm."""
        code = self.enrolled()
        self.must(Allocate(code, arm, "the patient and the physician agree"))
        return code

    def fill(self, form: str, **fixed: str) -> dict[str, str]:
        """Values of a form that nothing is wrong with, but for those given."""
        return self.maker.fill(form, self.person, self.occasion(), fixed)[0]


def codes(entries: tuple[Entry, ...]) -> set[str]:
    """The codes of the deviations among entries."""
    return {one.code for one in entries if isinstance(one, DeviationNoted)}
