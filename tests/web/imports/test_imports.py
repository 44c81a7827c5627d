"""Laboratory files: mapped once, every planted error found, all rows or none, nothing large, nothing executed."""

import io
import zipfile
from collections.abc import Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.conftest import SignedIn
from tests.web.english import find_english, read_own_words
from tests.web.forms.people import count_entries, load_state
from tests.web.trials import OTHER, OWN
from trialwright.capture.schedule import list_visits
from trialwright.store.models import Participant
from trialwright.vocabulary.codelists import Role
from trialwright.web.imports.models import Mapping, Upload
from trialwright.web.imports.table import MOST_ROWS, Problem, Table, read_table

HEADER = ["participant", "collected_at", "WBC (10^9/L)", "neutrophils", "lymphocytes", "haemoglobin", "platelets"]
GOOD = ["6.1", "3.9", "1.4", "135", "210"]


def list_due(site: str = OWN) -> list[tuple[str, str, str]]:
    """Participant, visit and a day in its window for each blood count that nobody has recorded."""
    from trialwright.web.trial import compute_today, get_definition

    found = []
    for code in (
        Participant.objects.filter(site=site, status="ALLOCATED").order_by("code").values_list("code", flat=True)
    ):
        for visit in list_visits(get_definition(), load_state(code)):
            if "haematology" in visit.due and visit.earliest <= compute_today(site):
                found.append((code, visit.encounter, visit.earliest.isoformat()))
    return found


