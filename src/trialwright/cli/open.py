"""``trialwright open STUDY``: open a ledger for a purpose, with the signatures that it needs."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

import click

from trialwright.capture.open_ledger import OpenLedger, Signature
from trialwright.cli.output import STUDY, fail, make_console, require_study
from trialwright.cli.workspace import OUT, connect
from trialwright.definition.source import read_yaml
from trialwright.service.ledger import LedgerExists
from trialwright.service.perform import begin_ledger, open_trial
from trialwright.simulate.staff import SPONSOR
from trialwright.vocabulary.codelists import Purpose
from trialwright.vocabulary.findings import Refusal


@click.command("open")
@click.argument("study", type=STUDY)
@click.option(
    "--purpose", type=click.Choice([one.value for one in Purpose if one is not Purpose.VIRTUAL]), required=True
)
@click.option("--out", type=OUT, required=True, help="Folder of the new ledger.")
@click.option(
    "--signatures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML list of {assumption, signer, citation}: who signed which assumption, citing the approved protocol.",
)
def open_command(study: Path, purpose: str, out: Path, signatures: Path | None) -> None:
    """Open a ledger for the study in folder STUDY. Its purpose is for ever.

    A PRODUCTION ledger opens only when every assumption that needs it is signed. Exit 1 when it is refused.
    """
    definition = require_study(study)
    command = OpenLedger(Purpose(purpose), _read_signatures(signatures) if signatures else ())
    connect(out, create=True)
    trial = open_trial(definition, lambda: datetime.now(UTC), lambda: secrets.token_hex(16), dict, lambda: 0.0)
    try:
        result = begin_ledger(trial, command, SPONSOR)
    except LedgerExists as error:
        fail(str(error))
    if isinstance(result, Refusal):
        for reason in result.reasons:
            click.echo(f"refused: {reason.text}", err=True)
        fail(f"the {purpose} ledger was not opened: {len(result.reasons)} reasons")
    make_console().print(
        f"{purpose} ledger of {definition.id} opened in {out}, with {len(command.signatures)} signatures"
    )


def _read_signatures(path: Path) -> tuple[Signature, ...]:
    source, findings = read_yaml(path.name, path.read_text(encoding="utf-8"))
    if source is None:
        fail("; ".join(str(one) for one in findings))
    wanted = {"assumption", "signer", "citation"}
    if not isinstance(source.data, list) or not all(
        isinstance(one, dict) and set(one) == wanted for one in source.data
    ):
        fail(f"{path} is not a list of {{assumption, signer, citation}}")
    return tuple(Signature(**{key: str(value) for key, value in one.items()}) for one in source.data)
