"""All datasets of a study, in the order in which they build on each other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.adae import derive_adae
from trialwright.derive.adread import derive_readings
from trialwright.derive.adsl import derive_adsl
from trialwright.derive.adtte import derive_adtte
from trialwright.derive.ae import derive_ae
from trialwright.derive.baseline import derive_baseline
from trialwright.derive.bds import derive_bds
from trialwright.derive.ce import derive_ce
from trialwright.derive.cm import derive_cm
from trialwright.derive.dm import derive_dm
from trialwright.derive.ds import derive_ds
from trialwright.derive.dv import derive_dv
from trialwright.derive.ex import derive_ex
from trialwright.derive.findings import derive_findings
from trialwright.derive.ie import derive_ie
from trialwright.derive.mh import derive_mh
from trialwright.derive.populations import derive_populations
from trialwright.derive.pr import derive_pr
from trialwright.derive.subjects import derive_subjects
from trialwright.derive.sv import derive_sv
from trialwright.snapshot.frames import Snapshot


@dataclass(frozen=True, slots=True)
class Datasets:
    """The datasets by name: SDTM by domain (DM, DS, IE, EX, AE, CM, MH, DV, SV, PR, CE and the findings that the
    study's items name), ADaM by dataset (ADSL, ADAE, ADBDS,
    ADTTE, ADBASE with the baseline items, ADREAD with blinded readings). ``missed`` are planned doses that were not given,
    ``populations`` who is in the population of a parameter with a rule."""

    sdtm: Mapping[str, pl.DataFrame]
    adam: Mapping[str, pl.DataFrame]
    missed: pl.DataFrame
    populations: pl.DataFrame


def derive_datasets(definition: Definition, snapshot: Snapshot) -> Datasets:
    """Every dataset of the study from one snapshot."""
    snapshot = replace(snapshot, subjects=derive_subjects(definition, snapshot))
    sdtm = {
        "DM": derive_dm(definition, snapshot),
        "DS": derive_ds(definition, snapshot),
        "IE": derive_ie(definition, snapshot),
        "SV": derive_sv(definition, snapshot),
        "EX": derive_ex(definition, snapshot),
        "AE": derive_ae(definition, snapshot),
        "CM": derive_cm(definition, snapshot),
        "MH": derive_mh(definition, snapshot),
        "DV": derive_dv(definition, snapshot),
        "PR": derive_pr(definition, snapshot),
        **derive_findings(definition, snapshot),
    }
    if "CE" in sdtm:
        sdtm["CE"] = derive_ce(definition, sdtm["CE"])
    adsl = derive_adsl(definition, snapshot, sdtm)
    people = derive_populations(definition, snapshot, adsl)
    adam = {
        "ADSL": adsl,
        "ADAE": derive_adae(definition, adsl, sdtm["AE"]),
        "ADBDS": derive_bds(definition, snapshot),
        "ADTTE": derive_adtte(definition, snapshot, adsl, people),
        "ADBASE": derive_baseline(definition, snapshot),
        "ADREAD": derive_readings(definition, snapshot),
    }
    return Datasets(sdtm, adam, snapshot.missed, people)
