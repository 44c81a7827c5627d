"""What the public record must be, is, and was: rules, clocks and differences.

What comes in: a typed record and a day. What goes out: broken rules with their number and place, obligations with a
verdict and a date, and the changes between two versions in words.
What never happens here: reading files, asking the clock, computing a statistic, sending anything anywhere.
To add a rule, copy one function and its row in a file of ``rules``; a regime is a row of ``regimes``.
"""

from trialwright.registry.case import Background, Change, Publication
from trialwright.registry.check import check_record
from trialwright.registry.difference import compare_records
from trialwright.registry.difference_words import Difference, Weight
from trialwright.registry.rule import Breach, Level
from trialwright.registry.rules.table import RULES

__all__ = [
    "RULES",
    "Background",
    "Breach",
    "Change",
    "Difference",
    "Level",
    "Publication",
    "Weight",
    "check_record",
    "compare_records",
]
