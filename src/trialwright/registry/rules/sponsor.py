"""V29–V39: sponsor, responsible party and oversight."""

from collections.abc import Iterator

from trialwright.registry.case import OVERSIGHT, SPONSOR, Case
from trialwright.registry.rule import Level, Rule, Trouble

_INVESTIGATORS = frozenset({"PRINCIPAL_INVESTIGATOR", "SPONSOR_INVESTIGATOR"})


def _plain(name: str) -> str:
    return " ".join(name.lower().replace(",", " ").replace(".", " ").split())


def _check_lead(case: Case) -> Iterator[Trouble]:
    if not case.protocol.sponsor.lead_sponsor.name.strip():
        yield Trouble(f"{SPONSOR}.leadSponsor.name", "no lead sponsor is named", "exactly one", missing=True)


def _check_party(case: Case) -> Iterator[Trouble]:
    party = case.protocol.sponsor.responsible_party
    if not (party.type or party.investigator_full_name or party.old_name_title or party.old_organization):
        level = None if case.is_new else Level.WARNING
        path = f"{SPONSOR}.responsibleParty"
        yield Trouble(path, "nobody is named as responsible party", "who answers for the record", True, level)


def _check_investigator(case: Case) -> Iterator[Trouble]:
    party = case.protocol.sponsor.responsible_party
    if party.type not in _INVESTIGATORS:
        return
    for key, value in (
        ("investigatorFullName", party.investigator_full_name),
        ("investigatorTitle", party.investigator_title),
        ("investigatorAffiliation", party.investigator_affiliation),
    ):
        if not value.strip():
            wrong = f"the responsible party is an investigator without {key.removeprefix('investigator').lower()}"
            yield Trouble(f"{SPONSOR}.responsibleParty.{key}", wrong, "name, title and affiliation", missing=True)


def _check_sponsor_investigator(case: Case) -> Iterator[Trouble]:
    sponsor = case.protocol.sponsor
    if sponsor.responsible_party.type != "SPONSOR_INVESTIGATOR":
        return
    person = set(_plain(sponsor.responsible_party.investigator_full_name).split())
    if person and not person & set(_plain(sponsor.lead_sponsor.name).split()):
        wrong = f"a sponsor-investigator is the sponsor, and the lead sponsor is {sponsor.lead_sponsor.name!r}"
        yield Trouble(f"{SPONSOR}.leadSponsor.name", wrong, sponsor.responsible_party.investigator_full_name)


def _check_collaborators(case: Case) -> Iterator[Trouble]:
    seen = {_plain(case.protocol.sponsor.lead_sponsor.name)}
    for number, other in enumerate(case.protocol.sponsor.collaborators):
        if _plain(other.name) in seen:
            wrong = f"{other.name!r} is named twice, or is the sponsor too"
            yield Trouble(f"{SPONSOR}.collaborators.{number}.name", wrong, "each organisation once")
        seen.add(_plain(other.name))


def _check_unapproved(case: Case) -> Iterator[Trouble]:
    oversight = case.protocol.oversight
    if oversight.is_unapproved_device and oversight.is_fda_regulated_device is not True:
        wrong = "an unapproved device is studied and no FDA-regulated device"
        yield Trouble(f"{OVERSIGHT}.isFdaRegulatedDevice", wrong, "yes")


def _check_fda_flags(case: Case) -> Iterator[Trouble]:
    if not case.is_new:
        return
    oversight = case.protocol.oversight
    for key, flag in (
        ("isFdaRegulatedDrug", oversight.is_fda_regulated_drug),
        ("isFdaRegulatedDevice", oversight.is_fda_regulated_device),
    ):
        if flag is None:
            wrong = "whether the FDA regulates the product is not answered, and the study started after 2017-01-17"
            level = None if case.is_interventional else Level.WARNING
            yield Trouble(f"{OVERSIGHT}.{key}", wrong, "yes or no", True, level)


def _check_ind(case: Case) -> Iterator[Trouble]:
    known = case.background
    if known.is_ind and not (known.ind_center and known.ind_number):
        yield Trouble(OVERSIGHT, "the study runs under an IND or IDE without its centre and number", "both")


def _check_ethics(case: Case) -> Iterator[Trouble]:
    approved = case.background.ethics_status in ("APPROVED", "EXEMPT", "")
    if case.status in ("RECRUITING", "ENROLLING_BY_INVITATION") and not approved:
        wrong = f"the study is {case.status} and the ethics board's status is {case.background.ethics_status}"
        yield Trouble(f"{OVERSIGHT}", wrong, "approved before the first subject")


def _check_dmc(case: Case) -> Iterator[Trouble]:
    if case.protocol.oversight.oversight_has_dmc is None:
        path = f"{OVERSIGHT}.oversightHasDmc"
        yield Trouble(path, "whether a data monitoring committee watches is not answered", "yes or no", missing=True)


def _check_dmc_needed(case: Case) -> Iterator[Trouble]:
    late = set(case.protocol.design.phases) & {"PHASE2", "PHASE3", "PHASE4"}
    arms = len(case.protocol.arms.arm_groups)
    if late and arms > 1 and case.protocol.oversight.oversight_has_dmc is False:
        wrong = f"a {' / '.join(sorted(late))} study with {arms} arms has no data monitoring committee"
        yield Trouble(f"{OVERSIGHT}.oversightHasDmc", wrong, "a committee, or a reason in the protocol")


RULES = (
    Rule("V29", Level.ERROR, "exactly one lead sponsor", _check_lead),
    Rule("V30", Level.ERROR, "a responsible party", _check_party),
    Rule("V31", Level.ERROR, "an investigator with name, title and affiliation", _check_investigator),
    Rule("V32", Level.ERROR, "a sponsor-investigator is the lead sponsor", _check_sponsor_investigator),
    Rule("V33", Level.ERROR, "collaborators differ from the sponsor and from each other", _check_collaborators),
    Rule("V34", Level.ERROR, "an unapproved device is an FDA-regulated device", _check_unapproved),
    Rule("V35", Level.ERROR, "the FDA questions are answered", _check_fda_flags),
    Rule("V36", Level.ERROR, "an IND or IDE has centre and number", _check_ind),
    Rule("V37", Level.ERROR, "approved by the ethics board before recruiting", _check_ethics),
    Rule("V38", Level.WARNING, "the question of a monitoring committee is answered", _check_dmc),
    Rule("V39", Level.WARNING, "a monitoring committee from phase 2 with several arms", _check_dmc_needed),
)
