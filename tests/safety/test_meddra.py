"""A site's own MedDRA files. The terms and codes here are made up; the file format is that of the distribution."""

from click.testing import CliRunner

from trialwright.cli import main
from trialwright.safety.meddra import check_ctcae_codes, parse_meddra, parse_meddra_json, render_meddra
from trialwright.safety.terms import load_terms
from trialwright.vocabulary.findings import Severity

PT = "90000001$Made-up warmth$$90000010$$$$$$$\n90000002$Made-up flush$$90000010$$$$$$$\n"
LLT = (
    "10016558$Old word for warmth$90000001$$$$$$$N$$\n"
    "90000001$Made-up warmth$90000001$$$$$$$Y$$\n"
    "10016825$Flushing word$90000002$$$$$$$Y$$\n"
    "90000002$Made-up flush$90000002$$$$$$$N$$\n"
    "90000003$Lost flush$90000002$$$$$$$N$$\n"
)


def test_codes_to_send():
    meddra, findings = parse_meddra("26.1", LLT, PT)
    assert findings == [] and meddra.version == "26.1"
    assert meddra.recode("10016825") == "10016825", "a current code is sent as it is"
    assert meddra.recode("10016558") == "90000001", "one that is no longer current as its preferred term"
    assert meddra.recode("90000003") is None, "not when that is no longer current either"
    assert meddra.recode("12345678") is None
    assert (meddra.preferred_term("10016558"), meddra.preferred_term("12345678")) == ("Made-up warmth", "")
    assert parse_meddra_json(render_meddra(meddra)) == meddra


def test_ctcae_codes_are_checked():
    meddra, _ = parse_meddra("26.1", LLT, PT)
    table = load_terms("4.03")
    found = check_ctcae_codes(meddra, table)
    assert len(found) == len(table.terms) - 1
    (note,) = [one for one in found if one.severity is Severity.NOTE]
    assert "10016558 (Fever)" in note.message and note.remedy == "send 90000001 (Made-up warmth)"


def test_what_is_no_meddra_is_found():
    _, findings = parse_meddra("26.1", "10016558$Warmth$99$$$$$$$Y$$\nrubbish\n\n", "90000001$X$\nY$Z\n")
    assert {(one.code, one.place.file, one.place.line) for one in findings} == {
        ("meddra-line", "llt.asc", 2),
        ("meddra-line", "pt.asc", 2),
        ("meddra-preferred", "", 0),
    }
    _, empty = parse_meddra("26.1", "", PT)
    assert [one.code for one in empty] == ["meddra-empty"]


def test_command(tmp_path):
    def run(*arguments: object):
        return CliRunner().invoke(main, ["dictionary", "add", *map(str, arguments)])

    own, into = tmp_path / "MedAscii", tmp_path / "dictionaries"
    own.mkdir()
    assert "cannot be read" in run(own, "--meddra", "26.1", "--into", into).output
    (own / "llt.asc").write_text(LLT, encoding="utf-8")
    (own / "pt.asc").write_text(PT, encoding="utf-8")
    assert "--meddra" in run(own, "--into", into).output
    answer = run(own, "--meddra", "26.1", "--into", into)
    assert answer.exit_code == 0 and "5 lowest-level terms" in answer.output and "licensed" in answer.output
    assert parse_meddra_json((into / "meddra-26.1.json").read_text(encoding="utf-8")).recode("10016558") == "90000001"
    (own / "pt.asc").write_text("", encoding="utf-8")
    refused = run(own, "--meddra", "26.1", "--into", into)
    assert refused.exit_code == 1 and "was not added" in refused.output
