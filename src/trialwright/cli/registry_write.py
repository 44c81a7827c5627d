"""``trialwright registry write``: a record in another form. The file stays here; nothing is sent."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from trialwright.cli.output import fail, print_findings
from trialwright.record import Record, read_record, render_shape
from trialwright.registry.prs_out import render_prs
from trialwright.registry.public_page import render_public_page
from trialwright.registry.who import list_who_items

FORMS = ("v2", "prs", "who", "page")


@click.command()
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "form", type=click.Choice(FORMS), required=True, help="The form to write.")
@click.option("--organisation", default="", help="Short name of the registry account (for prs).")
@click.option("--partial", is_flag=True, help="Replace only what the file holds (for prs).")
def write(record: Path, out: Path, form: str, organisation: str, partial: bool) -> None:
    """Write the record in the file RECORD to the file OUT.

    v2 is API v2 JSON without the registry's own derived section, prs the registry's upload XML, who the 24 items of
    WHO's data set as JSON, page the record as the public would see it. Exit 1 when RECORD cannot be read.
    """
    found = read_record(record.read_bytes(), record.name)
    if not isinstance(found, Record):
        print_findings(Console(stderr=True, soft_wrap=True), found)
        fail(f"{record} cannot be read")
    out.write_bytes(_render(found, form, organisation, partial=partial))
    click.echo(f"{found.nct_id or record.name} → {out}")


def _render(record: Record, form: str, organisation: str, *, partial: bool) -> bytes:
    if form == "v2":
        return (json.dumps(render_shape(record), ensure_ascii=False, indent=2) + "\n").encode()
    if form == "who":
        items = [asdict(item) for item in list_who_items(record)]
        return (json.dumps(items, ensure_ascii=False, indent=2) + "\n").encode()
    if form == "page":
        return render_public_page(record).encode()
    if not organisation:
        raise click.UsageError("the upload file names the account: give --organisation")
    file = render_prs(record, organisation, partial=partial)
    for path, what in file.losses:
        click.echo(f"not in the file: {what} ({path})", err=True)
    if not partial:
        click.echo("a full upload: the registry deletes from its record what this file leaves out", err=True)
    return file.xml
