"""Displayed words of the registry's upload format (PRS XML) and their API v2 codes, used for reading and writing.

The format's pick lists are not public. These words are those of the registry's public records and of the comments in
its schemas; a word that is on no list is written under "Other" with its own name beside it, as the format provides.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType


def _both(pairs: Mapping[str, str]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Code → word, and word in small letters → code."""
    return MappingProxyType(dict(pairs)), MappingProxyType({word.lower(): code for code, word in pairs.items()})


PARAM_WORDS, PARAM_CODES = _both(
    {
        "GEOMETRIC_MEAN": "Geometric Mean",
        "GEOMETRIC_LEAST_SQUARES_MEAN": "Geometric Least Squares Mean",
        "LEAST_SQUARES_MEAN": "Least Squares Mean",
        "LOG_MEAN": "Log Mean",
        "MEAN": "Mean",
        "MEDIAN": "Median",
        "NUMBER": "Number",
        "COUNT_OF_PARTICIPANTS": "Count of Participants",
        "COUNT_OF_UNITS": "Count of Units",
    }
)
DISPERSION_WORDS, DISPERSION_CODES = _both(
    {
        "NA": "Not Applicable",
        "STANDARD_DEVIATION": "Standard Deviation",
        "STANDARD_ERROR": "Standard Error",
        "INTER_QUARTILE_RANGE": "Inter-Quartile Range",
        "FULL_RANGE": "Full Range",
        "GEOMETRIC_COEFFICIENT": "Geometric Coefficient of Variation",
    }
)
CONFIDENCE_LEVELS = MappingProxyType(
    {
        "CONFIDENCE_80": "80",
        "CONFIDENCE_90": "90",
        "CONFIDENCE_95": "95",
        "CONFIDENCE_975": "97.5",
        "CONFIDENCE_99": "99",
    }
)
LEVEL_CODES = MappingProxyType({level: code for code, level in CONFIDENCE_LEVELS.items()})
OUTCOME_TYPE_WORDS, OUTCOME_TYPE_CODES = _both(
    {
        "PRIMARY": "Primary",
        "SECONDARY": "Secondary",
        "OTHER_PRE_SPECIFIED": "Other Pre-specified",
        "POST_HOC": "Post-Hoc",
    }
)
TEST_TYPE_WORDS, TEST_TYPE_CODES = _both(
    {
        "SUPERIORITY": "Superiority",
        "NON_INFERIORITY": "Non-Inferiority",
        "EQUIVALENCE": "Equivalence",
        "OTHER": "Other",
        "NON_INFERIORITY_OR_EQUIVALENCE": "Non-Inferiority or Equivalence",
        "SUPERIORITY_OR_OTHER": "Superiority or Other",
        "NON_INFERIORITY_OR_EQUIVALENCE_LEGACY": "Non-Inferiority or Equivalence (legacy)",
        "SUPERIORITY_OR_OTHER_LEGACY": "Superiority or Other (legacy)",
    }
)
SIDES_WORDS, SIDES_CODES = _both({"ONE_SIDED": "1-Sided", "TWO_SIDED": "2-Sided"})
ASSESSMENT_WORDS, ASSESSMENT_CODES = _both(
    {"SYSTEMATIC_ASSESSMENT": "Systematic Assessment", "NON_SYSTEMATIC_ASSESSMENT": "Non-systematic Assessment"}
)
RESTRICTION_WORDS, RESTRICTION_CODES = _both({"LTE60": "LTE60", "GT60": "GT60", "OTHER": "Other"})
ESTIMATE_DISPERSION_WORDS, ESTIMATE_DISPERSION_CODES = _both(
    {"STANDARD_DEVIATION": "Standard Deviation", "STANDARD_ERROR_OF_MEAN": "Standard Error of the Mean"}
)
STATUS_POSTED, STATUS_NOT_POSTED = "Posted", "Not Posted"
DROP_REASONS = frozenset(
    {
        "Adverse Event",
        "Death",
        "Lack of Efficacy",
        "Lost to Follow-up",
        "Physician Decision",
        "Pregnancy",
        "Protocol Violation",
        "Withdrawal by Subject",
    }
)
BASELINE_TITLES = frozenset(
    {
        "Age, Continuous",
        "Age, Categorical",
        "Age, Customized",
        "Sex: Female, Male",
        "Sex/Gender, Customized",
        "Ethnicity (NIH/OMB)",
        "Race (NIH/OMB)",
        "Race/Ethnicity, Customized",
        "Region of Enrollment",
    }
)
METHODS = frozenset(
    {
        "ANCOVA",
        "ANOVA",
        "Chi-squared",
        "Chi-squared, Corrected",
        "Cochran-Mantel-Haenszel",
        "Fisher Exact",
        "Kruskal-Wallis",
        "Log Rank",
        "Mantel Haenszel",
        "McNemar",
        "Mixed Models Analysis",
        "Regression, Cox",
        "Regression, Linear",
        "Regression, Logistic",
        "Sign Test",
        "t-test, 1 sided",
        "t-test, 2 sided",
        "Wilcoxon (Mann-Whitney)",
    }
)
ESTIMATES = frozenset(
    {
        "Cox Proportional Hazard",
        "Hazard Ratio (HR)",
        "Hazard Ratio, Log",
        "Mean Difference (Final Values)",
        "Mean Difference (Net)",
        "Median Difference (Final Values)",
        "Median Difference (Net)",
        "Odds Ratio (OR)",
        "Odds Ratio, Log",
        "Risk Difference (RD)",
        "Risk Ratio (RR)",
        "Risk Ratio, Log",
        "Slope",
    }
)
OTHER = "Other"
STUDY_SPECIFIC = "Study-Specific Measure"
_INTERVAL = re.compile(r"(\d+(?:\.\d+)?)% Confidence Interval")


def split_dispersion(text: str) -> tuple[str, str]:
    """Word and level of a dispersion in API v2's words or codes.

    >>> split_dispersion("95% Confidence Interval"), split_dispersion("STANDARD_DEVIATION")
    (('Confidence Interval', '95'), ('Standard Deviation', ''))
    """
    if text in CONFIDENCE_LEVELS:
        return "Confidence Interval", CONFIDENCE_LEVELS[text]
    interval = _INTERVAL.fullmatch(text)
    if interval:
        return "Confidence Interval", interval.group(1)
    return DISPERSION_WORDS.get(text, text), ""


def join_dispersion(word: str, level: str, *, coded: bool) -> str:
    """The inverse of ``split_dispersion``: a code for baseline measures (``coded``), words for outcomes."""
    if word == "Confidence Interval" and level:
        text = f"{level}% Confidence Interval"
        return LEVEL_CODES.get(level, text) if coded else text
    return DISPERSION_CODES.get(word.lower(), word) if coded else word
