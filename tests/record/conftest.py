"""The records that the tests read: the study's own page, and public records beside the repository where present."""

from pathlib import Path

import pytest

from trialwright.record import Record, read_record

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "studies/nct04252118/record/NCT04252118_registry_page.txt"
SHARED = ROOT.parent / "shared/data/ctgov"


@pytest.fixture(scope="session")
def page_bytes() -> bytes:
    return PAGE.read_bytes()


@pytest.fixture(scope="session")
def page(page_bytes: bytes) -> Record:
    record = read_record(page_bytes, PAGE.name)
    assert isinstance(record, Record)
    return record


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the public records are not beside the repository (../shared/data/ctgov)")
    return SHARED
