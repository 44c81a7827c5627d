"""Concealed allocation lists, and the choice that minimises imbalance."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from trialwright.definition.compiled import Definition
from trialwright.definition.design import Allocation, AllocationMethod
from trialwright.ledger.entries import SlotTaken
from trialwright.ledger.subject import SubjectState

Lists = dict[str, list[str]]


def list_factors(allocation: Allocation, state: SubjectState) -> dict[str, str]:
    """The participant's level of each stratification factor, from the site and the signed screening."""
    values = {**(state.screening.values if state.screening else {}), "site": state.site}
    return {name: values.get(name, "") for name in allocation.strata}


def compute_stratum(factors: Mapping[str, str]) -> str:
    """The name of a stratum; empty where there are no factors."""
    return "|".join(f"{name}={level}" for name, level in factors.items())


def compute_lists(definition: Definition, rng: np.random.Generator) -> Lists:
    """A list of arms for every stratum, in random permuted blocks of random size, long enough for the whole study.

    Parameters
    ----------
    rng : numpy.random.Generator
        The secret randomness; whoever has its seed can foretell the list.
    """
    allocation = definition.study.allocation
    if allocation.method not in (AllocationMethod.PERMUTED_BLOCK, AllocationMethod.STRATIFIED_BLOCK):
        return {}
    strata = _list_strata(definition) if allocation.method is AllocationMethod.STRATIFIED_BLOCK else [""]
    ratio = allocation.ratio or dict.fromkeys(definition.arms, 1)
    length = definition.study.study.planned_enrolment
    return {stratum: _compute_list(ratio, allocation.blocks, length, rng) for stratum in strata}


def _compute_list(ratio: Mapping[str, int], blocks: Sequence[int], length: int, rng: np.random.Generator) -> list[str]:
    arms: list[str] = []
    unit = [arm for arm, share in ratio.items() for _ in range(share)]
    while len(arms) < length:
        size = int(rng.choice(np.asarray(blocks)))
        block = unit * (size // len(unit))
        arms += [block[index] for index in rng.permutation(size)]
    return arms


def _list_strata(definition: Definition) -> list[str]:
    names = definition.study.allocation.strata
    levels = [list(definition.sites) if name == "site" else _list_levels(definition, name) for name in names]
    return [compute_stratum(dict(zip(names, combination, strict=True))) for combination in product(*levels)]


def _list_levels(definition: Definition, path: str) -> list[str]:
    form, _, item = path.partition(".")
    return [code for code, term in definition.forms[form].codes[item].items() if not term.unknown]


def compute_commitment(lists: Mapping[str, Sequence[str]], nonce: str) -> str:
    """The SHA-256 that binds a list without telling it: of a secret nonce and the list in canonical JSON."""
    text = json.dumps({"nonce": nonce, "lists": lists}, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def choose_minimising(
    definition: Definition, taken: Sequence[SlotTaken], factors: Mapping[str, str], draw: float
) -> str:
    """The arm by Pocock and Simon's minimisation (Biometrics 1975;31:103-115), range as the measure, equal weights.

    With probability ``allocation.probability`` the arm of least imbalance (the first of equals by ``draw``), otherwise
    one of the others.
    """
    arms = list(definition.arms)
    ratio = definition.study.allocation.ratio or dict.fromkeys(arms, 1)
    imbalance = {
        arm: sum(_compute_range(arms, ratio, taken, name, level, arm) for name, level in factors.items())
        for arm in arms
    }
    least = min(imbalance.values())
    best = [arm for arm in arms if imbalance[arm] == least]
    others = [arm for arm in arms if imbalance[arm] > least]
    probability = definition.study.allocation.probability if others else 1.0
    pool, share = (
        (best, draw / probability) if draw < probability else (others, (draw - probability) / (1 - probability))
    )
    return pool[min(int(share * len(pool)), len(pool) - 1)]


def _compute_range(
    arms: Sequence[str], ratio: Mapping[str, int], taken: Sequence[SlotTaken], name: str, level: str, candidate: str
) -> float:
    counts = {
        arm: sum(1 for one in taken if one.arm == arm and one.factors.get(name) == level) + (arm == candidate)
        for arm in arms
    }
    scaled = [counts[arm] / ratio[arm] for arm in arms]
    return max(scaled) - min(scaled)
