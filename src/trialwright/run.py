"""The whole flow of trialwright, from a study folder to a report, in the order in which data walk.

    compile the study → rehearse it in a VIRTUAL ledger → verify the ledger → snapshot → datasets → results → report

Each step is one call into its room; what happens in a room is told there.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from importlib.metadata import version
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from django.db import connection

from trialwright.analyse import compute_bundle
from trialwright.analyse.registry_counts import compute_registry_counts
from trialwright.definition.analysis import list_digests
from trialwright.definition.compiled import Definition
from trialwright.derive import derive_datasets
from trialwright.ledger.entries_results import ResultsQcSigned
from trialwright.ledger.seal import ORIGIN, Seal
from trialwright.ledger.study import StudyState, list_unsealing_obstacles
from trialwright.record import Record
from trialwright.registry.facts import FACT_ACTS, compute_facts
from trialwright.registry.submission import Answers, Material, Submission, build_submission
from trialwright.registry.submission.quality import SignOff
from trialwright.report import render_pdf, render_report, render_results_ars, render_tables_rtf
from trialwright.report.safety_cioms import render_cioms_pdf
from trialwright.results import Bundle, Header, ResultRow
from trialwright.safety.board import BoardReport
from trialwright.safety.board_report import Cut, compute_board_report
from trialwright.safety.e2b import Transmission, render_e2b
from trialwright.safety.events import Causality, is_suspected_unexpected
from trialwright.safety.measured import build_measured
from trialwright.safety.subject_case import Reporting, compute_case
from trialwright.safety.subject_events import compute_subject_events
from trialwright.service.dry_run import run_dry
from trialwright.service.folded import collecting_no_cycles, fold_ledger
from trialwright.service.perform import compute_stamped
from trialwright.service.study_state import read_study_state, read_subject_states
from trialwright.simulate.run import RunReport
from trialwright.snapshot import Folded, Snapshot, compute_snapshot_hash, compute_snapshot_of, list_begun
from trialwright.store.read import read_entries, read_entry, read_study
from trialwright.store.snapshots import write_snapshot
from trialwright.store.verify import VerifyReport, verify_ledger
from trialwright.vocabulary.findings import Finding

Tell = Callable[[str, int, int], None]
"""Told of progress: which step, how much is done, of how much (0 where that is not known)."""

_ENDINGS = {"ars": "ars.json"}
_LIBRARIES = ("trialwright", "numpy", "scipy", "polars", "duckdb", "sqlglot")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a rehearsal left behind."""

    run: RunReport
    verified: VerifyReport
    report: Path
    files: tuple[Path, ...]


class NothingThen(Exception):
    """The ledger holds nothing up to the position that was asked for; the text says when it begins."""


class Sealed(Exception):
    """Results by arm are sealed in this ledger; the text says what is missing."""


def rehearse(definition: Definition, out: Path, seed: int, tell: Tell = lambda *_: None) -> Rehearsal:
    """Rehearse a study from screening to the final report, in the ledger that this process is connected to.

    Parameters
    ----------
    definition : Definition
        The compiled study.
    out : Path
        The folder that receives ``report.html``, the snapshot, the datasets, the results, the seal, and under ``safety``
        the case files of suspected unexpected serious reactions.
    seed : int
        The same seed gives the same ledger, and the same ledger the same report, byte for byte.
    """
    planned = definition.study.study.planned_enrolment
    run = run_dry(definition, seed, progress=lambda done: tell("virtual participants", done, planned))
    verified = verify_ledger(connection, progress=lambda done, of: tell("verify the ledger", done, of))
    tell("snapshot, datasets, results, report", 0, 0)
    files = write_products(definition, out)
    cases = write_cases(definition, out / "safety")
    return Rehearsal(run, verified, out / "report.html", (*files, *cases))


def write_cases(definition: Definition, folder: Path) -> tuple[Path, ...]:
    """Every suspected unexpected serious reaction of the connected ledger as it stands, as CIOMS I (PDF) and E2B(R3) (XML)."""
    study, row = read_study_state(connection), read_study(connection)
    last = read_entry(connection, row.position) if row else None
    if last is None or study.opened is None:
        return ()
    now = datetime.fromisoformat(last.at).astimezone(UTC).replace(microsecond=0)
    written: list[Path] = []
    for state in read_subject_states(connection).values():
        for event in compute_subject_events(definition, state):
            if not is_suspected_unexpected(event, Causality(definition.study.safety.related_from)):
                continue
            folder.mkdir(parents=True, exist_ok=True)
            case = compute_case(definition, state, int(event.id), Reporting(now))
            message = Transmission(f"{case.id}-{last.position}", case.sender.organisation, "RECEIVER", now)
            form, xml = (folder / f"{name}-{state.participant}-{event.id}" for name in ("cioms", "e2b"))
            written += [form.with_suffix(".pdf"), xml.with_suffix(".xml")]
            written[-2].write_bytes(render_cioms_pdf(case, band=study.opened.purpose))
            written[-1].write_bytes(render_e2b(case, message))
    return tuple(written)


