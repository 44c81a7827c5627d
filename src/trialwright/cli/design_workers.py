"""The workers of ``trialwright design``: this machine's cores through joblib, or an existing Dask cluster.

A piece of work is a function of a chunk with a seed of its own, and results are put in the order of the chunks; so the
answer is the same on any number of workers and either backend, bit for bit.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

import numpy as np
from joblib import Parallel, delayed

from trialwright.design import (
    Characteristic,
    Chunk,
    Model,
    ScenarioFile,
    Stopping,
    build_model,
    compute_all_truths,
    compute_characteristics,
    compute_chunk,
    compute_stopping,
    list_chunks,
    list_truth_pieces,
)
from trialwright.design.page import Result
from trialwright.design.tally import merge_sums
from trialwright.design.truths import PEOPLE

R = TypeVar("R")
Advance = Callable[[int], None]
DASK = "dask://"

__all__ = ["DASK", "build_model", "check_backend", "run_design"]


def check_backend(backend: str) -> str:
    """Why a backend cannot be used; empty where it can."""
    if backend == "joblib":
        return ""
    if not backend.startswith(DASK) or ":" not in backend.removeprefix(DASK):
        return f"the backend is joblib or dask://HOST:PORT, not {backend}"
    if find_spec("distributed") is None:
        return "the Dask backend needs the package distributed: pip install 'trialwright[dask]'"
    return ""


def run_design(
    model: Model,
    file: ScenarioFile,
    trials: int,
    seed: int,
    *,
    workers: int = 0,
    backend: str = "joblib",
    people: int = PEOPLE,
    advance: Advance = lambda _: None,
) -> Result:
    """The operating characteristics of every scenario.

    Parameters
    ----------
    model, file
        The study and its scenarios.
    trials, seed : int
        How many trials a scenario, and where randomness starts.
    workers : int
        Processes on this machine, or chunks at a time on the cluster; 0 for as many as there are.
    backend : str
        ``joblib`` or ``dask://HOST:PORT``.
    people : int
        Participants of each arm from whom true values are computed.
    advance : callable
        Told after each piece of work how many pieces are done; one for each chunk and before them those of the true values.
    """
    of_truth, of_trials = np.random.SeedSequence(seed).spawn(2)
    scenarios = file.scenarios
    chunks = list_chunks(trials, of_trials)
    find = partial(_map, workers=workers, backend=backend)
    groups = list_truth_pieces(model, scenarios)
    truths = find([partial(compute_all_truths, model, group, of_truth, people) for group in groups], advance=advance)
    known = {name: found for part in truths for name, found in part.items()}
    work = [partial(compute_chunk, model, scenarios, known, size, own) for size, own in chunks]
    parts: Sequence[Chunk] = find(work, advance=lambda done: advance(len(groups) + done))
    characteristics: list[Characteristic] = []
    stops: list[Stopping] = []
    for one in scenarios:
        sums = merge_sums(part.sums[one.id] for part in parts)
        characteristics += compute_characteristics(model, one, sums, known[one.id])
        stopped = compute_stopping(model, one, _add(part.stopped[one.id] for part in parts))
        stops += [stopped] if stopped else []
    return Result(model, file, trials, seed, tuple(characteristics), tuple(stops))


def count_pieces(model: Model, file: ScenarioFile, trials: int) -> int:
    """How many pieces of work a run has."""
    return len(list_truth_pieces(model, file.scenarios)) + len(list_chunks(trials, np.random.SeedSequence(0)))


def _add(counts: Iterable[Sequence[float]]) -> list[float]:
    return [float(sum(column)) for column in zip(*counts, strict=True)]


def _map(work: Sequence[Callable[[], R]], *, workers: int, backend: str, advance: Advance) -> list[R]:
    """What each piece of work returns, in the order of the pieces."""
    if backend != "joblib":
        return _map_on_cluster(work, backend.removeprefix(DASK), advance)
    found: list[R] = []
    # Threads of the linear algebra inside a process would only wait for each other.
    pool = Parallel(n_jobs=workers or -1, return_as="generator", inner_max_num_threads=1, pre_dispatch="2*n_jobs")
    one_by_one = (piece() for piece in work)
    for result in one_by_one if workers == 1 else pool(delayed(piece)() for piece in work):
        found.append(result)
        advance(len(found))
    return found


def _map_on_cluster(work: Sequence[Callable[[], R]], address: str, advance: Advance) -> list[R]:
    distributed: Any = import_module("distributed")  # an optional package
    with distributed.Client(address, set_as_default=False, timeout="10s") as client:
        futures: list[Future[Any]] = [client.submit(piece, pure=False) for piece in work]
        for done, _ in enumerate(distributed.as_completed(futures, loop=client.loop), start=1):
            advance(done)
        return list(client.gather(futures))
