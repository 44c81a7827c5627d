"""The registry's displayed words and their API v2 codes ("Phase 1/Phase 2" → PHASE1, PHASE2).

A word that is on no list is kept: upper case, words joined by an underscore. The rule checker then names it.
"""

import re
from datetime import datetime

from trialwright.vocabulary.partial_dates import PartialDate

# Only words whose code is not simply the word in capitals with underscores.
_CODES = {
    "status": {
        "ACTIVE__NOT_RECRUITING": "ACTIVE_NOT_RECRUITING",
        "UNKNOWN_STATUS": "UNKNOWN",
        "NO_LONGER_RECRUITING": "ACTIVE_NOT_RECRUITING",
    },
    "study_type": {
        "INTERVENTIONAL_CLINICAL_TRIAL": "INTERVENTIONAL",
        "OBSERVATIONAL_PATIENT_REGISTRY": "OBSERVATIONAL",
        "OBSERVATIONAL_PATIENT_REGISTRY_": "OBSERVATIONAL",
    },
    "model": {
        "PARALLEL_ASSIGNMENT": "PARALLEL",
        "SINGLE_GROUP_ASSIGNMENT": "SINGLE_GROUP",
        "CROSSOVER_ASSIGNMENT": "CROSSOVER",
        "CROSS_OVER_ASSIGNMENT": "CROSSOVER",
        "FACTORIAL_ASSIGNMENT": "FACTORIAL",
        "SEQUENTIAL_ASSIGNMENT": "SEQUENTIAL",
    },
    "allocation": {"NON_RANDOMIZED": "NON_RANDOMIZED", "N_A": "NA"},
    "purpose": {"EDUCATIONAL_COUNSELING_TRAINING": "ECT"},
    "date_type": {"ANTICIPATED": "ESTIMATED"},
    "observational_model": {"ECOLOGIC_OR_COMMUNITY_STUDY": "ECOLOGIC_OR_COMMUNITY", "FAMILY_BASED": "FAMILY_BASED"},
    "sex": {"BOTH": "ALL", "MALE_AND_FEMALE": "ALL", "FEMALE_MALE": "ALL"},
    "sponsor_class": {"U_S_FED": "FED", "OTHER_U_S_FEDERAL_AGENCY": "FED"},
}

ARM_TYPES = frozenset(
    {
        "EXPERIMENTAL",
        "ACTIVE_COMPARATOR",
        "PLACEBO_COMPARATOR",
        "SHAM_COMPARATOR",
        "NO_INTERVENTION",
        "OTHER",
    }
)
INTERVENTION_TYPES = frozenset(
    {
        "BEHAVIORAL",
        "BIOLOGICAL",
        "COMBINATION_PRODUCT",
        "DEVICE",
        "DIAGNOSTIC_TEST",
        "DIETARY_SUPPLEMENT",
        "DRUG",
        "GENETIC",
        "PROCEDURE",
        "RADIATION",
        "OTHER",
    }
)
MASKED_ROLES = {
    "PARTICIPANT": "PARTICIPANT",
    "SUBJECT": "PARTICIPANT",
    "CARE_PROVIDER": "CARE_PROVIDER",
    "CAREGIVER": "CARE_PROVIDER",
    "INVESTIGATOR": "INVESTIGATOR",
    "OUTCOMES_ASSESSOR": "OUTCOMES_ASSESSOR",
}
_MASKING_LEVELS = ("NONE", "SINGLE", "DOUBLE", "TRIPLE", "QUADRUPLE")
_PHASE = re.compile(r"(early)?\s*phase\s*([1-4]|iv|i{1,3})\b", re.IGNORECASE)
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
# Each form with the precision that it tells.
_DATE_FORMS = (
    ("%B %d, %Y", "day"),
    ("%B %d,%Y", "day"),
    ("%d %B %Y", "day"),
    ("%d/%m/%Y", "day"),
    ("%Y%m%d", "day"),
    ("%Y-%m-%d %H:%M:%S", "day"),
    ("%m/%d/%Y %I:%M:%S %p", "day"),
    ("%B %Y", "month"),
)


def read_code(display: str, kind: str = "") -> str:
    """The code of a displayed word.

    >>> read_code("Active, not recruiting", "status"), read_code("Interventional (Clinical Trial)", "study_type")
    ('ACTIVE_NOT_RECRUITING', 'INTERVENTIONAL')
    """
    code = re.sub(r"[^A-Za-z0-9]+", "_", display.strip()).strip("_").upper()
    return _CODES.get(kind, {}).get(code, code)