def write_products(
    definition: Definition,
    out: Path,
    upto: int | None = None,
    *,
    languages: Iterable[str] = ("en",),
    formats: Iterable[str] = ("html",),
    processes: int = 1,
    tell: Tell = lambda *_: None,
) -> tuple[Path, ...]:
    """Snapshot, datasets, results and report of the connected ledger, up to a position, as files in ``out``.

    All of them are made first and then moved into their place, so a run that fails leaves what was there before.

    Parameters
    ----------
    definition, out
        The compiled study, and the folder.
    upto : int, optional
        The last position; the end of the ledger as it is now when not given. ``NothingThen`` where nothing is up to it.
    languages, formats : iterable of str
        en and zh; html, pdf, rtf (the numbered tables alone, for a regulator) and ars (the results as CDISC's standard
        has them).
    processes : int
        How many may read the ledger at a time, 0 for one a core; the files are the same with any number.
    tell : callable
        Told of progress.
    """
    wanted = list(product(languages, formats))
    tell("ledger", 0, 3 + len(wanted))
    end = upto if upto is not None else find_end()
    study = read_study_state(connection)
    if end < 1:
        raise NothingThen(f"the ledger holds nothing up to then; {_tell_first()}")
    obstacles = list_unsealing_obstacles(study)
    if obstacles:
        why = "; ".join(one.text for one in obstacles)
        raise Sealed(f"results by arm are sealed in this {study.purpose} ledger: {why}")
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".report-", dir=out) as folder:
        new = Path(folder)
        folded = fold_ledger(connection, end, processes)
        snapshot = compute_snapshot_of(definition, folded)
        header = make_header(definition, snapshot, write_snapshot(new / "snapshot", snapshot), study)
        is_told = bool({"html", "pdf"} & {kind for _, kind in wanted})
        conduct = _compute_conduct(definition, folded, header) if is_told else None
        del folded
        tell("datasets and results", 1, 3 + len(wanted))
        bundle = _write_data(definition, new, snapshot, header)
        del snapshot
        for done, (language, kind) in enumerate(wanted, 2):
            tell(f"{kind}, {language}", done, 3 + len(wanted))
            ending = _ENDINGS.get(kind, kind)
            name = f"report.{ending}" if language == "en" else f"report.{language}.{ending}"
            (new / name).write_bytes(_render(definition, bundle, conduct, (language, kind)))
        _move_into(new, out)
    tell("done", 3 + len(wanted), 3 + len(wanted))
    return tuple(sorted(path for path in out.iterdir()))


def _write_data(definition: Definition, new: Path, snapshot: Snapshot, header: Header) -> Bundle:
    """Datasets, results and seal as files; what a report is rendered from."""
    datasets = derive_datasets(definition, snapshot)
    _write_frames(new / "datasets", {**datasets.sdtm, **datasets.adam})
    bundle = compute_bundle(definition, datasets, header)
    _write_results(new / "results.csv", bundle)
    seal = Seal(header.position, header.seal)
    (new / "seal.json").write_text(json.dumps({"study": definition.id, "seal": str(seal)}) + "\n", encoding="utf-8")
    return bundle


def _move_into(new: Path, out: Path) -> None:
    """Put everything that was made into its place; what was there before gives way."""
    for made in sorted(new.iterdir()):
        there = out / made.name
        if there.is_dir():
            shutil.rmtree(there)
        made.replace(there)


def _tell_first() -> str:
    first = read_entry(connection, 1)
    return f"its first entry is of {first.at[:10]}" if first else "it has no entry yet"


def _compute_conduct(definition: Definition, folded: Folded, header: Header) -> BoardReport:
    """What the safety board is shown of the ledger at the data cut of a report."""
    study = read_study_state(connection, header.position)
    cut = Cut(datetime.fromisoformat(header.data_cut).astimezone(UTC), header.position, header.purpose)
    measured = build_measured(definition, list_begun(folded.forms), folded.values)
    with collecting_no_cycles():
        return compute_board_report(definition, study, folded.states.values(), cut, measured=measured)


