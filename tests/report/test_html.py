"""The HTML: one offline file, the same every time, closed to everything but its own style and script."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report.sample import ARMS, EVERYBODY, load_definition, make_bundle
from trialwright.report import render_report

_VOID = {"meta", "br"}


class _Reader(HTMLParser):
    """Collects what the tests ask about, and checks that every element is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: dict[str, list[dict[str, str | None]]] = {}
        self.text: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.setdefault(tag, []).append(dict(attrs))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.setdefault(tag, []).append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open[-3:])
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.text.setdefault(self.open[-1], []).append(data)


def _read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def english() -> str:
    """The report of the sample."""
    return render_report(load_definition(), make_bundle())


def test_the_same_input_gives_the_same_bytes(english: str) -> None:
    """No clock, no chance, no order of a set."""
    assert render_report(load_definition(), make_bundle()) == english


def test_the_order_of_subjects_does_not_matter(english: str) -> None:
    """A row that names its participants in another order is the same row."""
    bundle = make_bundle()
    rows = tuple(replace(row, subjects=row.subjects[::-1]) for row in bundle.rows)
    assert render_report(load_definition(), replace(bundle, rows=rows)) == english


def test_every_element_is_closed(english: str) -> None:
    """The file is well formed in both languages."""
    _read(english)
    _read(render_report(load_definition(), make_bundle(), language="zh"))


def test_nothing_is_fetched(english: str) -> None:
    """No element names an address; only the SVG namespace has one."""
    reader = _read(english)
    for tag, found in reader.tags.items():
        for attributes in found:
            assert "src" not in attributes and "style" not in attributes and "onclick" not in attributes
            assert not (attributes.get("href") or "#").startswith(("http", "//")), tag
    assert "@import" not in english and "url(" not in english


def test_the_policy_allows_its_own_style_and_script_only(english: str) -> None:
    """The hashes of the policy are those of the text between the tags."""
    reader = _read(english)
    policy = next(one["content"] for one in reader.tags["meta"] if one.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and policy.startswith("default-src 'none'")
    style = re.search(r"<style>(.*?)</style>", english, re.S)
    script = re.search(r"<script>(.*?)</script>", english, re.S)
    assert style and script
    for name, text in (("style-src", style[1]), ("script-src", script[1])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy
    assert len(reader.tags["style"]) == 1 and len(reader.tags["script"]) == 2


def test_a_rehearsal_says_so_on_every_section(english: str) -> None:
    """The band is on the screen, on each section, and in the head of each printed page."""
    reader = _read(english)
    assert reader.text["div"][0] == "VIRTUAL PARTICIPANTS – this is a rehearsal, not data"
    assert english.count('<span class="mark">VIRTUAL</span>') == len(reader.tags["section"])
    assert '@top-center{content:"VIRTUAL PARTICIPANTS' in english
    assert "rehearsal" not in render_report(load_definition(), make_bundle("PRODUCTION"))


def test_numbers_open_into_their_participants(english: str) -> None:
    """The data behind a button name exactly the row's participants, with their single values."""
    block = re.search(r'<script type="application/json" id="behind">(.*?)</script>', english, re.S)
    assert block
    data = json.loads(block[1])
    codes = [code for code, _ in data["people"]]
    assert set(EVERYBODY) <= set(codes)
    runs = {",".join(_unpack(runs, codes)) for runs in data["sets"]}
    assert ",".join(ARMS["MSC"]) in runs
    button = re.search(r'<button type="button" data-s="(\d+)" data-v="(\d+)">36\.3', english)
    assert button, "the mean of the lesion at baseline"
    assert data["origin"].startswith("Snapshot abababababab · definition ") and "trialwright" in data["origin"]
    interval = re.search(r'<button type="button" data-s="\d+"(?: data-v="\d+")? data-m="(\d+)">', english)
    assert interval and "." in data["methods"][int(interval[1])], "the function that computed it"
    values = data["values"][button[2]]
    assert [codes[int(place)] for place in values][:1] == ["S01-001"]
    assert all(f'id="p-{index}"' in english for index, code in enumerate(codes) if code in EVERYBODY)


def _unpack(runs: str, codes: list[str]) -> list[str]:
    found: list[str] = []
    for run in runs.split(",") if runs else []:
        first, _, last = run.partition("-")
        found += codes[int(first) : int(last or first) + 1]
    return found


@pytest.mark.parametrize("purpose", ["PRODUCTION", "UAT", "TRAINING"])
def test_other_ledgers_name_no_participant_unless_asked(purpose: str) -> None:
    """By default only a VIRTUAL ledger's report holds participants; the others hold no code of anybody."""
    text = render_report(load_definition(), make_bundle(purpose))
    assert not re.search(r"S01-\d{3}", text)
    assert "<button" not in text and "<script" not in text


def test_texts_of_data_are_escaped(english: str) -> None:
    """A term that looks like an element is printed, not obeyed."""
    assert "Chills &lt;b&gt;" in english and "Chills <b>" not in english


def test_a_garbled_bundle_still_gives_a_report() -> None:
    """No rows, no listings, no series: a report that says so, in both languages."""
    bundle = make_bundle()
    empty = replace(bundle, rows=(), listings={}, profiles={}, curves={}, timelines=bundle.timelines.clear())
    for language in ("en", "zh"):
        _read(render_report(load_definition(), empty, language=language))


def test_values_that_could_not_be_estimated_are_dashes() -> None:
    """Every value missing, none is printed as nan."""
    bundle = make_bundle()
    rows = tuple(replace(row, value=None, warnings=("nothing to estimate",)) for row in bundle.rows)
    text = render_report(load_definition(), replace(bundle, rows=rows))
    _read(text)
    assert not re.search(r"\bnan\b", re.sub(r"<[^>]*>", " ", text), re.I)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.02, 0.3, 0.9]))
def test_whatever_rows_are_missing_the_report_is_written(seed: int, share: float) -> None:
    """An analysis that failed, an arm without rows, a statistic that nobody computed: still a report."""
    bundle = make_bundle()
    kept = np.random.default_rng(seed).random(len(bundle.rows)) < share
    rows = tuple(row for row, keep in zip(bundle.rows, kept, strict=True) if keep)
    _read(render_report(load_definition(), replace(bundle, rows=rows)))


def test_one_arm_without_a_contrast_is_reported() -> None:
    """A study that compares nothing has no differences, no overview of them, and no sentence about them."""
    bundle = make_bundle()
    rows = tuple(row for row in bundle.rows if row.group in ("MSC", "TOTAL", ""))
    text = render_report(load_definition(), replace(bundle, rows=rows))
    _read(text)
    assert "MSC − CONTROL" not in text
