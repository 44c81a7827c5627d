"""``trialwright dictionary add FILE``: take the official wording of CTCAE, a translation of it, or your own MedDRA."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import click
import polars as pl

from trialwright.cli.output import fail, make_console, print_findings
from trialwright.safety.meddra import LICENCE, check_ctcae_codes, parse_meddra, render_meddra
from trialwright.safety.terms import VERSIONS, load_terms
from trialwright.safety.wording import Wording, compute_translation, compute_wording, parse_wording, render_wording
from trialwright.vocabulary.findings import Severity

_FILE = click.Path(exists=True, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_SPREADSHEETS = (".xlsx", ".xls", ".xlsb", ".xlsm")


@click.group()
def dictionary() -> None:
    """Dictionaries that are not shipped: you add your own copy."""


@dictionary.command()
@click.argument("file", type=_FILE)
@click.option(
    "--into", type=_FOLDER, default=Path("dictionaries"), show_default=True, help="Folder of the dictionaries."
)
@click.option("--ctcae", type=click.Choice(VERSIONS), help="Version of CTCAE; else the one whose codes the file has.")
@click.option(
    "--language", help="FILE holds terms in this language (columns: code or term, and the language, such as zh)."
)
@click.option("--meddra", metavar="VERSION", help="FILE is a folder with llt.asc and pt.asc of this version of MedDRA.")
def add(file: Path, into: Path, ctcae: str | None, language: str | None, meddra: str | None) -> None:
    """Add NCI's table of CTCAE (spreadsheet or CSV), a translation of its terms, or your own licensed MedDRA.

    Exit 1 when it is not one.
    """
    if meddra:
        _add_meddra(file, into, meddra)
        return
    if file.is_dir():
        fail(f"{file} is a folder; for MedDRA say --meddra with its version")
    rows = _read(file)
    if language:
        _add_translation(rows, into, ctcae, language)
        return
    wording, findings = compute_wording(rows, ctcae or "")
    print_findings(make_console(), findings)
    if wording is None or any(one.severity is Severity.ERROR for one in findings):
        fail(f"{file} was not added")
    kept = _load(into, wording.version)
    _write(into, replace(wording, translations=kept.translations if kept else {}))
    click.echo(f"CTCAE {wording.version}: wording of {len(wording.terms)} terms in {_path(into, wording.version)}")


def _add_translation(rows: list[dict[str, str]], into: Path, ctcae: str | None, language: str) -> None:
    if ctcae is None:
        fail("say with --ctcae of which version these are the terms")
    found, findings = compute_translation(rows, language, load_terms(ctcae))
    print_findings(make_console(), findings)
    if not found:
        fail(f"no term has a translation; the file needs a column code or term and a column {language}")
    wording = _load(into, ctcae) or Wording(ctcae, {})
    _write(into, replace(wording, translations={**wording.translations, language: found}))
    click.echo(f"CTCAE {ctcae}: {len(found)} terms in {language} in {_path(into, ctcae)}")
    if findings:
        raise SystemExit(1)


def _add_meddra(folder: Path, into: Path, version: str) -> None:
    texts = []
    for name in ("llt.asc", "pt.asc"):
        try:
            texts.append((folder / name).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            fail(f"{folder / name} cannot be read: {error}")
    dictionary_, findings = parse_meddra(version, *texts)
    if findings:
        print_findings(make_console(), findings)
        fail(f"{folder} was not added")
    notes = [note for one in VERSIONS for note in check_ctcae_codes(dictionary_, load_terms(one))]
    print_findings(make_console(), notes)
    into.mkdir(parents=True, exist_ok=True)
    path = into / f"meddra-{version}.json"
    path.write_text(render_meddra(dictionary_), encoding="utf-8")
    click.echo(f"MedDRA {version}: {len(dictionary_.lowest)} lowest-level terms in {path}. {LICENCE}")


def _read(file: Path) -> list[dict[str, str]]:
    frame = _read_sheet(file) if file.suffix.lower() in _SPREADSHEETS else _read_csv(file)
    return [_texts(row) for row in frame.iter_rows(named=True)]


def _read_csv(file: Path) -> pl.DataFrame:
    try:
        return pl.read_csv(file, infer_schema=False)
    except (pl.exceptions.ComputeError, pl.exceptions.NoDataError) as error:
        fail(f"{file} cannot be read as a table: {error}")


def _read_sheet(file: Path) -> pl.DataFrame:
    try:
        fastexcel = import_module("fastexcel")
    except ModuleNotFoundError:
        fail("reading a spreadsheet needs the package fastexcel; or save the sheet as CSV")
    try:
        return pl.read_excel(file, infer_schema_length=0)
    except (fastexcel.FastExcelError, pl.exceptions.NoDataError) as error:
        fail(f"{file} cannot be read as a spreadsheet: {error}")


def _texts(row: Mapping[str, object]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in row.items()}


def _path(into: Path, version: str) -> Path:
    return into / f"ctcae-{version}.json"


def _load(into: Path, version: str) -> Wording | None:
    path = _path(into, version)
    return parse_wording(path.read_text(encoding="utf-8")) if path.exists() else None


def _write(into: Path, wording: Wording) -> None:
    into.mkdir(parents=True, exist_ok=True)
    _path(into, wording.version).write_text(render_wording(wording), encoding="utf-8")