def _render(definition: Definition, bundle: Bundle, conduct: BoardReport | None, wanted: tuple[str, str]) -> bytes:
    language, kind = wanted
    match kind:
        case "pdf":
            return render_pdf(definition, bundle, language=language, conduct=conduct)
        case "ars":
            return render_results_ars(definition, bundle, language=language).encode()
        case "rtf":
            return render_tables_rtf(definition, bundle, language=language).encode()
        case _:
            return render_report(definition, bundle, language=language, conduct=conduct).encode()


def take_snapshot(definition: Definition, upto: int | None = None, processes: int = 1) -> Snapshot:
    """The snapshot of the connected ledger up to a position, or to its end as it is now."""
    folded = fold_ledger(connection, upto if upto is not None else find_end(), processes)
    return compute_snapshot_of(definition, folded)


def find_end() -> int:
    """The last position of the connected ledger as it is now; 0 where it has none."""
    row = read_study(connection)
    return row.position if row else 0


def make_header(definition: Definition, snapshot: Snapshot, digest: str, study: StudyState) -> Header:
    """What every page of a report says; ``digest`` is the snapshot's hash."""
    meta = snapshot.meta
    last = read_entry(connection, meta.position)
    return Header(
        study=definition.id,
        title=definition.study.study.official_title,
        purpose=meta.purpose,
        version=definition.version,
        digest=definition.digest,
        position=meta.position,
        seal=last.seal if last else ORIGIN,
        data_cut=meta.data_cut,
        snapshot=digest,
        versions={name: version(name) for name in _LIBRARIES},
        planned=list_planned(definition, study),
    )


def build_results(
    definition: Definition, record: Record, answers: Answers, upto: int | None = None
) -> Submission | list[Finding]:
    """The results of the connected ledger as a public record wants them; nothing is written or sent.

    ``Sealed`` where results by arm are; findings where a number that must be there has no row.
    """
    study = read_study_state(connection)
    obstacles = list_unsealing_obstacles(study)
    if obstacles:
        raise Sealed("results by arm are sealed in this ledger: " + "; ".join(one.text for one in obstacles))
    snapshot = take_snapshot(definition, upto)
    datasets = derive_datasets(definition, snapshot)
    header = make_header(definition, snapshot, compute_snapshot_hash(snapshot), study)
    bundle = compute_bundle(definition, datasets, header)
    entries = read_entries(connection, upto=bundle.header.position, acts=FACT_ACTS)
    stamped = (compute_stamped(one) for one in entries if one.payload)
    facts = compute_facts(definition, stamped, date.fromisoformat(bundle.header.data_cut[:10]))
    rows = (*bundle.rows, *compute_registry_counts(definition, datasets))
    return build_submission(Material(definition, record, facts, bundle.header, rows, answers))


def read_signatures() -> list[SignOff]:
    """The signatures under quality checks of results, as the connected ledger holds them, the oldest first."""
    found = []
    for one in read_entries(connection, acts=frozenset({ResultsQcSigned.act})):
        stamped = compute_stamped(one)
        signed = stamped.entry
        assert isinstance(signed, ResultsQcSigned)
        decisions = tuple(signed.decisions.items())
        found.append(SignOff(signed.digest, stamped.actor, stamped.role, stamped.at, decisions, signed.answers))
    return found


def list_planned(definition: Definition, study: StudyState) -> frozenset[str] | None:
    """The analyses that stand as they were signed first; None while no plan is signed."""
    signed = study.release.planned
    if not signed:
        return None
    return frozenset(one.partition(":")[0] for one in list_digests(definition.plan) if one in signed)


def _write_frames(folder: Path, frames: Mapping[str, pl.DataFrame]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name.lower()}.parquet")


def _write_results(path: Path, bundle: Bundle) -> None:
    """The result rows as CSV: one line a number with the participants behind it, its warnings, and what it was computed
    from and with."""
    header = bundle.header
    origin = {
        "snapshot": header.snapshot,
        "definition": f"{header.version} {header.digest}",
        "library": f"trialwright {header.versions.get('trialwright', '')}",
    }
    names = [one.name for one in fields(ResultRow) if one.name not in ("subjects", "warnings")]
    columns: dict[str, list[object]] = {name: [getattr(row, name) for row in bundle.rows] for name in names}
    columns["subjects"] = [" ".join(row.subjects) for row in bundle.rows]
    columns["warnings"] = ["; ".join(row.warnings) for row in bundle.rows]
    told = [pl.lit(text).alias(name) for name, text in origin.items()]
    pl.DataFrame(columns, strict=False).with_columns(told).write_csv(path)
