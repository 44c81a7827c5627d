"""``trialwright site-copy``: the sealed copy of a site for its investigator, or of the whole study for its archive."""

from pathlib import Path

import click

from trialwright.cli.application import open_application
from trialwright.cli.output import STUDY, fail
from trialwright.cli.person import prove_person
from trialwright.cli.workspace import OUT
from trialwright.service.site_copy import list_takers, take_site_copy
from trialwright.vocabulary.findings import Refusal

WHOLE = "ALL"


@click.command("site-copy")
@click.argument("study", type=STUDY)
@click.argument("site")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--out", type=OUT, default=Path("demo"), show_default=True, help="Folder of the study's ledger.")
@click.option("--person", required=True, help="Who takes it: the id of their account.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Of the pages.")
def site_copy(study: Path, site: str, file: Path, out: Path, person: str, language: str) -> None:
    """Write the sealed copy of SITE (ALL: of the whole study) to FILE, a ZIP, as PERSON, with their password.

    It holds every entry with its hash, pages for people that any browser opens, and check.py, which proves with Python
    alone that nothing was changed and that the copy is of the ledger with the seal that is printed. A site's copy is for
    its investigator; the whole study's for those who see all sites. That it was taken stands in the ledger. Exit 1 when
    it is refused.
    """
    running = open_application(study, out).running
    wanted = "" if site == WHOLE else site
    if wanted and wanted not in running.definition.sites:
        fail(f"the study has no site {site}; it has {', '.join(running.definition.sites)}, or write {WHOLE}")
    actor, now = prove_person(person, list_takers(whole=not wanted))
    if wanted and actor.site != wanted:
        fail(f"{actor.person} works at site {actor.site}, not at site {wanted}")
    done = take_site_copy(running.trial, wanted, actor, now, language)
    if isinstance(done, Refusal):
        for reason in done.reasons:
            click.echo(f"refused: {reason.text}", err=True)
        fail("no copy was made")
    content, seal = done
    file.write_bytes(content)
    click.echo(f"{file}: {len(content):,} bytes, seal {seal}")
    click.echo("keep the seal elsewhere; python check.py in the unpacked folder proves the copy")
