"""``trialwright grade`` and ``trialwright dictionary add`` as a person runs them."""

import csv
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl
import pytest
from click.testing import CliRunner

from tests.safety.test_wording import made_up_rows
from trialwright.cli import main
from trialwright.safety.wording import parse_wording

VALUES = """parameter,direction,value,unit,lln,uln,baseline,version
ALT,,240,U/L,,40,30,4.0
ALT,,30,U/L,,,30,4.03
K,,3.2,mmol/L,3.5,5.1,,
CRP,,90,mg/L,,,,4.03
ALT,,<5,U/L,,40,,4.03
"""


def run(*arguments: object):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_grade_writes_the_grade_or_the_reason(tmp_path):
    file = tmp_path / "values.csv"
    file.write_text(VALUES, encoding="utf-8")
    answer = run("grade", file)
    assert answer.exit_code == 0, answer.output
    rows = list(csv.DictReader(io.StringIO(answer.stdout)))
    assert [row["grade"] for row in rows] == ["3", "", "", "", ""]
    assert [row["reason"] for row in rows] == [
        "",
        "upper limit of normal missing",
        "unknown version of CTCAE",
        "unknown term or parameter",
        "value missing or not a number",
    ]
    assert rows[0]["graded_term"] == "Alanine aminotransferase increased" and rows[0]["value"] == "240"
    assert "5 values" in answer.stderr and "grade 3: 1" in answer.stderr


def test_grade_to_a_file_with_a_version_for_the_rest(tmp_path):
    file, out = tmp_path / "values.csv", tmp_path / "graded.parquet"
    file.write_text("\ufeff" + VALUES.replace("parameter", "Parameter"), encoding="utf-8")
    assert run("grade", file, "--out", out, "--ctcae", "4.03").exit_code == 0
    graded = pl.read_parquet(out)
    assert graded["grade"].to_list() == [3, None, 1, None, None]
    assert graded["up_to"].to_list() == [None, None, 2, None, None]
    again = run("grade", out, "--out", tmp_path / "again.csv")
    assert again.exit_code == 0, again.output
    assert (tmp_path / "again.csv").read_text(encoding="utf-8").startswith("parameter,")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "value,unit\n1,g/L\n", "value,Value,term\n1,2,Fever\n"])
def test_grade_says_in_a_sentence_what_a_file_lacks(tmp_path, text):
    file = tmp_path / "values.csv"
    file.write_text(text, encoding="utf-8")
    answer = run("grade", file)
    assert isinstance(answer.exception, SystemExit) and "Error: " in answer.stderr
    assert answer.stdout == ""


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, rows: list[dict[str, str]]) -> Path:
    """The smallest workbook there is: one sheet of inline texts (ECMA-376, part 1, 18.3)."""
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    texts = [["<c t='inlineStr'><is><t>" + escape(text) + "</t></is></c>" for text in line] for line in lines]
    cells = "".join("<row>" + "".join(line) + "</row>" for line in texts)
    main_ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel_ns = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}sheet.main+xml"/>'
        f'<Override PartName="/xl/sheet.xml" ContentType="{kind}worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{rel_ns}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{rel_ns}/worksheet" Target="sheet.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main_ns}" xmlns:r="{rel_ns}"><sheets>'
        '<sheet name="CTCAE" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/sheet.xml": f'<worksheet xmlns="{main_ns}"><sheetData>{cells}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as book:
        for name, text in parts.items():
            book.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return path


def test_dictionary_takes_a_csv_and_then_a_translation(tmp_path):
    folder = tmp_path / "dictionaries"
    answer = run("dictionary", "add", write_csv(tmp_path / "nci.csv", made_up_rows("4.03")), "--into", folder)
    assert answer.exit_code == 0 and "790 terms" in answer.output
    chinese = write_csv(tmp_path / "zh.csv", [{"term": "Fever", "zh": "发热"}])
    assert run("dictionary", "add", chinese, "--into", folder, "--language", "zh").exit_code == 1
    added = run("dictionary", "add", chinese, "--into", folder, "--language", "zh", "--ctcae", "4.03")
    assert added.exit_code == 0, added.output
    wording = parse_wording((folder / "ctcae-4.03.json").read_text(encoding="utf-8"))
    assert wording.text("Fever", 1) == "Fever at 1" and wording.translations["zh"] == {"10016558": "发热"}
    # Adding NCI's table again keeps the translation.
    assert run("dictionary", "add", tmp_path / "nci.csv", "--into", folder).exit_code == 0
    assert parse_wording((folder / "ctcae-4.03.json").read_text(encoding="utf-8")) == wording


def test_dictionary_reads_the_spreadsheet(tmp_path):
    pytest.importorskip("fastexcel", reason="reading spreadsheets needs fastexcel")
    file = write_xlsx(tmp_path / "nci.xlsx", made_up_rows("5.0"))
    answer = run("dictionary", "add", file, "--into", tmp_path)
    assert answer.exit_code == 0, answer.output
    assert parse_wording((tmp_path / "ctcae-5.0.json").read_text(encoding="utf-8")).text("Fever", 4) == "Fever at 4"


def test_dictionary_refuses_what_is_no_table_of_ctcae(tmp_path):
    cut = made_up_rows("5.0")[:-1]
    for file in (
        write_csv(tmp_path / "other.csv", [{"name": "x"}]),
        write_csv(tmp_path / "cut.csv", cut),
    ):
        answer = run("dictionary", "add", file, "--into", tmp_path / "dictionaries")
        assert answer.exit_code == 1 and "was not added" in answer.output
    broken, empty = tmp_path / "broken.xlsx", tmp_path / "empty.csv"
    broken.write_bytes(b"PK not a workbook")
    empty.touch()
    for file in (broken, empty):
        answer = run("dictionary", "add", file, "--into", tmp_path / "dictionaries")
        assert isinstance(answer.exception, SystemExit) and "Error: " in answer.stderr
    assert not (tmp_path / "dictionaries").exists()