def make_csv(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> bytes:
    return "\n".join(",".join(row) for row in (header, *rows)).encode()


def good_rows() -> list[list[str]]:
    return [[code, f"{day} 08:30", *GOOD] for code, _, day in list_due()]


def send(
    client: Client, content: bytes, laboratory: str = "Lab A", form: str = "haematology", name: str = "r.csv"
) -> int:
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    answer = client.post("/imports/", {"laboratory": laboratory, "form": form, "file": file})
    assert answer.status_code == 302, answer.content.decode()
    return int(answer["Location"].rsplit("/", 1)[1])


def look(client: Client, number: int) -> str:
    return str(client.get(f"/imports/{number}").content.decode())


@pytest.mark.req("A7")
def test_a_good_file_is_taken_in_row_by_row_and_leaves_the_same_trail(signed_in: SignedIn) -> None:
    client, due = signed_in(Role.NURSE), list_due()
    assert due, "the rehearsal has blood counts that are due"
    number, before = send(client, make_csv(good_rows())), count_entries()
    page = look(client, number)
    assert f"{len(due)} of {len(due)} rows can be recorded" in page and count_entries() == before
    page = client.post(f"/imports/{number}", {"step": "save"}, follow=True).content.decode()
    assert "Just recorded" in page and all(code in page for code, _, _ in due)
    for code, encounter, day in due:
        version = load_state(code).find_form(encounter, "haematology")
        assert version is not None and version.actor == "bj302-nurse"
        assert version.recorded.values["collected_at"] == f"{day}T08:30"
        assert "Lab A: r.csv (SHA-256" in version.recorded.source and "line" in version.recorded.source
    assert Upload.objects.count() == 0
    again = look(client, send(client, make_csv(good_rows() or [[due[0][0], f"{due[0][2]} 08:30", *GOOD]])))
    assert "on record already" in again and 'value="save"' not in again


def test_twelve_planted_errors_are_all_listed_and_nothing_is_written(signed_in: SignedIn) -> None:
    client, due, before = signed_in(Role.NURSE), list_due(), count_entries()
    code, _, day = due[0]
    other = Participant.objects.filter(site=OTHER, status="ALLOCATED").values_list("code", flat=True)[0]
    at = f"{day} 08:30"
    rows = [
        ["XX-999", at, *GOOD],  # 1 nobody
        [other, at, *GOOD],  # 2 another site's: the same answer
        ["", at, *GOOD],  # 3 nobody named
        [code, "1 March", *GOOD],  # 4 no date
        [code, day, *GOOD],  # 5 no time
        [code, "2019-01-01 08:00", *GOOD],  # 6 in no window
        [code, at, "<0.5", *GOOD[1:]],  # 7 no number
        [code, at, "6,1".replace(",", "_"), *GOOD[1:]],  # 8 no number
        [code, at, "61000", *GOOD[1:]],  # 9 not possible
        [code, at, "6.12345", *GOOD[1:]],  # 10 too many decimals
        [code, at, *GOOD],  # 11 the visit of lines before
        [code, at, *GOOD],  # the same again
        [code, at, "", *GOOD[1:]],  # 12 a required value is missing, or the visit stands twice
    ]  # fmt: skip
    page = look(client, send(client, make_csv(rows)))
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    lines = {int(cell.split("<")[0]) for cell in body.split('<td class="number">')[1:]}
    assert lines == set(range(2, 15)), "every line has something wrong"
    assert "the same participant and visit as line" in page
    assert page.count("there is no participant") == 3
    assert "write 2020-01-27T08:30" in page and "has more than" in page and "no window" in page
    assert 'value="save"' not in page
    number = Upload.objects.get().pk
    chinese = look(signed_in(Role.NURSE, language="zh"), number)
    assert "行相同" in chinese and find_english(chinese, read_own_words()) == []
    assert client.post(f"/imports/{number}", {"step": "save"}).status_code == 422
    assert count_entries() == before


def test_a_wrong_unit_in_the_header_is_a_problem(signed_in: SignedIn) -> None:
    header = ["participant", "collected_at", "wbc (10^6/L)", *HEADER[3:]]
    page = look(signed_in(Role.NURSE), send(signed_in(Role.NURSE), make_csv(good_rows(), header)))
    assert "the column is in 10^6/L" in page


def test_the_columns_are_remembered_per_laboratory_form_and_site(signed_in: SignedIn) -> None:
    client, due = signed_in(Role.NURSE), list_due()
    header = ["Patient", "Entnahme", "Leuk", "Neut", "Lymph", "Hb", "Thrombo"]
    number = send(client, make_csv(good_rows(), header))
    assert "no column holds the participant" in look(client, number)
    targets = ["*participant", "collected_at", "wbc", "neutrophils", "lymphocytes", "haemoglobin", "platelets"]
    client.post(f"/imports/{number}", {"step": "map", **{f"column.{index}": one for index, one in enumerate(targets)}})
    assert f"{len(due)} of {len(due)} rows" in look(client, number)
    assert f"{len(due)} of {len(due)} rows" in look(client, send(client, make_csv(good_rows(), header)))
    assert "no column holds the participant" in look(client, send(client, make_csv(good_rows(), header), "Lab B"))
    assert Mapping.objects.get().site == OWN


def test_somebody_who_saves_meanwhile_stops_the_whole_file(signed_in: SignedIn) -> None:
    from trialwright.access.policy import Actor
    from trialwright.capture.record_form import RecordForm
    from trialwright.service.together import Stopped, perform_all
    from trialwright.web.trial import get_running

    (code, encounter, day), before = list_due()[0], count_entries()
    values = {
        "collected_at": f"{day}T08:30",
        **dict(zip(("wbc", "neutrophils", "lymphocytes", "haemoglobin", "platelets"), GOOD, strict=True)),
    }
    good = RecordForm(code, "haematology", encounter, values)
    bad = RecordForm(code, "haematology", encounter, {**values, "wbc": "7"})
    stopped = perform_all(get_running().trial, [good, bad], Actor("bj302-nurse", Role.NURSE, OWN))
    assert isinstance(stopped, Stopped) and stopped.index == 1
    assert count_entries() == before and load_state(code).find_form(encounter, "haematology") is None


def test_files_that_are_no_csv_or_too_large_are_not_read(signed_in: SignedIn) -> None:
    client, packed = signed_in(Role.NURSE), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", "0" * 10_000_000)
    for content in (packed.getvalue(), b"a,b\n\x00\x01", b"x" * (2 * 2**20 + 1)):
        file = SimpleUploadedFile("x.csv", content)
        answer = client.post("/imports/", {"laboratory": "A", "form": "haematology", "file": file})
        assert answer.status_code == 422 and "no text file" in answer.content.decode()
    huge = SimpleUploadedFile("x.csv", b"x" * (4 * 2**20))
    assert client.post("/imports/", {"laboratory": "A", "form": "haematology", "file": huge}).status_code in (400, 413)
    assert Upload.objects.count() == 0


def test_a_file_that_says_it_is_a_gigabyte_is_refused_before_it_is_read(signed_in: SignedIn) -> None:
    answer = signed_in(Role.NURSE).post(
        "/imports/", b"--b\r\n", content_type="multipart/form-data; boundary=b", CONTENT_LENGTH=str(2**30)
    )
    assert answer.status_code in (400, 413)


def test_cells_are_never_code(signed_in: SignedIn) -> None:
    client = signed_in(Role.NURSE)
    rows = [["<script>alert(1)</script>", "=cmd|' /C calc'!A0", *GOOD]]
    page = look(client, send(client, make_csv(rows), "<script>alert(2)</script>", name="<img src=x onerror=1>.csv"))
    assert "<script>alert" not in page and "<img src=x" not in page


def test_a_file_is_its_persons_own(signed_in: SignedIn) -> None:
    number = send(signed_in(Role.NURSE), make_csv(good_rows()))
    for role, site in ((Role.INVESTIGATOR, OWN), (Role.NURSE, OTHER)):
        client = signed_in(role, site)
        assert client.get(f"/imports/{number}").status_code == 404
        assert client.post(f"/imports/{number}", {"step": "save"}).status_code == 404
    assert signed_in(Role.DATA_MANAGER).get(f"/imports/{number}").status_code == 403
    discard = signed_in(Role.NURSE).post(f"/imports/{number}", {"step": "discard"})
    assert discard.status_code == 302 and Upload.objects.count() == 0


def test_looking_asks_no_more_than_15_statements(signed_in: SignedIn, count_statements) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(Role.NURSE)
    number = send(client, make_csv(good_rows()))
    count_statements()
    look(client, number)
    assert count_statements() <= 15


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a,a\n1,2\n", 1), ("a,b\n1\n", 2), ("a\n", 0), ("", 0), ('a,b\n"x,1\n', 2),
        ("a\n" + "1\n" * (MOST_ROWS + 1), 0),
    ],
)  # fmt: skip
def test_tables_that_are_none(text: str, line: int) -> None:
    found = read_table(text)
    assert isinstance(found, tuple) and isinstance(found[0], Problem) and found[0].line == line


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_and_empty_lines(delimiter: str) -> None:
    found = read_table(f"a{delimiter}b\r\n\r\n1{delimiter}2\r\n")
    assert isinstance(found, Table) and found.rows == ((3, ("1", "2")),)


def test_gb18030_is_read(signed_in: SignedIn) -> None:
    header = ["受试者编号", "collected_at", *HEADER[2:]]
    content = make_csv(good_rows(), header).decode().encode("gb18030")
    assert "rows can be recorded" in look(signed_in(Role.NURSE), send(signed_in(Role.NURSE), content))


@pytest.mark.parametrize("query", ["first=1&last=999999999999999999999", "first=x&last=2", "first=0&last=5"])
def test_an_address_with_odd_positions_shows_nothing(signed_in: SignedIn, query: str) -> None:
    page = signed_in(Role.NURSE).get(f"/imports/?{query}")
    assert page.status_code == 200 and "Just recorded" not in page.content.decode()
    assert signed_in(Role.NURSE).get(f"/imports/{10**30}").status_code == 404
