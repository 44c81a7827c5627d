"""The report's own phrases, in English and Chinese. Labels of the study come from its definition, not from here."""

from collections.abc import Mapping
from types import MappingProxyType

from trialwright.report.phrases_codes import CODES
from trialwright.report.phrases_methods import METHODS
from trialwright.report.phrases_names import NAMES
from trialwright.report.phrases_text import TEXT
from trialwright.vocabulary.labels import Label

PHRASES: Mapping[str, Label] = MappingProxyType({**TEXT, **NAMES, **METHODS, **CODES})
"""Every phrase by its key; places in braces are filled by the caller."""
