"""DESCRIBE: values and changes by visit and arm; for events, how many had them and how follow-up ended."""

import polars as pl

from trialwright.analyse.context import Context, Question, list_questions
from trialwright.analyse.courses import list_visits, select_course, take_sample
from trialwright.analyse.rows import Basis, list_count, list_summary
from trialwright.analyse.survival import select_times
from trialwright.definition.analysis import Analysis
from trialwright.results import ResultRow

_EVENT, _CENSORED, _COMPETING = 0, 1, 2
_UNSEEN = "of those with the event by then; who was not examined again counts as not undone"


def compute_describe(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by parameter, visit and arm: the value, then the change from baseline (the ratio for log parameters).

    Codes are counted. The participants of the set without a value at the visit are ``n_missing``. Where nobody has a
    value at any visit there is one empty line an arm that says so. Of an event that can be undone the visits that the
    analysis names say of how many it was by then.
    """
    rows: list[ResultRow] = []
    for question in list_questions(context, analysis):
        if question.compiled.parameter.event is not None:
            rows += _count_ends(question) + _count_undone(question)
            continue
        rows += _describe_course(question) or _say_nothing(question)
    return rows


def _describe_course(question: Question) -> list[ResultRow]:
    course = select_course(question)
    rows: list[ResultRow] = []
    for visit in [one for one in list_visits(course) if not question.analysis.at or one in question.analysis.at]:
        at_visit = course.filter(pl.col("AVISIT") == visit)
        rows += _describe_values(question, at_visit, visit)
        rows += _count_codes(question, at_visit, visit)
    return rows


def _say_nothing(question: Question) -> list[ResultRow]:
    """The line of each arm at the first visit of the analysis, without a number and with the reason."""
    visits = question.analysis.at or question.compiled.endpoint.at
    unit = question.context.find_unit(question.compiled)
    rows: list[ResultRow] = []
    for arm in question.arms:
        head = question.head(visit=visits[0] if visits else "", group=arm, unit=unit)
        basis = Basis((), len(question.members.arms[arm]), ("nobody has a value at any visit",))
        rows += list_summary(head, (), basis, geometric=question.is_log)
    return rows


def _describe_values(question: Question, at_visit: pl.DataFrame, visit: str) -> list[ResultRow]:
    """The numbers at a visit; nothing where the item has codes that are no numbers."""
    if at_visit["AVAL"].null_count() == at_visit.height:
        return []
    change = ("R2BASE", "RATIO_TO_BASELINE", "ratio") if question.is_log else ("CHG", "CHANGE", question.unit)
    kinds = [("AVAL", "", question.context.find_unit(question.compiled))]
    kinds += [] if (at_visit["ABLFL"] == "Y").any() else [change]
    rows: list[ResultRow] = []
    for column, category, unit in kinds:
        for arm in question.arms:
            sample = take_sample(question, at_visit, arm, column)
            head = question.head(visit=visit, group=arm, category=category, unit=unit)
            basis = Basis(sample.subjects, sample.n_missing)
            rows += list_summary(head, sample.values, basis, geometric=question.is_log)
    return rows


def _count_codes(question: Question, at_visit: pl.DataFrame, visit: str) -> list[ResultRow]:
    """For an item with codes: how many had each."""
    form, _, item = (question.compiled.parameter.item or "").partition(".")
    codes = question.context.definition.forms[form].codes.get(item, {})
    rows: list[ResultRow] = []
    for code in [one.code for one in codes.values() if not one.unknown]:
        for arm in question.arms:
            mine = at_visit.filter(pl.col("arm") == arm)
            having = tuple(mine.filter(pl.col("AVALC") == code)["SUBJID"])
            basis = Basis(having, len(question.members.arms[arm]) - mine.height, n_used=mine.height)
            rows += list_count(question.head(visit=visit, group=arm, category=code), having, mine.height, basis)
    return rows


def _count_ends(question: Question) -> list[ResultRow]:
    """How many had the event, died before it, or were censored; who was not at risk is missing."""
    times = select_times(question.context, question.code, question.members)
    competing = [("DEATH", _COMPETING)] if question.compiled.parameter.competing else []
    rows: list[ResultRow] = []
    for arm in question.arms:
        mine = times.filter(pl.col("arm") == arm)
        missing = len(question.members.arms[arm]) - mine.height
        for category, code in (("EVENT", _EVENT), *competing, ("CENSORED", _CENSORED)):
            having = tuple(mine.filter(pl.col("CNSR") == code)["SUBJID"])
            basis = Basis(having, missing, n_used=mine.height)
            rows += list_count(question.head(group=arm, category=category), having, mine.height, basis)
    return rows


def _count_undone(question: Question) -> list[ResultRow]:
    """At each visit that the analysis names: of those who had the event before its window ends, in how many it has been
    undone since (a virus found again). Who has not had the event is missing; who was not looked at again counts as not
    undone, and a warning says so. Death is not undone."""
    event = question.compiled.parameter.event
    if event is None or event.kind == "DEATH":
        return []
    times = select_times(question.context, question.code, question.members)
    rows: list[ResultRow] = []
    for visit in question.analysis.at:
        day = question.context.definition.encounters[visit].last_day
        for arm in question.arms:
            had = times.filter((pl.col("arm") == arm) & (pl.col("CNSR") == _EVENT) & (pl.col("DAY0") <= day))
            again = tuple(had.filter(pl.col("LOSTDAY0") <= day)["SUBJID"])
            basis = Basis(again, len(question.members.arms[arm]) - had.height, (_UNSEEN,), n_used=had.height)
            rows += list_count(question.head(visit=visit, group=arm, category="UNDONE"), again, had.height, basis)
    return rows
