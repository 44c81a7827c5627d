"""The files of an installation, asked of the programs that will read them; each is skipped where its program is not there."""

import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

import click
import pytest

from trialwright.cli import main
from trialwright.settings import Settings, load_settings

DEPLOY = Path(__file__).parents[2] / "deploy"
HOW_TO = DEPLOY.parent / "docs" / "how-to" / "run-in-production.md"
UNITS = sorted(path.name for path in DEPLOY.glob("trialwright*.*"))


def ask(*command: str | Path) -> str:
    """What the program says; the test is skipped where there is none, and fails where it finds a fault."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"there is no {command[0]} on this machine")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name in UNITS:  # the program is not installed here; everything else of the unit is as it is
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/opt/trialwright/current/venv/bin/trialwright", "/bin/true"))
    assert not ask("systemd-analyze", "verify", *(tmp_path / name for name in UNITS))


@pytest.mark.parametrize("name", ["trialwright.service", "trialwright-backup.service"])
def test_the_server_may_do_little_on_the_machine(name: str) -> None:
    said = ask("systemd-analyze", "security", "--offline=true", "--no-pager", DEPLOY / name)
    exposure = float(re.findall(r"exposure level for \S+: ([0-9.]+)", said)[0])
    assert exposure < 5.0, "systemd's own measure: 10 is a program that may do everything"


def test_caddy_takes_its_file_and_answers_for_the_name() -> None:
    assert "Valid configuration" in ask("caddy", "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile")


@pytest.mark.parametrize("name", ["install.sh", "trialwright"])
def test_the_scripts_are_sound(name: str) -> None:
    ask("sh", "-n", DEPLOY / name)
    ask("shellcheck", "--exclude", "SC1091", DEPLOY / name)


def test_the_installation_names_settings_that_there_are() -> None:
    """The variables that the script writes are read by ``settings`` and nobody misspelled one."""
    text = (DEPLOY / "install.sh").read_text(encoding="utf-8")
    names = set(re.findall(r"^#? ?((?:TRIALWRIGHT|DATABASE)_[A-Z_]+)='", text, re.MULTILINE))
    assert len(names) == 6
    for name in names:
        assert load_settings({name: "x"}) != Settings(), name


def test_the_how_to_names_what_is_installed() -> None:
    text, script = HOW_TO.read_text(encoding="utf-8"), (DEPLOY / "install.sh").read_text(encoding="utf-8")
    for path in re.findall(r"deploy/([A-Za-z.]+)", text):
        assert (DEPLOY / path).exists(), path
    for unit in UNITS:
        assert unit in script, f"{unit} is not installed"
    find = partial(main.get_command, click.Context(main))
    for command, rest in re.findall(r"^trialwright (\S+) (.*)$", text, re.MULTILINE):
        known = {option for one in find(command).params for option in one.opts}
        assert set(re.findall(r"--[a-z]+", rest)) <= known, command
