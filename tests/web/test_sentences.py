"""Every sentence of the machine that a page can show has its Chinese, and the matcher finds the right one."""

import re
from collections.abc import Mapping
from dataclasses import fields

from tests.web.sentence_sources import SOURCE, list_sentences
from tests.web.trials import two_sites
from trialwright.ledger.entries import KINDS
from trialwright.registry.obligations import load_duties
from trialwright.safety.tables import load_rows
from trialwright.web.sentences.chinese import FILES, forms, load_sentences, sources, words
from trialwright.web.sentences.chinese.fields import FIELDS
from trialwright.web.sentences.match import Book, find_words, list_holes
from trialwright.web.sentences.say import Speaker

PLACES = (
    "access", "capture", "ledger/release.py", "monitoring", "registry/drift.py", "registry/obligations.py",
    "registry/regimes.py", "registry/eudract.py", "registry/prs_out.py", "registry/prs_results_out.py",
    "registry/submission/quality.py", "registry/rules", "rules/values.py", "safety", "service", "vocabulary", "web",
)  # fmt: skip
"""Where sentences arise that reach a page."""

QUESTIONS = {
    "Who answers questions about the results?", "Is this all that limits the results?",
    "Are the investigators employees of the sponsor, and what may they publish?",
    "Which versions of protocol and analysis plan are uploaded (PDF/A, no personal data)?",
    "Is this how adverse events were found, and is the threshold the intended one?",
    "Can these small counts, together, tell who somebody is?",
    "Report these beside the registered primary and secondary outcomes?",
    "When will these registered outcomes be reported?", "Is it understood why these have no value?",
    "Mend or accept what the registry's rules say?", "Add by hand what the upload files cannot hold?",
    "Is the plain-language summary right, and has a lay person read it?",
    "# Quality check of results: {study}", "- Snapshot: `{snapshot}`, data cut {data_cut}, ledger {purpose}",
    "- Definition: version {version}, `{digest}`", "- Numbers with a trace: {count}",
    "- Rules V94 to V134: {count} errors",
    "Nothing is sent by the program. A person decides every point, signs, and uploads by hand.",
    "- … and {count} more, in `trace.json` and `results.csv`", "Nobody has signed these results.",
    "{count} signatures are under other results and do not count here.",
}  # fmt: skip
"""The sheet as a file is in English; on the page its questions are texts by their codes."""

NOT_SHOWN: Mapping[str, str | frozenset[str]] = {
    "registry/obligations.py": frozenset({"met late", "cannot tell"}),
    "registry/regimes.py": frozenset(
        {
            "a location in the European Economic Area",
            "a medicinal product",
            "a record",
            "a trial",
            "an FDA-regulated product",
            "a sponsor that pledged to follow it",
            "a tie to the United States",
            "cannot tell",
            "EU clinical trials regulation",
            "ICMJE journals",
            "not phase 1, and no device feasibility",
            "WHO statement on disclosure",
        }
    ),  # codes with texts of their own, and names of conditions that are not shown
    "registry/prs_out.py": frozenset(
        {
            "Active, not recruiting",
            "Not yet recruiting",
            "Enrolling by invitation",
            "Ecologic or Community",
            "Submitted, pending",
            "Not required",
        }
    ),  # the words of a file for the registry
    "registry/rules/eligibility.py": frozenset(
        {r"^\W*(?:key )?inclusion criteria:.*^\W*(?:key )?exclusion criteria:"}
    ),  # what is looked for in the criteria
    "registry/rules/outcomes.py": frozenset(
        {"safety and tolerability", "baseline|pre-?(?:dose|treatment|operative|intervention)|day 0|screening|day 1"}
    ),  # what is looked for in a title
    "registry/submission/quality.py": frozenset(QUESTIONS),
    "rules/values.py": frozenset({"{text} is neither 'true' nor 'false'"}),
    "safety/cioms.py": "the printed form has its own words in both languages",
    "safety/cioms_words.py": "the printed form has its own words in both languages",
    "safety/criteria.py": frozenset(
        {
            "{text} is not a condition of a grade",
            "{text} compares with nothing",
            "{row} is not a term of CTCAE {version}",
            "normal baseline",
            "high baseline",
        }
    ),  # mistakes of the package's own table
    "safety/e2b_drugs.py": "a file for an authority, in English",
    "safety/evaluation.py": frozenset({"high baseline"}),
    "safety/event_checks.py": frozenset({"Sudden death NOS"}),
    "safety/grading.py": frozenset({"high baseline"}),
    "safety/meddra.py": "read from the command line",
    "safety/subject_case.py": "the narrative is a document in English that a person edits",
    "safety/terms.py": "a version is checked before",
    "safety/wording.py": "read from the command line",
    "service/committed.py": "for the machine",
    "service/dry_run.py": "on the command line",
    "service/opening.py": "on the command line",
    "service/reading_many.py": "for the machine",
    "service/unit.py": frozenset(
        {"a redaction names the position of an entry", "the study's own chain is no participant"}
    ),  # mistakes of the program
    "vocabulary/findings.py": "on the command line",
    "vocabulary/numbers.py": frozenset({"{value} is not a number that can be printed"}),
    "web/accounts/people.py": "on the command line",
    "web/catalogue.py": "a mistake of the program",
    "web/forms/fields.py": frozenset({", when"}),  # taken off a label
    "web/guards.py": "headers",
    "web/health.py": "for a machine that watches",
    "web/imports/rows.py": frozenset({"{source}, line {line}"}),  # where data came from, as it is stored
    "web/notices/mail.py": "a mistake of a setting",
    "web/notices/models.py": "for the administrator's shell",
}
"""What is read by nobody on a page: whole files with the reason, or single texts."""

