"""Closed lists of the words that more than one room uses."""

from enum import StrEnum


class Purpose(StrEnum):
    """What a ledger is for, for ever (principles of conduct, 5)."""

    VIRTUAL = "VIRTUAL"
    TRAINING = "TRAINING"
    UAT = "UAT"
    PRODUCTION = "PRODUCTION"


class Missing(StrEnum):
    """Why an item has no value. UNKNOWN means asked and not known; it is never a no."""

    NOT_DONE = "NOT_DONE"
    UNKNOWN = "UNKNOWN"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    REFUSED = "REFUSED"


class Verdict(StrEnum):
    """What is known about one criterion for one person."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    UNKNOWN = "UNKNOWN"


class ReportingRegime(StrEnum):
    """The laws and guidelines whose reporting clocks are known; their rows are data of the safety room."""

    ICH = "ICH"
    CN_GCP_2020 = "CN_GCP_2020"
    CN_STEM_CELL_2015 = "CN_STEM_CELL_2015"
    US_IND = "US_IND"
    EU_CTR = "EU_CTR"
    PROTOCOL = "PROTOCOL"


class Role(StrEnum):
    """The roles in which people act. The administrator sees no clinical data, the inspector changes nothing."""

    INVESTIGATOR = "INVESTIGATOR"
    SUB_INVESTIGATOR = "SUB_INVESTIGATOR"
    COORDINATOR = "COORDINATOR"
    NURSE = "NURSE"
    READER_1 = "READER_1"
    READER_2 = "READER_2"
    ADJUDICATOR = "ADJUDICATOR"
    MEDICAL_MONITOR = "MEDICAL_MONITOR"
    SAFETY_BOARD = "SAFETY_BOARD"
    INDEPENDENT_STATISTICIAN = "INDEPENDENT_STATISTICIAN"
    ETHICS_BOARD = "ETHICS_BOARD"
    PHARMACIST = "PHARMACIST"
    DATA_MANAGER = "DATA_MANAGER"
    MONITOR = "MONITOR"
    STATISTICIAN = "STATISTICIAN"
    SPONSOR = "SPONSOR"
    INSPECTOR = "INSPECTOR"
    ADMINISTRATOR = "ADMINISTRATOR"
    SYSTEM = "SYSTEM"


READERS = frozenset({Role.READER_1, Role.READER_2, Role.ADJUDICATOR})
"""They read images, and never see arm, date or infusion."""


class Duty(StrEnum):
    """What the delegation log can hand to a person (ICH E6(R3) 2.3)."""

    OBTAIN_CONSENT = "OBTAIN_CONSENT"
    JUDGE_ELIGIBILITY = "JUDGE_ELIGIBILITY"
    ALLOCATE = "ALLOCATE"
    ENTER_DATA = "ENTER_DATA"
    GIVE_PRODUCT = "GIVE_PRODUCT"
    HANDLE_PRODUCT = "HANDLE_PRODUCT"
    ASSESS_SAFETY = "ASSESS_SAFETY"
    READ_IMAGES = "READ_IMAGES"
    SIGN = "SIGN"


class LeavingKind(StrEnum):
    """The ways in which somebody leaves (principles of conduct, 11), mildest first."""

    STOP_TREATMENT = "STOP_TREATMENT"
    STOP_VISITS = "STOP_VISITS"
    SITE_TRANSFER = "SITE_TRANSFER"
    PHYSICIAN_DECISION = "PHYSICIAN_DECISION"
    LOST_TO_FOLLOW_UP = "LOST_TO_FOLLOW_UP"
    WITHDRAW_CONSENT = "WITHDRAW_CONSENT"


class DataFate(StrEnum):
    """What happens to what a person who withdrew has given: kept, or kept and not used from now on."""

    KEEP = "KEEP"
    KEEP_NO_FURTHER_USE = "KEEP_NO_FURTHER_USE"
    DESTROY_SAMPLES = "DESTROY_SAMPLES"


class NoticeKind(StrEnum):
    """What somebody is told of."""

    SERIOUS = "SERIOUS"
    SITUATION = "SITUATION"
    FLAG = "FLAG"
    DOSE = "DOSE"
    CODE_BREAK = "CODE_BREAK"
    CLOCK = "CLOCK"
    APPROVAL = "APPROVAL"
    LIMIT = "LIMIT"
    MISUSE = "MISUSE"
