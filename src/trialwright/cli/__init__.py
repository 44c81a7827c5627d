"""The command line: one file per command; reads files, calls the rooms, prints, and exits with a number that means something.

Exit 0: done, and all is well. 1: done, and something is wrong (findings, a refusal, a broken chain). 2: it was called wrongly.
To add a command, copy ``check.py`` and give it a line in ``COMMANDS``.
"""

from importlib import import_module

import click

from trialwright import __version__

COMMANDS = {
    "new": "new:new",
    "check": "check:check",
    "design": "design:design",
    "dry-run": "dry_run:dry_run",
    "open": "open:open_command",
    "verify": "verify:verify",
    "snapshot": "snapshot:snapshot",
    "report": "report:report",
    "validate": "validate:validate",
    "demo": "demo:demo",
    "serve": "serve:serve",
    "people": "serve:people",
    "backup": "backup:backup",
    "restore": "backup:restore_command",
    "site-copy": "site_copy:site_copy",
    "notify": "notify:notify",
    "redact": "redact:redact_command",
    "grade": "grade:grade",
    "dictionary": "dictionary:dictionary",
    "safety": "safety:safety",
    "registry": "registry:registry",
}
"""Each command with the file and function that it is; read only when it is called, so that help is quick."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, function = COMMANDS[name].partition(":")
        command = getattr(import_module(f"trialwright.cli.{module}"), function)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trialwright")
def main() -> None:
    """One study definition in; a running, audited, analysed and reported clinical trial out."""