HEADERS = re.compile(r"; filename=|charset=|^public, max-age|\\b|\\d")
SAMPLES = ("Q7", "three more words of 2020-02-05", "")


def is_shown(file: str, template: str) -> bool:
    exempt = NOT_SHOWN.get(file, frozenset())
    return not isinstance(exempt, str) and template not in exempt and not HEADERS.search(template)


def test_every_sentence_of_the_source_has_its_chinese() -> None:
    known = load_sentences()
    lacking = [
        f"{one.file}:{one.line}: {one.template!r}"
        for one in list_sentences(*PLACES)
        if one.is_prose and is_shown(one.file, one.template) and one.template not in known
    ]
    assert not lacking, "write these into trialwright/web/sentences/chinese/:\n" + "\n".join(lacking)


def test_no_entry_of_the_catalogue_and_no_exemption_is_left_over() -> None:
    found = list_sentences(*PLACES)
    templates = {one.template for one in found}
    assert {key for file in FILES if file not in (forms, sources, words) for key in file.SENTENCES} <= templates
    there = {(one.file, one.template) for one in found}
    singles = {(file, text) for file, texts in NOT_SHOWN.items() if not isinstance(texts, str) for text in texts}
    assert singles - there == set()


def test_an_entry_has_the_holes_of_its_sentence_and_is_chinese() -> None:
    for english, chinese in load_sentences().items():
        assert sorted(list_holes(english)) == sorted(list_holes(chinese)), english
        assert re.search("[\u4e00-\u9fff\uff00-\uffef]", chinese), english
        assert not re.search(r"[A-Za-z]{2,} [a-z]{2,}", re.sub(r"{\w+}", "", chinese)), chinese


def test_every_sentence_is_found_again_whatever_stands_in_its_holes() -> None:
    """First comes the sentence itself, or one that differs in the names of its holes only and says the same."""
    book = Book(load_sentences())
    for template, chinese in load_sentences().items():
        for sample in SAMPLES:
            found = next(book.find(fill(template, sample)), None)
            assert found is not None, template
            assert fill(found.template, "") == fill(template, "") or not sample, (template, found.template)
            assert fill(found.other, sample) == fill(chinese, sample) or not sample, (template, found.template)


def fill(template: str, sample: str) -> str:
    return re.sub(r"{\w+}", sample, template)


def test_what_people_and_the_study_wrote_is_left_alone() -> None:
    """Sentences that nobody of the machine said: the registered texts and people's own words."""
    study, speaker = two_sites().study, Speaker(two_sites())
    texts = [one.record_says for one in study.assumptions]
    texts += ["It is better", "He has left home", "Nothing to say: he was asleep", "The lot was given, all went well"]
    for text in texts:
        assert speaker.say(text) == text


def test_the_words_of_a_sentence_are_the_studys() -> None:
    """Ids become titles, roles and visits their names; a refusal inside a deviation is Chinese too."""
    said = {
        "NURSE may not prepare dose; it is for PHARMACIST": "研究护士无权执行“配制制剂”；有权执行的角色：药师／细胞实验室",
        "adverse_event cannot be recorded before consent": "知情同意前不能记录不良事件",
        "vital_signs was not recorded at D3": "“第3天”未记录生命体征",
        "P7 has left": "P7 已退出",
        "start 2020-01-27; registered 2020-02-05": "开始 2020-01-27；登记于 2020-02-05",
    }
    speaker = Speaker(two_sites())
    assert {text: speaker.say(text) for text in said} == said
    line = (
        "V70 (registration, warning) a.b.0: 'X and Y' seems to describe more than one measure ('and') → one measure for"
    )
    told = "V70（登记，警告）a.b.0：'X and Y' 似乎包含多个指标（'and'） → 每个结局指标一项测量"
    assert speaker.say(f"{line} each outcome") == told


def test_the_sources_of_the_clocks_have_their_chinese() -> None:
    told = {one.source for one in load_duties()} | {row["source"] for row in load_rows("reporting_regimes")}
    assert {one for one in told if re.search("[a-z]{3}", one)} == sources.SENTENCES.keys()


def test_the_fields_of_entries_have_their_chinese() -> None:
    names = {field.name.replace("_", " ") for kind in KINDS.values() for field in fields(kind)}
    assert names == FIELDS.keys()


def test_every_sentence_with_holes_has_a_word_to_be_found_by() -> None:
    for template in load_sentences():
        assert (
            not list_holes(template)
            or find_words(template)
            or "CTCAE" in template
            or template.startswith("{number} ({what}")
        ), template


OWN_WORDS = {
    "one.opened.text", "step.text", "one.reason", "situation.text", "one.entry.reason", "one.entry.text",
    "one.situation.text", "one.revision.recorded.reason", "line.entry.reason", "record.description.text", "said.reason",
    "step.revision.recorded.reason", "row.text", "one.recorded.reason", "typed.reason", "version.recorded.reason",
    "row.said.what",
}  # fmt: skip
"""What templates show of people's own words, by the variable that holds them; those of a thread are written by people too."""


def test_templates_show_the_sentences_of_the_machine_by_say() -> None:
    names = "text|message|remedy|wrong|right|because|trouble|what|why|failure|meaning|reason"
    shown = re.compile(rf"{{{{ ([\w.]*\.(?:{names}))(?:\|[^}}]*)? }}}}")
    for path in sorted((SOURCE / "web").rglob("*.html")):
        for name in shown.findall(path.read_text(encoding="utf-8")):
            assert name in OWN_WORDS or (path.name, name) == ("thread.html", "one.text"), (
                f"{path.name}: {{% say {name} %}}"
            )
