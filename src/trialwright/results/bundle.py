"""Everything a report needs, computed before the report begins: rows, listings and the series behind the figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from trialwright.results.row import ResultRow


@dataclass(frozen=True, slots=True)
class Header:
    """What every page says: which study, which data, which definition, which program.

    ``planned`` are the analyses that stand as they are in the plan that was signed first; None while none is signed.
    ``purpose`` is the ledger's; ``position`` and ``seal`` anchor the chain; ``data_cut`` is the time of the last entry
    (UTC, ISO 8601); ``versions`` names the program and its numeric libraries.
    """

    study: str
    title: str
    purpose: str
    version: str
    digest: str
    position: int
    seal: str
    data_cut: str
    snapshot: str
    versions: Mapping[str, str]
    planned: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """The computed study.

    Parameters
    ----------
    header : Header
    rows : tuple of ResultRow
        Every number that is printed.
    listings : mapping of str to DataFrame
        By ICH E3 number (``16.2.1`` …): rows to print as they are, columns in order, headed by their names.
    profiles : mapping of str to DataFrame
        By parameter: ``participant, arm, visit, day, value`` for figures of individual courses.
    curves : mapping of str to DataFrame
        By parameter: ``arm, day, estimate, ci_low, ci_high, at_risk`` for step figures (each arm starts at day 0).
    timelines : DataFrame
        ``participant, arm, kind, start_day, end_day, label`` for the figure of one line a participant.
    peaks : DataFrame
        ``participant, arm, transaminase, bilirubin, quadrant`` for the figure of liver values; empty where the study
        does not measure both.
    """

    header: Header
    rows: tuple[ResultRow, ...]
    listings: Mapping[str, pl.DataFrame]
    profiles: Mapping[str, pl.DataFrame]
    curves: Mapping[str, pl.DataFrame]
    timelines: pl.DataFrame
    peaks: pl.DataFrame = field(default_factory=pl.DataFrame)
