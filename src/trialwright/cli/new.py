"""``trialwright new RECORD FOLDER``: a draft study from a registry record."""

import json
from pathlib import Path

import click

from trialwright.record import Kind, Record, read_record, render_shape
from trialwright.record.decisions import render_decisions
from trialwright.record.draft import Draft, draft_study
from trialwright.record.draft_yaml import render_draft_yaml


@click.command()
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print a summary that a machine can read.")
@click.option("--force", is_flag=True, help="Write over files of an earlier draft.")
def new(record: Path, folder: Path, *, as_json: bool, force: bool) -> None:
    """Draft a study in FOLDER from the registry record in the file RECORD.

    RECORD is ClinicalTrials.gov API v2 JSON, a WHO ICTRP export or the text of a study page. FOLDER receives
    study.yaml, registry.json and decisions.md, which lists what a person must still decide.

    Exit code 0: drafted. 1: the record cannot be read. 2: FOLDER already holds a study.
    """
    found = read_record(record.read_bytes(), record.name)
    if not isinstance(found, Record):
        for finding in found:
            click.echo(str(finding), err=True)
        raise SystemExit(1)
    draft = draft_study(found)
    files = {
        "study.yaml": render_draft_yaml(draft),
        "registry.json": json.dumps(render_shape(found), ensure_ascii=False, indent=2) + "\n",
        "decisions.md": render_decisions(found.nct_id or folder.name, draft.decisions),
    }
    _write_files(folder, files, force=force)
    click.echo(_render_summary(found, draft, folder, as_json=as_json))


def _write_files(folder: Path, files: dict[str, str], *, force: bool) -> None:
    taken = sorted(name for name in files if (folder / name).exists())
    if taken and not force:
        click.echo(f"{folder} already holds {', '.join(taken)}; choose another folder or say --force", err=True)
        raise SystemExit(2)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _render_summary(record: Record, draft: Draft, folder: Path, *, as_json: bool) -> str:
    study = draft.study
    days = sorted({encounter["day"] for encounter in study["encounters"]})
    doses = [
        {"intervention": one["id"], **one["dose"], "at": one["at"]} for one in study["interventions"] if "dose" in one
    ]
    counts = {kind.value: len(draft.criteria.of(kind)) for kind in Kind}
    summary = {
        "study": study["study"].get("id", ""),
        "folder": str(folder),
        "arms": len(study["arms"]),
        "outcomes": len(study["endpoints"]),
        "time_points": len({one for endpoint in study["endpoints"] for one in endpoint["at"]}),
        "days": days,
        "doses": doses,
        "criteria": counts,
        "decisions": len(draft.decisions),
        "unread": list(record.reading.unread),
    }
    if as_json:
        return json.dumps(summary, ensure_ascii=False)
    lines = [f"{summary['study']} → {folder}"]
    found = f"{summary['arms']} arms, {summary['outcomes']} outcomes, {summary['time_points']} time points"
    lines.append(f"  {found} (days {', '.join(map(str, days))})")
    for dose in doses:
        given = f"{dose['amount']:.1E} {dose['unit']} {dose.get('route', '(no route found)')}"
        lines.append(f"  {dose['intervention']}: {len(dose['at'])} × {given} at {', '.join(dose['at'])}")
        lines.append(f"    the record writes {dose['record']!r}; the reading is a decision still to be signed")
    undecided = f" + {counts['undecided']} undecided" if counts["undecided"] else ""
    lines.append(f"  {counts['inclusion']} + {counts['exclusion']}{undecided} criteria")
    lines += [f"  not read: {text}" for text in record.reading.unread]
    lines.append(f"  {len(draft.decisions)} questions for a person: {folder / 'decisions.md'}")
    return "\n".join(lines)
