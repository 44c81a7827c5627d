"""``trialwright registry write``: a record in another form. The file stays here; nothing is sent."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from trialwright.cli.output import fail, print_findings
from trialwright.record import Record, read_record, render_shape
from trialwright.registry.eudract import EudractFile, render_eudract
from trialwright.registry.prs_out import PrsFile, render_prs
from trialwright.registry.public_page import render_public_page
from trialwright.registry.who import list_who_items

FORMS = ("v2", "prs", "eudract", "who", "page")


@click.command()
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "form", type=click.Choice(FORMS), required=True, help="The form to write.")
@click.option("--organisation", default="", help="Short name of the registry account (for prs).")
@click.option("--meddra", default="", help="Version of MedDRA (for eudract).")
@click.option("--partial", is_flag=True, help="Replace only what the file holds (for prs).")
def write(record: Path, out: Path, form: str, organisation: str, meddra: str, partial: bool) -> None:
    """Write the record in the file RECORD to the file OUT.

    v2 is API v2 JSON without the registry's own derived section, prs the registry's upload XML, eudract the
    adverse events for EudraCT, who the 24 items of WHO's data set as JSON, page the record as the public would see it.
    Exit 1 when RECORD cannot be read.
    """
    found = read_record(record.read_bytes(), record.name)
    if not isinstance(found, Record):
        print_findings(Console(stderr=True, soft_wrap=True), found)
        fail(f"{record} cannot be read")
    if form in ("prs", "eudract"):
        file = _render_upload(found, form, organisation, meddra, partial=partial)
    else:
        file = _render(found, form)
    out.write_bytes(file)
    click.echo(f"{found.nct_id or record.name} → {out}")


def _render(record: Record, form: str) -> bytes:
    if form == "page":
        return render_public_page(record).encode()
    shape = render_shape(record) if form == "v2" else [asdict(item) for item in list_who_items(record)]
    return (json.dumps(shape, ensure_ascii=False, indent=2) + "\n").encode()


def _render_upload(record: Record, form: str, organisation: str, meddra: str, *, partial: bool) -> bytes:
    """A file for an authority's upload page; what it cannot hold is printed."""
    file = _render_prs(record, organisation, partial=partial) if form == "prs" else _render_eudract(record, meddra)
    for path, what in file.losses:
        click.echo(f"not in the file: {what} ({path})", err=True)
    if form == "prs" and not partial:
        click.echo("a full upload: the registry deletes from its record what this file leaves out", err=True)
    return file.xml


def _render_prs(record: Record, organisation: str, *, partial: bool) -> PrsFile:
    if not organisation:
        raise click.UsageError("the upload file names the account: give --organisation")
    return render_prs(record, organisation, partial=partial)


def _render_eudract(record: Record, meddra: str) -> EudractFile:
    if not meddra:
        raise click.UsageError("the file names its dictionary: give --meddra, such as 27.1")
    if record.results is None:
        fail("the record has no results")
    return render_eudract(record.results.adverse_events, meddra)
