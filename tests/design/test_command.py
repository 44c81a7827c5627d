"""``trialwright design``: the same answer on any number of workers and either backend; table, JSON and page."""

import json
import re
from dataclasses import asdict, replace

import pytest
from click.testing import CliRunner

from tests.design.conftest import SECOND, load_model, narrow, pick
from trialwright.cli import main
from trialwright.cli.design_workers import check_backend, count_pieces, run_design
from trialwright.design.page import list_cells, list_shown, render_page


def describe(result) -> str:
    return json.dumps([asdict(one) for one in (*result.characteristics, *result.stopping)], sort_keys=True)


@pytest.fixture(scope="module")
def asked():
    model, file = load_model()
    return narrow(model, "P1_MAIN", "P2_MAIN", "S2_MAIN", "S7_MAIN"), pick(file, "NO_DIFFERENCE", "TOXIC_50")


@pytest.fixture(scope="module")
def alone(asked):
    told = []
    result = run_design(*asked, 300, 7, workers=1, people=2000, advance=told.append)
    assert told == [1, 2, 3]
    assert count_pieces(*asked, 300) == 3
    return result


def test_two_processes_give_the_same_bits(asked, alone):
    assert describe(run_design(*asked, 300, 7, workers=2, people=2000)) == describe(alone)
    assert describe(run_design(*asked, 300, 8, workers=1, people=2000)) != describe(alone)


def test_a_dask_cluster_gives_the_same_bits(asked, alone):
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp", host="127.0.0.1"
    ) as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        assert check_backend(address) == ""
        found = run_design(*asked, 300, 7, backend=address, people=2000)
    assert describe(found) == describe(alone)


def test_the_page_holds_everything_and_asks_for_nothing(alone):
    page = render_page(alone)
    assert not re.search(r"<script|src=|href=|url\(|@import|https?:", page)
    assert "The cells do nothing" in page and "LESAREAP" in page and "The stopping rule" in page
    assert not re.search(r"\bnan\b|\binf\b", page)
    for one in list_shown(alone, "NO_DIFFERENCE"):
        assert one.rejected is None or 0 <= one.rejected <= 1
    assert {one.is_null for one in alone.characteristics if one.analysis == "P1_MAIN"} == {True}


def test_trials_without_a_test_have_their_share_and_all_alike_no_error_of_zero(alone):
    cells = [list_cells(one) for one in list_shown(alone, "TOXIC_50")]
    untested = [one for one in list_shown(alone, "TOXIC_50") if one.not_tested]
    assert untested and all(
        f"{one.not_tested} ({100 * one.not_tested / 300:.0f} %)" in [line[-1] for line in cells] for one in untested
    )
    one = replace(untested[0], rejected=0.0, rejected_se=0.0, not_tested=0, trials=400, is_null=False)
    assert list_cells(one)[5] == "0.0 % (< 0.75)"
    assert list_cells(replace(one, trials=1, bias=0.2, bias_se=None))[5:8] == ["0.0 % (-)", "", "0.2 (-)"]


def run(*arguments: object):
    return CliRunner().invoke(main, ["design", *map(str, arguments)])


def test_the_command_writes_table_json_and_page(tmp_path):
    result = run(SECOND, "--trials", 40, "--workers", 1, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert "NO_DIFFERENCE" in result.output and "ABST30" in result.output and "type I error" in result.output
    plain = json.loads((tmp_path / "design.json").read_text())
    assert {one["endpoint"] for one in plain["characteristics"]} == {"P1", "S1", "S2", "O1"}
    assert plain["trials"] == 40
    assert (tmp_path / "design.html").read_text().startswith("<!doctype html>")


def test_wrong_scenarios_are_told_all_at_once(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("scenarios:\n  - {id: A, title: t, why: w, death: {X: 0.1}, effects: {a.b: {APP_A: 2}}}\n")
    result = run(SECOND, "--scenarios", path, "--out", tmp_path)
    assert result.exit_code == 1
    assert result.output.count("mine.yaml:2 ") == 2
    told = run(SECOND, "--scenarios", path, "--json", "--out", tmp_path)
    assert told.exit_code == 1 and '"unknown-arm"' in told.output
    assert not (tmp_path / "design.json").exists()


def test_a_wrong_backend_is_told(tmp_path):
    assert run(SECOND, "--backend", "ray://x", "--out", tmp_path).exit_code == 2
    assert check_backend("dask://") != ""