def read_phases(display: str) -> list[str]:
    """The phases that a text names; ``["NA"]`` for "N/A" and "Not Applicable"; empty for no text.

    >>> read_phases("Phase 1/Phase 2"), read_phases("Early Phase 1"), read_phases("N/A")
    (['PHASE1', 'PHASE2'], ['EARLY_PHASE1'], ['NA'])
    """
    found = _PHASE.findall(display)
    if found:
        return [f"{'EARLY_' if early else ''}PHASE{_ROMAN.get(number.upper(), number)}" for early, number in found]
    code = read_code(display)
    return [] if not code else ["NA"] if code in {"N_A", "NA", "NOT_APPLICABLE"} else [code]


def read_masking(display: str) -> tuple[str, list[str]]:
    """Level and masked roles of a text such as "Double (Participant, Investigator)".

    >>> read_masking("None (Open Label)"), read_masking("Double (Participant, Investigator)")
    (('NONE', []), ('DOUBLE', ['PARTICIPANT', 'INVESTIGATOR']))
    """
    head, _, inside = display.partition("(")
    word = read_code(head).split("_")[0] if head.strip() else ""
    level = "NONE" if word in {"OPEN", "NO"} else word
    roles = [MASKED_ROLES[code] for part in inside.rstrip(" )").split(",") if (code := read_code(part)) in MASKED_ROLES]
    return (level if level in _MASKING_LEVELS else read_code(head)), roles


def read_yes_no(display: str) -> bool | None:
    """True for yes, False for no, None for anything else."""
    return {"yes": True, "no": False, "true": True, "false": False}.get(display.strip().lower())


def read_count(text: str) -> int | None:
    """The whole number in a text of at most twelve digits, thousands set apart by commas or not; None for another.

    >>> read_count("1,204"), read_count("20"), read_count("twenty"), read_count("9" * 5000)
    (1204, 20, None, None)
    """
    plain = text.strip().replace(",", "")
    return int(plain) if plain.isdecimal() and len(plain) <= 12 else None


def read_date(display: str) -> str | None:
    """An ISO date as precise as the text is, or None when it is no date we know.

    A day before a month (27/01/2020) is the ICTRP's form; a month before a day appears only beside a time of day.

    >>> read_date("January 27, 2020"), read_date("December 2020"), read_date("27/01/2020"), read_date("soon")
    ('2020-01-27', '2020-12', '2020-01-27', None)
    """
    text = " ".join(display.split())
    for form, precision in _DATE_FORMS:
        try:
            # A calendar date in words has no zone, and only its date is kept.
            moment = datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
        return moment.strftime("%Y-%m-%d" if precision == "day" else "%Y-%m")
    try:
        return str(PartialDate.parse(text))
    except ValueError:
        return None


def read_ages(low: str, high: str) -> list[str]:
    """The registry's age groups that the limits reach (CHILD under 18, ADULT 18 to 64, OLDER_ADULT from 65).

    >>> read_ages("18 Years", "70 Years"), read_ages("5 Years", "8 Years"), read_ages("6 Months", "")
    (['ADULT', 'OLDER_ADULT'], ['CHILD'], ['CHILD', 'ADULT', 'OLDER_ADULT'])
    """
    least, most = compute_age_years(low), compute_age_years(high)
    bottom = 0.0 if least is None else least
    groups = [("CHILD", bottom < 18), ("ADULT", bottom < 65 and (most is None or most >= 18))]
    groups.append(("OLDER_ADULT", most is None or most >= 65))
    return [name for name, reached in groups if reached]


def compute_age_years(text: str) -> float | None:
    """An age limit in years; None for none ("N/A" or empty) and for what is not an age.

    >>> compute_age_years("6 Months"), compute_age_years("N/A")
    (0.5, None)
    """
    match = re.fullmatch(r"\s*(\d{1,6})\s+(Year|Month|Week|Day|Hour|Minute)s?\s*", text)
    if match is None:
        return None
    per_year = {"Year": 1.0, "Month": 12.0, "Week": 52.18, "Day": 365.25, "Hour": 8766.0, "Minute": 525960.0}
    return int(match.group(1)) / per_year[match.group(2)]
